/** Entries of a stream `host-<hostname>`: its events and their redactions, the commands on its labors and on itself, what inventories say of it, and what a quest does on it. These names are the storage format. */
import type { HostName, Instant, TypeName } from '../names.js';
import type { QuestId } from '../quest/ids.js';
import type { EventId, LaborId } from './ids.js';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** JSON of a client's own: kept and shown, never read. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export interface EventLogged {
  readonly kind: 'EventLogged';
  readonly host: HostName;
  /** `category-state`. */
  readonly type: TypeName;
  readonly category: string;
  readonly state: string;
  /** When it happened, as reported. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  /** The reporter; null where the client named none. */
  readonly by: string | null;
  /** Whose token wrote it, as its envelope says; absent without one, and in an entry that is being decided. */
  readonly principal?: string;
  /** The client's own name for the event (rule 24). */
  readonly key: string | null;
  readonly note: string | null;
  readonly attributes: Attributes | null;
  /** Absent where the client gave none. */
  readonly data?: JsonObject;
  /** The quest whose embarking logged it (rule 17). */
  readonly quest: QuestId | null;
}

interface OnLabor {
  readonly host: HostName;
  readonly labor: LaborId;
  readonly recordedAt: Instant;
  readonly by: string | null;
  /** As of {@link EventLogged}. */
  readonly principal?: string;
}

export interface LaborAcknowledged extends OnLabor {
  readonly kind: 'LaborAcknowledged';
  readonly note: string | null;
}

export interface LaborAssigned extends OnLabor {
  readonly kind: 'LaborAssigned';
  /** Null takes the assignment away. */
  readonly to: string | null;
  readonly note: string | null;
}

export interface LaborWaived extends OnLabor {
  readonly kind: 'LaborWaived';
  readonly reason: string;
}

/** Takes a waive back. */
export interface LaborReopened extends OnLabor {
  readonly kind: 'LaborReopened';
  readonly reason: string;
}

/** Of a closed labor too; it changes nothing but the labor's notes. */
export interface LaborNoted extends OnLabor {
  readonly kind: 'LaborNoted';
  readonly text: string;
}

/** Moves an open labor with its chain into the quest, or out of any (rule 15). Into one the quest's own stream decides first. */
export interface LaborAdopted extends OnLabor {
  readonly kind: 'LaborAdopted';
  readonly quest: QuestId | null;
}

export type LaborCommandLogged =
  LaborAcknowledged | LaborAssigned | LaborWaived | LaborReopened | LaborNoted | LaborAdopted;

interface OnHost {
  readonly host: HostName;
  readonly recordedAt: Instant;
  readonly by: string | null;
  /** As of {@link EventLogged}. */
  readonly principal?: string;
}

/** Attributes of the host itself: they open and close nothing. What is named in both is set. */
export interface HostAttributesSet extends OnHost {
  readonly kind: 'HostAttributesSet';
  readonly set: Attributes;
  readonly clear: readonly string[];
}

/** Waives what is open; the host is retired until its next event. */
export interface HostRetired extends OnHost {
  readonly kind: 'HostRetired';
  readonly reason: string;
}

export type HostCommandLogged = HostAttributesSet | HostRetired;

/** A line of an inventory: the attributes as by {@link HostAttributesSet}, and the host is in that inventory from now on. */
export interface HostImported extends Omit<HostAttributesSet, 'kind'> {
  readonly kind: 'HostImported';
  readonly inventory: string;
}

/** The inventory was imported as a whole, and has the host no longer. */
export interface HostMissing extends OnHost {
  readonly kind: 'HostMissing';
  readonly inventory: string;
}

export type InventoryLogged = HostImported | HostMissing;

/**
 * The quest was abandoned: what of it is open on the host is waived, and nothing follows in it (rule 22). The quest's own stream
 * decides; this carries it out, and is obeyed as written.
 */
export interface QuestEnded extends OnHost {
  readonly kind: 'QuestEnded';
  readonly quest: QuestId;
  readonly reason: string;
}

/** The same on a host of which the quest adopted labors. Whether the quest names the host is not said by it. */
export interface QuestLaborsEnded extends Omit<QuestEnded, 'kind'> {
  readonly kind: 'QuestLaborsEnded';
}

/**
 * The quest took the host out: its chains that are open here leave it and stay open, and the quest names the host no longer
 * (rule 22). The quest's own stream decides; this carries it out, and is obeyed as written.
 */
export interface QuestLeft extends OnHost {
  readonly kind: 'QuestLeft';
  readonly quest: QuestId;
  readonly reason: string | null;
}

/** Whose open labors a quest claims: those in no quest, or those in any. */
export type ClaimFrom = 'none' | 'any';

/**
 * The quest claims the host: it names it, and the chains of its open labors of the type join it (rule 18). The quest's own stream
 * decides; this carries it out, and is obeyed as written.
 */
export interface LaborsClaimed extends OnHost {
  readonly kind: 'LaborsClaimed';
  readonly quest: QuestId;
  readonly laborType: TypeName;
  readonly from: ClaimFrom;
}

/** Of an earlier event of the host, note, attributes, data and `by` are shown no longer (rule 25). */
export interface EventRedacted extends OnHost {
  readonly kind: 'EventRedacted';
  readonly event: EventId;
  readonly reason: string;
}

export type HostEntry =
  | EventLogged
  | LaborCommandLogged
  | HostCommandLogged
  | InventoryLogged
  | QuestEnded
  | QuestLaborsEnded
  | QuestLeft
  | LaborsClaimed
  | EventRedacted;
