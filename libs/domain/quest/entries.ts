/**
 * Entries of a stream `quest-<number>`. These names and fields are the storage format.
 *
 * A batch of hosts is listed in chunks and counts for nothing until it is accepted; then each of its hosts gets its
 * event (in the host's own stream), and the batch is embarked. The first batch's acceptance is the quest's.
 * A batch without acceptance is left by a crash in a request that was never answered with success.
 */
import type { HostName, Instant, TypeName } from '../names.js';
import type { ClaimFrom } from '../host/entries.js';
import type { LaborId } from '../host/ids.js';
import type { QuestId } from './ids.js';

/** Something outside Hermes that the quest is about; at least a key or a URL. */
export interface Reference {
  readonly label?: string;
  readonly key?: string;
  readonly url?: string;
}

interface Signed {
  readonly by: string | null;
  readonly recordedAt: Instant;
  /** Whose token wrote it, as its envelope says; absent without one, and in an entry that is being decided. */
  readonly principal?: string;
}

/** Always the stream's first entry. */
export interface QuestDrafted extends Signed {
  readonly kind: 'QuestDrafted';
  readonly quest: QuestId;
  readonly type: TypeName;
  readonly creator: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
}

/**
 * One chunk of a batch; chunks of one batch stand in order, never naming a host of an earlier chunk, or of a batch that was accepted
 * before the chunk. Another may be accepted with a host of it before this one is: then the host is in by that.
 */
export interface QuestHostsListed extends Signed {
  readonly kind: 'QuestHostsListed';
  /** A UUID of the request's own. */
  readonly batch: string;
  readonly hosts: readonly HostName[];
  /** The removal that took them out of the quest before: they get an event of their own again. Absent where none did. */
  readonly after?: string;
}

/** From here on every host of the batch will get its event, or the entry by which it is claimed, whatever crashes. */
export interface QuestHostsAccepted extends Signed {
  readonly kind: 'QuestHostsAccepted';
  readonly batch: string;
  /** How many hosts the batch has that the quest did not name before. */
  readonly hosts: number;
  /** Whose open labors of the quest's type it claims; absent where each host gets an event in place of that. */
  readonly claim?: ClaimFrom;
}

/** Every host of the batch has its event. */
export interface QuestHostsEmbarked extends Signed {
  readonly kind: 'QuestHostsEmbarked';
  readonly batch: string;
}

/**
 * From here on these labors will be adopted, each by an entry of its host, whatever crashes. One acceptance stands in one entry,
 * and decides alone.
 */
export interface QuestLaborsAccepted extends Signed {
  readonly kind: 'QuestLaborsAccepted';
  /** A UUID of its own. */
  readonly adoption: string;
  /** The UUID that those of the hosts' entries are made of: other tries of the request have it, too, and add none twice. */
  readonly request: string;
  readonly labors: readonly LaborId[];
}

/** Each of them has that entry. */
export interface QuestLaborsAdopted extends Signed {
  readonly kind: 'QuestLaborsAdopted';
  readonly adoption: string;
}

/**
 * From here on these hosts are out of the quest, whatever crashes: each gets an entry that says so. One acceptance stands in one
 * entry, and decides alone; a request for many hosts has several.
 */
export interface QuestRemovalAccepted extends Signed {
  readonly kind: 'QuestRemovalAccepted';
  /** A UUID of its own. */
  readonly removal: string;
  /** The UUID of the request, which other tries of it have, too. */
  readonly request: string;
  readonly reason: string | null;
  readonly hosts: readonly HostName[];
  /** How many of them were named by the quest; the others were in it by labors that it adopted. */
  readonly named: number;
  /** The batch that names them, where it was not embarked: their events may be missing, and must not come any more. */
  readonly batch?: string;
  /** As their listing in that batch has it. */
  readonly after?: string;
  /** All that its request takes out is accepted with it. Absent where more follows, and in entries of former builds. */
  readonly last?: boolean;
}

/** Each of them has that entry. */
export interface QuestHostsRemoved extends Signed {
  readonly kind: 'QuestHostsRemoved';
  readonly removal: string;
}

/** Fields that are absent stay as they were. */
export interface QuestAmended extends Signed {
  readonly kind: 'QuestAmended';
  readonly creator?: string | null;
  readonly description?: string;
  readonly target?: Instant | null;
  readonly references?: readonly Reference[];
}

/**
 * From here on nothing of the quest is open or will be, whatever crashes: each host of an accepted batch gets its end, and so does
 * each host of a labor that it adopted.
 */
export interface QuestAbandoned extends Signed {
  readonly kind: 'QuestAbandoned';
  readonly reason: string;
}

/** Every host has the quest's end. */
export interface QuestHostsEnded extends Signed {
  readonly kind: 'QuestHostsEnded';
}

export type QuestEntry =
  | QuestDrafted
  | QuestHostsListed
  | QuestHostsAccepted
  | QuestHostsEmbarked
  | QuestLaborsAccepted
  | QuestLaborsAdopted
  | QuestRemovalAccepted
  | QuestHostsRemoved
  | QuestAmended
  | QuestAbandoned
  | QuestHostsEnded;
