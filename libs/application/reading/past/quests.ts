/**
 * Quests as they were (R11): what a fold of the journal that stopped at a place says of them. The record is the fold of the quest's
 * history up to there, and the numbers are the sum of its parts of then; where nothing of it lies beyond the place, they are those
 * that are stored.
 */
import {
  isDirty,
  questAfter,
  type CursorKey,
  type Page,
  type Position,
  type QuestDocument,
  type QuestEntryDocument,
  type ShownQuest,
} from '#contracts';
import type { QuestId, QuestState } from '#domain';
import type { ViewsReader } from '#ports';
import { phaseOf } from '../../folding/quest-phase.js';

export type QuestPastReader = Pick<ViewsReader, 'quest' | 'quests' | 'questEntries' | 'partsAsOf' | 'parts'>;

/** A quest as it was. */
export interface QuestAsOf extends ShownQuest {
  /** How many of its parts have forgotten what they were then: they count as they were when they are known again. */
  readonly forgetful: number;
}

/** Undefined where it had no entry that could be read. */
export async function questAsOf(
  views: QuestPastReader,
  generation: number,
  quest: QuestId,
  at: Position,
): Promise<QuestAsOf | undefined> {
  const document = await views.quest(generation, quest);
  if (document === undefined) return undefined;
  const { record } = await recordAsOf(views, generation, document, at);
  return record && (await countedAsOf(views, generation, document, record, at)).quest;
}

export type PastRecord = NonNullable<ShownQuest['record']>;

/** Most items of a history that are read at once. */
const ENTRIES = 500;

/** `looked`: at how many items of its history. */
export async function recordAsOf(
  views: Pick<ViewsReader, 'questEntries'>,
  generation: number,
  { quest, record: now }: QuestDocument,
  at: Position,
): Promise<{ readonly record: PastRecord | undefined; readonly looked: number }> {
  if (now === null) return { record: undefined, looked: 0 };
  if (now.position <= at) {
    const { state, position, parked } = now;
    return { record: { quest, state, position, parked: parked && parked.position <= at ? parked : null }, looked: 0 };
  }
  let state: QuestState | null = null;
  let position: Position | undefined;
  let looked = 0;
  for (let after: CursorKey | null = null; ;) {
    const request = { sort: 'position', limit: ENTRIES, after, count: false } as const;
    const page: Page<QuestEntryDocument> = await views.questEntries(generation, quest, request);
    const items = page.items.filter((item) => item.position <= at);
    for (const item of items) state = questAfter(state, item);
    position = items.at(-1)?.position ?? position;
    looked += page.items.length;
    after = page.next;
    if (after === null || items.length < page.items.length) break;
  }
  // what cannot be read lies beyond its last entry that could
  return { record: position && { quest, state, position, parked: null }, looked };
}

/** Before that it is a quest for nobody (rule 19). */
export function isAccepted(record: PastRecord | undefined): record is PastRecord {
  return record !== undefined && record.state !== null && record.state.embarkedAt !== null;
}

/** With its numbers; `looked`: at how many parts. */
export async function countedAsOf(
  views: Pick<ViewsReader, 'partsAsOf'>,
  generation: number,
  document: QuestDocument,
  record: PastRecord,
  at: Position,
): Promise<{ readonly quest: QuestAsOf; readonly looked: number }> {
  const { quest, recount } = document;
  if (recount !== null && holdsSince(document, at))
    return { quest: { quest, record, recount: { ...recount, label: at }, forgetful: 0 }, looked: 0 };
  const { tally, hosts, emptied, behind, looked, forgetful } = await views.partsAsOf(generation, quest, at);
  // as one that is counted for the first time, once all up to there is folded
  const phase = phaseOf({ record, recount: null }, { tally, behind }, true);
  const completed = phase === 'completed' ? emptied : null;
  return { quest: { quest, record, recount: { tally, hosts, phase, completed, label: at }, forgetful }, looked };
}

/** Whether the stored count says how it was at the place: nothing of the quest, or of how it is counted, lies beyond. */
function holdsSince(document: QuestDocument, at: Position): boolean {
  const { record, recount, mark } = document;
  const state = record?.state ?? null;
  if (record === null || state === null || recount === null) return false;
  if (isDirty(document) || record.position > at || mark > at) return false;
  // what follows from earlier counts, or from hosts that are parked or behind since then
  const isOther = recount.phase === 'open' && recount.tally.open === 0;
  return state.adopting.length + state.removing.length === 0 && recount.hosts.parked === 0 && !isOther;
}
