/** Folds a quest's own stream entry by entry; an entry that cannot be read parks the quest (P4). */
import {
  decodeQuestEntry,
  expectedPart,
  hostOfLabor,
  questChangeOf,
  readsEntry,
  START,
  type ParkRecord,
  type PartDocument,
  type QuestEntryDocument,
  type QuestRecord,
  type StoredEntry,
} from '#contracts';
import { evolveQuest, type Instant, type QuestId } from '#domain';

/** The record after more entries, and what each of them changed. */
export interface FoldedQuest {
  readonly record: QuestRecord;
  readonly changes: readonly QuestEntryDocument[];
  /** Of hosts that it does not name, and whose labors it is to adopt: until the host's own entry is judged, and its part comes. */
  readonly parts: readonly PartDocument[];
}

/**
 * `entries` follow the record without a hole; `now` is when a quest is parked. It ends with the entry that makes `mostParts` or
 * more. Undefined where there is nothing new.
 */
export function questRecordAfter(
  quest: QuestId,
  before: QuestRecord | null,
  entries: readonly StoredEntry[],
  now: Instant,
  mostParts = Number.POSITIVE_INFINITY,
): FoldedQuest | undefined {
  let { state, revision, position } = before ?? NEW;
  let parked: ParkRecord | null = before?.parked ?? null;
  const changes: QuestEntryDocument[] = [];
  const parts: PartDocument[] = [];
  for (const stored of entries) {
    const decoded = decodeQuestEntry(stored);
    if (!decoded.ok) {
      parked = parkRecord(stored, decoded.reason, sinceOf(before?.parked ?? null, stored) ?? now);
      // the record must be greater than the stored one, or differ in its parking: it does
      return { record: { quest, state, revision, position, parked }, changes, parts };
    }
    const { entry } = decoded;
    const after = evolveQuest(state, entry);
    const change = questChangeOf(state, entry, after);
    state = after;
    ({ revision, position } = stored);
    const { recordedAt, by, principal = null } = entry;
    if (change !== undefined) changes.push({ quest, position, recordedAt, by, principal, change });
    if (entry.kind !== 'QuestLaborsAccepted') continue;
    for (const host of new Set(entry.labors.map(hostOfLabor))) parts.push(expectedPart(quest, host, position));
    if (parts.length >= mostParts) break;
  }
  return entries.length === 0 ? undefined : { record: { quest, state, revision, position, parked }, changes, parts };
}

/** Since when a host or quest is parked at this very entry; undefined where it was not. */
export function sinceOf(parked: ParkRecord | null, { revision }: StoredEntry): Instant | undefined {
  return parked?.revision === revision ? parked.since : undefined;
}

/** Revision and position are those of the entry that cannot be judged. */
export function parkRecord(stored: StoredEntry, reason: string, since: Instant): ParkRecord {
  const { revision, position, type, version } = stored;
  const record = { state: 'parked', reason, revision, position, since } as const;
  return readsEntry(stored) ? record : { ...record, unread: { type, version } };
}

const NEW: Pick<QuestRecord, 'state' | 'revision' | 'position'> = { state: null, revision: -1, position: START };
