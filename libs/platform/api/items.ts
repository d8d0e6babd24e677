/** Items of a list within a body, checked one by one: every fault is reported with its place. */
import { eachInTurns, type Fault, type Schema } from '#contracts';
import { ProblemError } from '../http/problems/problem-error.js';
import { BodyPipe } from './body.js';

/** No more are looked for. */
const MOST_FAULTS = 1000;

/** The items as `schema` has them, in turns with other requests; faults are added to `faults`, and their items left out. */
export async function checkedItems(
  field: string,
  items: readonly unknown[],
  schema: Schema<object>,
  faults: Fault[],
): Promise<readonly object[]> {
  const pipe = new BodyPipe(schema);
  const checked: object[] = [];
  await eachInTurns(items, (item, index) => {
    if (faults.length >= MOST_FAULTS) return;
    try {
      checked.push(pipe.transform(item ?? null));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const place = `${field}[${index}]`;
      for (const fault of error.problem.errors ?? [])
        faults.push({ ...fault, path: fault.path === '' ? place : `${place}.${fault.path}` });
    }
  });
  return checked;
}
