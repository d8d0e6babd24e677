/**
 * The history of a quest as its own stream has it (rule 22): an item for each entry that changed something. Hosts and labors are
 * counted and not named, so that an item is small whatever its entry lists.
 */
import type { ClaimFrom, Instant, QuestEntry, QuestId, QuestState, Reference, TypeName } from '#domain';
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

export type QuestChange =
  | { readonly kind: 'drafted'; readonly type: TypeName; readonly description: string }
  | HostsAccepted
  /** Every host of the batch has its event, or is claimed. */
  | { readonly kind: 'hostsEmbarked'; readonly batch: string }
  | { readonly kind: 'laborsAccepted'; readonly labors: number }
  /** All that was accepted in one go is in the quest. */
  | { readonly kind: 'laborsAdopted' }
  | { readonly kind: 'removalAccepted'; readonly hosts: number; readonly reason: string | null }
  /** Each of those hosts has left it. */
  | { readonly kind: 'hostsRemoved' }
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
    case 'QuestDrafted':
      return { kind: 'drafted', type: entry.type, description: entry.description };
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
      return { kind: 'laborsAccepted', labors: entry.labors.length };
    case 'QuestLaborsAdopted':
      return { kind: 'laborsAdopted' };
    case 'QuestRemovalAccepted':
      return { kind: 'removalAccepted', hosts: entry.hosts.length, reason: entry.reason };
    case 'QuestHostsRemoved':
      return { kind: 'hostsRemoved' };
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
