/**
 * The burndown of a quest: every labor that is in it, or was, by the index of these, in the order of ids. Labors are only added
 * to it, so that pages read one after the other lack none, whatever is written meanwhile.
 */
import { BurndownSum, eachInTurns, type Burndown, type BurndownQuestion } from '#contracts';
import type { Connection } from '../connection.js';
import { decodeLabor, type StoredLabor } from '../documents.js';
import { findAll } from '../find.js';

/** At most this many are read with one question. */
const AT_ONCE = 1000;

export async function readBurndown(
  connection: Connection,
  generation: number,
  question: BurndownQuestion,
): Promise<Burndown> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const sum = new BurndownSum(question);
  const request = { sort: { _id: 1 }, limit: AT_ONCE } as const;
  for (let after = ''; ;) {
    const page = await findAll(connection, labors, { quests: question.quest, _id: { $gt: after } }, request);
    await eachInTurns(page, (labor) => {
      sum.add(decodeLabor(labor));
    });
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return sum.result();
    after = last._id;
  }
}
