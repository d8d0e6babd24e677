/**
 * Sums over a quest: its burndown, and when it was completed. Every labor that is in it, or was, by the index of these, in the
 * order of ids; of each only the fields that say when it was open in which quest. Labors are only added to it, so that pages read one after the other lack none, whatever is written meanwhile.
 */
import {
  BurndownSum,
  CompletionSum,
  eachInTurns,
  type Burndown,
  type BurndownLabor,
  type BurndownQuestion,
  type Completion,
  type CompletionQuestion,
  type CursorKey,
  type Page,
  type QuestEntryDocument,
} from '#contracts';
import type { QuestId } from '#domain';
import type { Connection } from '../connection.js';
import { decodeStays, STAYS, type StoredLabor } from '../labor-documents.js';
import { findAll } from '../find.js';
import { listQuestEntries } from '../quest-entries.js';

/** At most this many are read with one question. */
const AT_ONCE = 1000;

export async function readBurndown(
  connection: Connection,
  generation: number,
  question: BurndownQuestion,
): Promise<Burndown> {
  const sum = new BurndownSum(question);
  await eachLabor(connection, generation, question.quest, (labor) => {
    sum.add(labor);
  });
  return sum.result();
}

export async function readCompletions(
  connection: Connection,
  generation: number,
  question: CompletionQuestion,
): Promise<readonly Completion[]> {
  const { quest } = question;
  const sum = new CompletionSum(question);
  for (let after: CursorKey | null = null; ;) {
    const request = { sort: 'position', after, limit: AT_ONCE, count: false } as const;
    const page: Page<QuestEntryDocument> = await listQuestEntries(connection, generation, quest, request);
    for (const entry of page.items) sum.entry(entry);
    after = page.next;
    if (after === null) break;
  }
  await eachLabor(connection, generation, quest, (labor) => {
    sum.labor(labor);
  });
  return sum.result();
}

async function eachLabor(
  connection: Connection,
  generation: number,
  quest: QuestId,
  work: (labor: BurndownLabor) => void,
): Promise<void> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const request = { sort: { _id: 1 }, limit: AT_ONCE, projection: STAYS } as const;
  for (let after = ''; ;) {
    const page = await findAll(connection, labors, { quests: quest, _id: { $gt: after } }, request);
    await eachInTurns(page, (labor) => {
      work(decodeStays(labor));
    });
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return;
    after = last._id;
  }
}
