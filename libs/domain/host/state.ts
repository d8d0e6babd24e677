/** A host as judging needs it, and the effects of one entry. Notes live in the labor documents, attributes of events in theirs. */
import type { Actor } from '../catalogue/entries.js';
import type { FateId } from '../catalogue/ids.js';
import type { Instant, Revision, TypeName } from '../names.js';
import type { QuestId } from '../quest/ids.js';
import type { Attributes } from './entries.js';
import type { EventId, LaborId } from './ids.js';

/** Rule 24: how many of a host's newest events a key is looked for in. */
export const KEY_WINDOW = 64;
/** Rule 6: while this many labors of its type are open on the host, an event opens none outside a chain. */
export const MAX_OPEN_PER_TYPE = 100;
/** Rule 6: the same for all labors of the host. So one entry has at most twice as many effects, and two more. */
export const MAX_OPEN = 1000;

/** Rule 14: how many of a host's waived labors, the newest, can be reopened: as many as may be open. */
export const MAX_REOPENABLE = MAX_OPEN;

/** How many of the events that a labor counted beside its first keep their places with it, the newest. */
export const MAX_ABSORBED = 100;

/** Rule 14: how many of a labor's notes are shown, the newest. */
export const MAX_NOTES = 10;

/** Rules 15 and 22: with how many closed labors of their chains the labors of one entry can move: as many as one may change. */
export const MAX_MOVED = 1000;

/** Rule 23: how many attributes a host may have. */
export const MAX_HOST_ATTRIBUTES = 64;

/** Rule 23: in how many inventories a host may be; no other one takes it in. */
export const MAX_INVENTORIES = 16;

export interface OpenLabor {
  readonly id: LaborId;
  readonly type: TypeName;
  readonly quest: QuestId | null;
  /** The id of the chain's first labor; its own id where it is the first. */
  readonly chain: LaborId;
  /** How many labors of its chain came before it, all of them closed. */
  readonly earlier: number;
}

/** The key of the host's `event`-th event (counted from 1) with its type, as a hash of 64 bits in hex. */
export interface KeyMark {
  readonly event: number;
  readonly hash: string;
}

/** Rule 23: who retired the host, when and why. */
export interface Retirement {
  readonly by: string | null;
  /** Whose token wrote it; null without one. */
  readonly principal: string | null;
  readonly at: Instant;
  readonly reason: string;
}

export interface HostState {
  /** The last entry applied; -1 before the first. */
  readonly revision: Revision;
  /** How many events (entries that are no commands) were applied. */
  readonly events: number;
  /** The greatest `at` so far (rule 9). */
  readonly greatestAt: Instant | null;
  /** In the order opened, so that the oldest comes first. */
  readonly open: readonly OpenLabor[];
  /** Labors that were waived and can be reopened, as they were; in the order waived, at most {@link MAX_REOPENABLE}. */
  readonly waived: readonly OpenLabor[];
  /** The keyed events among the last {@link KEY_WINDOW}; oldest first. */
  readonly keys: readonly KeyMark[];
  /** In the order of their names, at most {@link MAX_HOST_ATTRIBUTES}. */
  readonly attributes: Attributes;
  /** Null from the next event or reopening on. A retired host has no open labor. */
  readonly retired: Retirement | null;
  /** The inventories whose last import has it, in the order in which they took it in; at most {@link MAX_INVENTORIES}. */
  readonly inventories: readonly string[];
}

export const newHost: HostState = {
  ...{ revision: -1, events: 0, greatestAt: null, open: [], waived: [], keys: [] },
  ...{ attributes: {}, retired: null, inventories: [] },
};

/** The author, time and note of an effect: the event's, or the command's. */
export interface Origin {
  readonly at: Instant;
  readonly by: string | null;
  /** Whose token wrote the entry; null without one. */
  readonly principal: string | null;
  readonly note: string | null;
}

/** An effect of an entry. Effects come in the order of rule 5: absorbed or opened outside a chain, then closed, each followed by its follow-up. */
export type HostEffect =
  | {
      readonly kind: 'opened';
      readonly labor: OpenLabor;
      /** The opening fate: the matching fate with the lowest number. */
      readonly fate: FateId;
      /** Those of all fates that opened it, sorted. */
      readonly actors: readonly Actor[];
      readonly origin: Origin;
    }
  | {
      readonly kind: 'absorbed';
      readonly labor: OpenLabor;
      readonly origin: Origin;
      /** Whether the bound of open labors forced it (rule 6). */
      readonly overflow: boolean;
    }
  | {
      readonly kind: 'closed';
      readonly labor: OpenLabor;
      readonly how: 'completed' | 'waived';
      /** Type of the event that closed it; null where a command did. */
      readonly type: TypeName | null;
      readonly origin: Origin;
      /** The closing fate; null when waived. */
      readonly fate: FateId | null;
      /** The labor that follows in the chain, if any; its own `opened` comes next. */
      readonly followedBy: LaborId | null;
    }
  /** A waive was taken back: the labor is open as before, in its chain and quest. */
  | { readonly kind: 'reopened'; readonly labor: OpenLabor; readonly origin: Origin }
  | { readonly kind: 'acknowledged'; readonly labor: OpenLabor; readonly origin: Origin }
  | { readonly kind: 'assigned'; readonly labor: OpenLabor; readonly to: string | null; readonly origin: Origin }
  /** The labor may be closed, or may never have been: the fold does not know those. */
  | { readonly kind: 'noted'; readonly labor: Pick<OpenLabor, 'id'>; readonly origin: Origin }
  /** The labor's chain is in another quest, or in none: all that is closed of it moved, too. `labor` as it is now. */
  | { readonly kind: 'moved'; readonly labor: OpenLabor; readonly from: QuestId | null; readonly origin: Origin }
  /** A quest's event or its end arrived: the quest names the host, whether or not a labor opened. */
  | { readonly kind: 'joined'; readonly quest: QuestId; readonly origin: Origin }
  /** The quest took the host out: it names the host no longer. */
  | { readonly kind: 'left'; readonly quest: QuestId; readonly origin: Origin }
  /** What the event said is shown no longer, on the labors that it opened or closed either; where it was redacted before, nothing changes. */
  | { readonly kind: 'redacted'; readonly event: EventId; readonly origin: Origin };

export interface Judgement {
  readonly state: HostState;
  readonly effects: readonly HostEffect[];
  /** Rule 9; only events are. */
  readonly late: boolean;
  /** Rule 24; then there are no effects. */
  readonly duplicate: boolean;
}
