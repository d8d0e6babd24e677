/**
 * R8: quests as two generations store them. A quest's record and history are compared where both are at the same entry of its stream,
 * and its numbers where both have counted the same: they are the sum of its parts, and counted at another time by each.
 */
import { isDirty, isUnfinished, type Position, type QuestDocument, type QuestRecord } from '#contracts';
import type { QuestId } from '#domain';
import type { Views, ViewsWriter } from '#ports';
import { canonicalQuest, type Canonical } from '../replay/canonical.js';
import { changesOf } from './compare-quests.js';
import { isAbsentYet } from './paired.js';

export interface CompareStoredQuestsParts {
  readonly reader: Pick<Views['reader'], 'questEntries' | 'hostsBehind'>;
  readonly writer: Pick<ViewsWriter, 'load'>;
  readonly generations: readonly [live: number, folded: number];
}

type Both<T> = readonly [live: T, folded: T];

/** What each side says of a quest; undefined where it has none. */
export interface StoredQuestForms {
  readonly quest: QuestId;
  readonly forms: Both<Canonical | undefined>;
}

export interface StoredQuests {
  readonly compared: readonly StoredQuestForms[];
  /** To be looked at again: the two are not of one moment. */
  readonly again: readonly QuestId[];
}

/**
 * Records and histories, of at most a page of quests. Quests that are known by marks alone are none. One that one side lacks is
 * compared with nothing once that side must have it: `reached` is the progress of each as it was read before this call.
 */
export async function storedQuests(
  quests: readonly QuestId[],
  parts: CompareStoredQuestsParts,
  reached: Both<Position>,
): Promise<StoredQuests> {
  const compared: StoredQuestForms[] = [];
  const again: QuestId[] = [];
  for (const { quest, sides } of await documentsOf(quests, parts)) {
    const [one, other] = sides.map((document) => document?.record ?? null) as [QuestRecord | null, QuestRecord | null];
    if (one === null && other === null) continue;
    const isReady =
      one === null || other === null ? !isAbsentYet(one, other, reached) : one.revision === other.revision;
    if (isReady)
      compared.push({ quest, forms: await Promise.all([recordForm(one, parts, 0), recordForm(other, parts, 1)]) });
    else again.push(quest);
  }
  return { compared, again };
}

async function recordForm(
  record: QuestRecord | null,
  { reader, generations }: CompareStoredQuestsParts,
  side: 0 | 1,
): Promise<Canonical | undefined> {
  if (record === null) return undefined;
  const changes = await changesOf(record, { reader, generation: generations[side] });
  return canonicalQuest({ record, changes, parts: [] });
}

/**
 * Numbers, where both sides have counted everything that they have of a quest and have the same of it: the same entries of its stream,
 * and entries of its hosts up to the same place. Of none while hosts are behind, which are others in each: whether a quest is
 * completed depends on them. What is not counted alike is counted again by each soon: it is looked at again, and then left.
 */
export async function storedCounts(quests: readonly QuestId[], parts: CompareStoredQuestsParts): Promise<StoredQuests> {
  const isAnyBehind = async (): Promise<boolean> => {
    const behind = await Promise.all(parts.generations.map((generation) => parts.reader.hostsBehind(generation)));
    return behind.some((hosts) => hosts > 0);
  };
  if (await isAnyBehind()) return { compared: [], again: [] };
  const documents = await documentsOf(quests, parts);
  if (await isAnyBehind()) return { compared: [], again: [] };
  const compared: StoredQuestForms[] = [];
  const again: QuestId[] = [];
  for (const { quest, sides } of documents) {
    // of no record there are no numbers to show
    if (sides.some((document) => !document?.record)) continue;
    if (areCountedAlike(...sides)) compared.push({ quest, forms: [countForm(sides[0]), countForm(sides[1])] });
    else again.push(quest);
  }
  return { compared, again };
}

function areCountedAlike(one: QuestDocument | undefined, other: QuestDocument | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const isLevel = one.record?.revision === other.record?.revision && one.mark === other.mark;
  return isLevel && !isDirty(one) && !isDirty(other);
}

/** While a quest does something on hosts its phase depends on the one before, and so on when it was counted. */
function countForm(document: QuestDocument | undefined): Canonical | undefined {
  if (!document?.recount) return undefined;
  const { tally, hosts, phase, completed } = document.recount;
  if (document.record !== null && isUnfinished(document.record)) return { tally, hosts };
  return { tally, hosts, phase, completed: completed && { ...completed, position: String(completed.position) } };
}

async function documentsOf(
  quests: readonly QuestId[],
  { writer, generations }: CompareStoredQuestsParts,
): Promise<readonly { readonly quest: QuestId; readonly sides: Both<QuestDocument | undefined> }[]> {
  const [live, folded] = await Promise.all([
    writer.load(generations[0], { quests }),
    writer.load(generations[1], { quests }),
  ]);
  const [ones, others] = [live, folded].map(({ quests: found }) => new Map(found.map((each) => [each.quest, each])));
  return quests.map((quest) => ({ quest, sides: [ones?.get(quest), others?.get(quest)] }));
}
