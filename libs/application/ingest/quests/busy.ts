/**
 * What a quest does on hosts comes to them in the order decided (rule 22). Where two decisions may concern one host and their order
 * counts, the later one is not taken before the earlier one is with all its hosts: so whichever process carries it out, and however
 * late, the order on each host is that of the quest's stream.
 */
import type { Outcome, Problem } from '#contracts';
import type { QuestState } from '#domain';
import { sleep } from '../../pauses.js';
import type { PlacedBatch } from './placed.js';

/** What is small, or left by a crash, is soon carried out; for longer a request does not wait. */
const PATIENCE = { looks: 40, everyMs: 50 };

/** Of a decision that puts hosts or labors into the quest. An abandoned one refuses it for ever. */
export function whileRemoving({ quest, removing, abandoned }: QuestState): Problem | undefined {
  if (removing.length === 0 || abandoned !== null) return undefined;
  return busy(`hosts are being taken out of quest ${quest}`);
}

/** Of a decision that takes hosts out. */
export function whileAdopting(
  { quest, adopting, abandoned }: QuestState,
  batches: readonly Pick<PlacedBatch, 'claim' | 'embarked'>[],
): Problem | undefined {
  const isClaiming = batches.some(({ claim, embarked }) => claim !== undefined && !embarked);
  if ((adopting.length === 0 && !isClaiming) || abandoned !== null) return undefined;
  return busy(`labors are on their way into quest ${quest}`);
}

function busy(what: string): Problem {
  return { code: 'conflict', detail: `${what}: try again when that is done (GET /quests says so)` };
}

/** Tries again for a while where the quest is busy. */
export async function whenFree<T>(decide: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  for (let looks = 1; ; looks += 1) {
    const outcome = await decide();
    if (outcome.ok || outcome.problem.code !== 'conflict' || looks === PATIENCE.looks) return outcome;
    await sleep(PATIENCE.everyMs);
  }
}
