/** Histories: entries of the catalogue, of names and of hosts in the one order of the journal. What the model, the fold and projections are fed with. */
import type {
  EventDocument,
  LaborAssignment,
  LaborClosing,
  LaborDocument,
  LaborMove,
  LaborNote,
  LaborOpening,
  LaborPast,
  Tally,
} from '#contracts';
import type {
  Attributes,
  CatalogueEntry,
  EventId,
  HostEntry,
  HostName,
  Instant,
  LaborId,
  NamesEntry,
  QuestId,
  Retirement,
  Revision,
} from '#domain';

export type HistoryStep =
  | { readonly kind: 'catalogue'; readonly entry: CatalogueEntry }
  /** Rule 23: no host's entry is judged otherwise by what names mean. */
  | { readonly kind: 'names'; readonly entry: NamesEntry }
  /** Its revision is the number of earlier steps of the same host. */
  | { readonly kind: 'host'; readonly entry: HostEntry };

export interface History {
  readonly steps: readonly HistoryStep[];
}

type Plain<T> = Omit<T, 'position'>;

/** A labor's document but for positions, which a history does not have: events that it absorbed are named by their ids. */
export type PlainLabor = Plain<
  Omit<LaborDocument, 'opened' | 'closed' | 'absorbed' | 'overflow' | 'ack' | 'notes' | 'assignment' | 'past'>
> & {
  readonly absorbed: readonly PlainRepeat[];
  readonly overflow: PlainRepeat | null;
  readonly opened: Plain<LaborOpening>;
  readonly closed: Plain<LaborClosing> | null;
  readonly ack: LaborNote | null;
  readonly notes: readonly LaborNote[];
  readonly assignment: Plain<LaborAssignment> | null;
  readonly past: PlainPast | null;
};

export interface PlainRepeat {
  readonly event: EventId;
  readonly at: Instant;
}

export interface PlainPast extends Pick<LaborPast, 'forgotten'> {
  readonly reopenings: readonly (LaborNote & { readonly closed: Plain<LaborClosing> })[];
  readonly moves: readonly Plain<LaborMove>[];
  readonly acks: readonly LaborNote[];
  readonly assignments: readonly Plain<LaborAssignment>[];
  readonly notes: readonly LaborNote[];
}

export type PlainEvent = Omit<EventDocument, 'position'>;

export interface PlainHost {
  readonly host: HostName;
  /** Of its last entry. */
  readonly revision: Revision;
  readonly events: number;
  /** Of the events that are no duplicates. */
  readonly greatestAt: Instant | null;
  /** Oldest first. */
  readonly open: readonly LaborId[];
  readonly attributes: Attributes;
  readonly retired: Retirement | null;
  /** In which it is, in the order in which they took it in. */
  readonly inventories: readonly string[];
  /** The newest that is no duplicate. */
  readonly lastEvent: EventId | null;
}

export interface PlainPart {
  readonly quest: QuestId;
  readonly host: HostName;
  readonly tally: Tally;
  /** The step after which no labor of it was open, closed or moved out by it; null while one is, and where there never was one. */
  readonly emptiedBy: number | null;
}

/** All that follows from a history. Labors and events in the order they came up, hosts and parts in that of their first step. */
export interface Derived {
  readonly events: readonly PlainEvent[];
  readonly labors: readonly PlainLabor[];
  readonly hosts: readonly PlainHost[];
  /** One per quest and host where an event of the quest was judged. */
  readonly parts: readonly PlainPart[];
}
