/**
 * The history of a quest as its own stream has it (rule 22): an item for each entry that changed something. Hosts and labors are
 * counted and not named, so that an item is small whatever its entry lists. So far an item says what its entry did that the quest as
 * of any place is the fold of the items up to there (R11).
 */
import {
  evolveQuest,
  type ClaimFrom,
  type Instant,
  type QuestEntry,
  type QuestId,
  type QuestState,
  type Reference,
} from '#domain';
import type { Position } from '../position.js';

/** Fields of a quest that can be amended. */
export const AMENDED_FIELDS = ['creator', 'description', 'target', 'references'] as const;
export type AmendedField = (typeof AMENDED_FIELDS)[number];

export interface FieldChange {
  readonly field: AmendedField;
  readonly from: string | null | readonly Reference[];
  readonly to: string | null | readonly Reference[];
}

interface HostsAccepted {
  readonly kind: 'hostsAccepted';
  readonly batch: string;
  /** How many that the quest did not name before. */
  readonly hosts: number;
  /** Whose open labors are claimed; absent where each host gets an event. */
  readonly claim?: ClaimFrom;
}

interface RemovalAccepted {
  readonly kind: 'removalAccepted';
  readonly removal: string;
  readonly hosts: number;
  /** How many of them the quest named. */
  readonly named: number;
  readonly reason: string | null;
}

interface Drafted extends Pick<QuestState, 'type' | 'creator' | 'description' | 'target' | 'references'> {
  readonly kind: 'drafted';
}

export type QuestChange =
  | Drafted
  | HostsAccepted
  /** Every host of the batch has its event, or is claimed. */
  | { readonly kind: 'hostsEmbarked'; readonly batch: string }
  | { readonly kind: 'laborsAccepted'; readonly adoption: string; readonly labors: number }
  /** All that was accepted in one go is in the quest. */
  | { readonly kind: 'laborsAdopted'; readonly adoption: string }
  | RemovalAccepted
  /** Each of those hosts has left it. */
  | { readonly kind: 'hostsRemoved'; readonly removal: string }
  | { readonly kind: 'amended'; readonly changes: readonly FieldChange[] }
  | { readonly kind: 'abandoned'; readonly reason: string }
  /** Every host has the quest's end. */
  | { readonly kind: 'ended' };

/** All that a quest's history shows: what its own entries changed, and when it was completed and reopened. */
export const QUEST_HISTORY_KINDS = [
  ...(['drafted', 'hostsAccepted', 'hostsEmbarked', 'laborsAccepted', 'laborsAdopted'] as const),
  ...(['removalAccepted', 'hostsRemoved'] as const),
  ...(['amended', 'completed', 'reopened', 'abandoned', 'ended'] as const),
] as const satisfies readonly (QuestChange['kind'] | 'completed' | 'reopened')[];

export interface QuestEntryDocument {
  readonly quest: QuestId;
  readonly position: Position;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly change: QuestChange;
}

/** What the entry changed, given the quest before and after it; undefined where it changed nothing that the history shows. */
export function questChangeOf(
  before: QuestState | null,
  entry: QuestEntry,
  after: QuestState | null,
): QuestChange | undefined {
  if (after === null || after === before) return undefined;
  switch (entry.kind) {
    case 'QuestDrafted': {
      const { type, creator, description, target, references } = entry;
      return { kind: 'drafted', type, creator, description, target, references };
    }
    case 'QuestHostsListed':
      return undefined;
    case 'QuestHostsAccepted':
      return {
        ...{ kind: 'hostsAccepted', batch: entry.batch, hosts: entry.hosts },
        ...(entry.claim !== undefined && { claim: entry.claim }),
      };
    case 'QuestHostsEmbarked':
      return { kind: 'hostsEmbarked', batch: entry.batch };
    case 'QuestLaborsAccepted':
      return { kind: 'laborsAccepted', adoption: entry.adoption, labors: entry.labors.length };
    case 'QuestLaborsAdopted':
      return { kind: 'laborsAdopted', adoption: entry.adoption };
    case 'QuestRemovalAccepted': {
      const { removal, hosts, named, reason } = entry;
      return { kind: 'removalAccepted', removal, hosts: hosts.length, named, reason };
    }
    case 'QuestHostsRemoved':
      return { kind: 'hostsRemoved', removal: entry.removal };
    case 'QuestAmended': {
      const changes = before === null ? [] : fieldChanges(before, after);
      return changes.length === 0 ? undefined : { kind: 'amended', changes };
    }
    case 'QuestAbandoned':
      return { kind: 'abandoned', reason: entry.reason };
    case 'QuestHostsEnded':
      return { kind: 'ended' };
  }
}

function fieldChanges(before: QuestState, after: QuestState): readonly FieldChange[] {
  return AMENDED_FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map(
    (field) => ({ field, from: before[field], to: after[field] }),
  );
}

/**
 * The quest after one more entry of its history, which come in their order; null before the first. What the history leaves out
 * (hosts and labors by name) the fold does not read.
 */
export function questAfter(state: QuestState | null, item: QuestEntryDocument): QuestState | null {
  const { recordedAt, by, principal } = item;
  return evolveQuest(state, entryOf(item, { recordedAt, by, ...(principal !== null && { principal }) }));
}

function entryOf(
  { quest, change }: QuestEntryDocument,
  signed: Pick<QuestEntry, 'recordedAt' | 'by' | 'principal'>,
): QuestEntry {
  switch (change.kind) {
    case 'drafted':
      return { ...signed, ...change, kind: 'QuestDrafted', quest };
    case 'hostsAccepted':
      return { ...signed, ...change, kind: 'QuestHostsAccepted' };
    case 'hostsEmbarked':
      return { ...signed, ...change, kind: 'QuestHostsEmbarked' };
    case 'laborsAccepted':
      return { ...signed, kind: 'QuestLaborsAccepted', adoption: change.adoption, request: '', labors: [] };
    case 'laborsAdopted':
      return { ...signed, ...change, kind: 'QuestLaborsAdopted' };
    case 'removalAccepted':
      return { ...signed, ...change, kind: 'QuestRemovalAccepted', request: '', hosts: [] };
    case 'hostsRemoved':
      return { ...signed, ...change, kind: 'QuestHostsRemoved' };
    case 'amended':
      return {
        ...signed,
        ...Object.fromEntries(change.changes.map(({ field, to }) => [field, to])),
        kind: 'QuestAmended',
      };
    case 'abandoned':
      return { ...signed, ...change, kind: 'QuestAbandoned' };
    case 'ended':
      return { ...signed, kind: 'QuestHostsEnded' };
  }
}
