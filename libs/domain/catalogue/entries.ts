/**
 * Entries of the stream `catalogue`. These names and fields are the storage format: a change of meaning is a new
 * version with an upcaster in contracts, never an edit.
 */
import type { Instant, TypeName } from '../names.js';
import type { EventTypeId, FateId } from './ids.js';

/** Who is expected to act on a labor: the host's owner, or the reporter of the opening event. */
export type Actor = 'owner' | 'creator';
/** The effect of a starting fate when a labor of its type is open already (rule 6). */
export type OnRepeat = 'open' | 'absorb';

interface Signed {
  /** The author as named by the client; null where it named none. */
  readonly by: string | null;
  readonly recordedAt: Instant;
  /** Whose token wrote it, as its envelope says; absent without one, and in an entry that is being decided. */
  readonly principal?: string;
}

export interface EventTypeDefined extends Signed {
  readonly kind: 'EventTypeDefined';
  readonly id: EventTypeId;
  readonly category: string;
  readonly state: string;
  readonly description: string | null;
  readonly restricted: boolean;
}

/** Fields that are absent stay as they were. */
export interface EventTypeAmended extends Signed {
  readonly kind: 'EventTypeAmended';
  readonly id: EventTypeId;
  readonly description?: string | null;
  readonly restricted?: boolean;
}

export interface EventTypeRetired extends Signed {
  readonly kind: 'EventTypeRetired';
  readonly id: EventTypeId;
}

export interface EventTypeRestored extends Signed {
  readonly kind: 'EventTypeRestored';
  readonly id: EventTypeId;
}

export interface EventTypeDeleted extends Signed {
  readonly kind: 'EventTypeDeleted';
  readonly id: EventTypeId;
}

export interface FateDefined extends Signed {
  readonly kind: 'FateDefined';
  readonly id: FateId;
  readonly creates: TypeName;
  readonly completedBy: TypeName;
  readonly intermediate: boolean;
  readonly follows: FateId | null;
  readonly onRepeat: OnRepeat;
  readonly name: string | null;
  readonly description: string | null;
  readonly actors: readonly Actor[];
}

/** Fields that are absent stay as they were; the rule itself never changes. */
export interface FateAmended extends Signed {
  readonly kind: 'FateAmended';
  readonly id: FateId;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly actors?: readonly Actor[];
}

export interface FateRetired extends Signed {
  readonly kind: 'FateRetired';
  readonly id: FateId;
}

export interface FateRestored extends Signed {
  readonly kind: 'FateRestored';
  readonly id: FateId;
}

export interface FateDeleted extends Signed {
  readonly kind: 'FateDeleted';
  readonly id: FateId;
}

export type CatalogueEntry =
  | EventTypeDefined
  | EventTypeAmended
  | EventTypeRetired
  | EventTypeRestored
  | EventTypeDeleted
  | FateDefined
  | FateAmended
  | FateRetired
  | FateRestored
  | FateDeleted;
