/**
 * R8: quests as two generations store them. A quest's record and history are compared where both are at the same entry of its stream,
 * and its numbers where both have counted the same: they are the sum of its parts, and counted at another time by each.
 */
import { isDirty, isUnfinished, type QuestDocument, type Recount } from '#contracts';
import type { QuestId } from '#domain';
import type { Views, ViewsWriter } from '#ports';
import { canonicalQuest, type Canonical } from '../replay/canonical.js';
import { changesOf } from './compare-quests.js';

export interface CompareStoredQuestsParts {
  readonly reader: Pick<Views['reader'], 'questEntries' | 'hostsBehind'>;
  readonly writer: Pick<ViewsWriter, 'load'>;
  readonly generations: readonly [live: number, folded: number];
}

type Both<T> = readonly [live: T, folded: T];

/** `forms`: of each side; undefined where it has no such quest. */
export interface StoredQuestForms {
  readonly quest: QuestId;
  readonly forms: Both<Canonical | undefined>;
  /** Whether its numbers are among them. */
  readonly isCounted: boolean;
}

export interface StoredQuests {
  readonly compared: readonly StoredQuestForms[];
  /** To be looked at again: not at the same entry, or not counted alike; at the last look only the former. */
  readonly again: readonly QuestId[];
}

/** Quests that are known by marks alone are none. */
export async function storedQuests(
  quests: readonly QuestId[],
  parts: CompareStoredQuestsParts,
  isLast: boolean,
): Promise<StoredQuests> {
  const { reader, writer, generations } = parts;
  const areAllJudged = async (): Promise<boolean> => {
    const behind = await Promise.all(generations.map((generation) => reader.hostsBehind(generation)));
    return behind.every((hosts) => hosts === 0);
  };
  // whether a quest is completed depends on hosts that are behind, which are others in each
  const before = await areAllJudged();
  const sides = await Promise.all(generations.map((generation) => writer.load(generation, { quests })));
  const areCountsAlike = before && (await areAllJudged());
  const [live, folded] = sides.map(({ quests: found }) => new Map(found.map((each) => [each.quest, each])));
  const compared: StoredQuestForms[] = [];
  const again: QuestId[] = [];
  for (const quest of quests) {
    const [one, other] = [live?.get(quest), folded?.get(quest)];
    const [first, second] = [one?.record ?? null, other?.record ?? null];
    if (first === null && second === null) continue;
    const isLevel = first !== null && second !== null && first.revision === second.revision;
    const isCounted = areCountsAlike && isLevel && areCountedAlike(one, other);
    const isReady = isLevel && (isCounted || !areCountsAlike);
    if (!isReady && !(isLast && (isLevel || first === null || second === null))) {
      again.push(quest);
      continue;
    }
    const forms = await Promise.all([
      formOf(one, { reader, generation: generations[0] }, isCounted),
      formOf(other, { reader, generation: generations[1] }, isCounted),
    ]);
    compared.push({ quest, forms, isCounted });
  }
  return { compared, again };
}

/**
 * Whether both have counted everything that they have of the quest, and have the same of it: the same entries of its stream, and of its
 * hosts entries up to the same place.
 */
function areCountedAlike(one: QuestDocument | undefined, other: QuestDocument | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return !isDirty(one) && !isDirty(other) && one.mark === other.mark;
}

async function formOf(
  document: QuestDocument | undefined,
  from: Parameters<typeof changesOf>[1],
  isCounted: boolean,
): Promise<Canonical | undefined> {
  const record = document?.record ?? null;
  if (document === undefined || record === null) return undefined;
  const form = canonicalQuest({ record, changes: await changesOf(record, from), parts: [] });
  const { recount } = document;
  return isCounted && recount !== null ? { ...form, recount: canonicalRecount(recount, isUnfinished(record)) } : form;
}

/** While a quest does something on hosts its phase depends on the one before, and so on when it was counted. */
function canonicalRecount({ tally, hosts, phase, completed }: Recount, isUnfinishedYet: boolean): Canonical {
  if (isUnfinishedYet) return { tally, hosts };
  return { tally, hosts, phase, completed: completed && { ...completed, position: String(completed.position) } };
}
