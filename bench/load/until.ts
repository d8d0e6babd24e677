/** Waits of benchmarks: up to two minutes, and every 5 ms, because some figures include the last pause. */
import { until as untilWithin } from '../../libs/testing/until.js';
import type { Client } from './http.js';

/** Asks until `condition` holds; throws an Error that names `what` after two minutes. */
export function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  return untilWithin(what, condition, { limitMs: 120_000, everyMs: 5 });
}

/** Waits until query answers from views that have `position`; `onAnswer` is called with the position of each answer. */
export async function untilProjected(
  query: Client,
  position: bigint,
  onAnswer: (position: bigint) => void = () => undefined,
): Promise<void> {
  await until('all is projected', async () => {
    const answer = await query.must('GET', '/api/v1/labors?limit=1');
    const viewsAt = BigInt(answer.position ?? -1);
    onAnswer(viewsAt);
    return viewsAt >= position;
  });
}
