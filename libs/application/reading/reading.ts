/** The reads of query: every question that the views answer. `createReading` makes it. */
import type {
  AsOf,
  Bucket,
  CursorKey,
  Effects,
  EventDocument,
  EventFilter,
  EventSort,
  HostCounts,
  HostFilter,
  HostQuery,
  HostSort,
  LaborClosing,
  LaborDocument,
  LaborFilter,
  LaborOpening,
  LaborPlaceSort,
  LaborSort,
  LastEvent,
  Outcome,
  Page,
  PageRequest,
  ParkRecord,
  Position,
  QuestChange,
  QuestFilter,
  QuestHostFilter,
  QuestHostSort,
  QuestPhase,
  QuestSort,
  Tally,
  TimeOfType,
  TimesToClose,
} from '#contracts';
import type {
  Abandonment,
  Attributes,
  Catalogue,
  EventType,
  Fate,
  FateGraph,
  FateId,
  HostName,
  Instant,
  LaborId,
  NameRules,
  NextEvent,
  QuestId,
  Reference,
  Retirement,
  Status,
  TypeName,
} from '#domain';
import type { HostRow } from '#ports';
import type { Naming } from './own-names.js';

/** A caller's place among those that are worked on at once: who waits gives it back, so that it is another's meanwhile. */
export interface Place {
  /** In whose share it is counted: one holder has no more than a share of what is limited. */
  readonly holder: string;
  leave(): void;
  /** Resolves when there is a place again, or nobody is there any more who wants an answer. */
  comeBack(): Promise<void>;
}

/** A moment of the past: a place, or an instant, then with the place that an earlier page found for it. */
export type AskedMoment = { readonly position: Position } | { readonly instant: Instant; readonly position?: Position };

/** How fresh a read must be. */
export interface FreshnessDemand {
  /** The views must have reached it. */
  readonly minPosition?: Position;
  /** How long to wait for that, in seconds. */
  readonly waitS?: number;
  /**
   * What is shown is as it was then (R11): event types, fates, labors (one quest's too), quests, hosts and stats; other reads do
   * not look at it. `validation-failed` for an instant that lies ahead, and for what is not known of the past; a place that the
   * views have not reached is waited for as `minPosition` is.
   */
  readonly asOf?: AskedMoment;
  /** The caller's, in whose share the read's questions have their turns; it is given back while the read waits. */
  readonly place?: Place;
  /**
   * Goes on in what an earlier answer showed: the same generation, as fresh as it was then; nothing is looked up or waited
   * for. `not-caught-up` where that generation is gone.
   */
  readonly sameAs?: Shown<unknown>;
}

/** The answer of a read, and how fresh it is (Q). */
export interface Shown<T> {
  /** All entries up to it are in the answer, but for hosts that are behind. */
  readonly position: Position;
  /** Time since the partition that was last heard longest ago was heard without a hole. */
  readonly ageMs: number;
  /** Hosts of which entries up to it may be missing (P9): how many, at most 1000. */
  readonly hostsBehind: number;
  /** Of the views that were served (P7). */
  readonly generation: number;
  /** The moment that the answer shows, where one of the past was asked for. */
  readonly asOf?: AsOf;
  readonly body: T;
}

/** `not-caught-up` where the views are not there in time or are being rebuilt; else the codes that the method names. */
export type Answer<T> = Promise<Outcome<Shown<T>>>;

export interface EventTypeFilter {
  readonly status?: readonly Status[];
  readonly category?: readonly string[];
  /** Whether some starting fate in force creates it. */
  readonly starting?: boolean;
}

export interface FateFilter {
  readonly status?: readonly Status[];
  readonly creates?: readonly TypeName[];
  readonly completedBy?: readonly TypeName[];
}

/** By number. */
export type CatalogueSort = 'id';

/** As {@link LaborFilter}, without the fields that need the clock or the catalogue. */
export interface LaborQuestion extends Naming<Omit<LaborFilter, 'overdue' | 'stranded' | 'for'>> {
  readonly overdue?: boolean;
  readonly stranded?: boolean;
  /** Open labors whose turn it is of this user ({@link ActingUser}): `too-broad` where too much is the user's. */
  readonly for?: string;
  /** Of the hosts that it selects: `too-broad` where these are many, and not listed by host. */
  readonly hostQuery?: HostQuery;
}

export interface QuestQuestion extends Naming<Omit<QuestFilter, 'overdue'>> {
  readonly overdue?: boolean;
}

/** An event, and what it did. */
export interface EventView {
  readonly event: EventDocument;
  readonly effects: Effects;
}

/** A labor with the fields that are derived when it is read (P8). */
export interface LaborView {
  readonly labor: LaborDocument;
  /** Open, and no fate in force can close it (rule 10). */
  readonly stranded: boolean;
  readonly parked: boolean;
  /** Under `asOf`: it was something then that its document has forgotten ({@link hasForgottenAt} of contracts). */
  readonly incomplete?: boolean;
}

/** A labor, and what would advance it. */
export interface LaborDetail extends LaborView {
  /** Of an open labor: each event type that would complete it now, and all that its event would do on the host. */
  readonly next: readonly NextEvent[];
}

/** Rule 16. */
export interface LaborWhy {
  readonly labor: LaborId;
  readonly state: LaborDocument['state'];
  readonly opened: LaborOpening;
  /** The present opening fate; null where it was deleted. */
  readonly openingFate: Fate | null;
  readonly closed: LaborClosing | null;
  readonly closingFate: Fate | null;
  /** Its host is parked: later events are not judged yet (P4). */
  readonly parked: boolean;
  /** As of {@link LaborView}. */
  readonly incomplete?: boolean;
  /** Of an open labor: every event type that would complete it now, with the fates that say so. */
  readonly completedBy: readonly { readonly type: TypeName; readonly fates: readonly FateId[] }[];
}

/** Rules 20 and 21. */
export interface QuestView {
  readonly id: QuestId;
  readonly type: TypeName;
  readonly creator: string | null;
  readonly principal: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
  readonly state: QuestPhase;
  readonly embarkedAt: Instant;
  /** It accepted labors to adopt, and not all of their hosts know of it. */
  readonly adopting: boolean;
  /** Hosts that it took out have not all left it yet. */
  readonly removing: boolean;
  /** Null where it is not; `ended`: each of its hosts knows. */
  readonly abandoned: (Abandonment & { readonly ended: boolean }) | null;
  readonly completedAt: Instant | null;
  readonly overdue: boolean;
  readonly hosts: number;
  /** Rule 21, of the hosts. */
  readonly hostCounts: QuestHostCounts;
  readonly tally: Tally;
  /** Labors not open / labors, in percent, to one decimal, rounded down; null where there are none. */
  readonly percent: number | null;
  /** Chains completed / (chains − waived), likewise. */
  readonly percentDone: number | null;
  /** Why its own stream is parked, where it is (P4). */
  readonly parked: ParkRecord | null;
  /** Under `asOf`: of how many of its hosts the numbers of then are forgotten: they count as they were when they are known again. */
  readonly incomplete?: number;
}

/** Hosts not counted as done, open or without have no part in the views yet. */
export interface QuestHostCounts extends HostCounts {
  /** Those named, and those with labors in it. */
  readonly total: number;
  /** `done` / `total` in percent, to one decimal, rounded down; null where there are none. */
  readonly percent: number | null;
}

/** One host's share of a quest. */
export interface QuestHostView {
  readonly host: HostName;
  readonly tally: Tally;
  /** Its labors that are open in the quest, oldest first. */
  readonly open: readonly LaborView[];
}

/** What was open of a quest when a bucket of time ended. */
export interface BurndownBucket {
  readonly from: Instant;
  /** Its end, which is the next one's beginning; of the last bucket it may lie ahead. */
  readonly to: Instant;
  readonly open: number;
  /** By type; those of which something was open. */
  readonly steps: readonly { readonly type: TypeName; readonly open: number }[];
  /** Labors in all of the quest of which older stays are not known any more: counted as far as they keep them. */
  readonly forgetful: number;
}

export type BurndownSort = 'from' | '-from';

/** Something that happened to a quest: an entry of its own stream, or the entry of a host that completed or reopened it (rule 20). */
export interface QuestHistoryItem {
  readonly position: Position;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly change: QuestChange | { readonly kind: 'completed' | 'reopened' };
}

export type QuestHistorySort = '-position' | 'position';

/** A host of a list. */
export interface HostView extends Omit<HostRow, 'updatedAt'> {
  /** `recordedAt` of its last entry; under `asOf` null where later ones have followed: it is not kept since when it was so. */
  readonly updatedAt: Instant | null;
  /** Under `asOf`: it has forgotten part of what it was then, and is shown as old as that is known. */
  readonly incomplete?: boolean;
}

/** All about one host. */
export interface HostDossier {
  readonly host: HostName;
  /** Its other names, in the order in which they were given. */
  readonly aliases: readonly HostName[];
  /** As of {@link HostView}, as is `incomplete`. */
  readonly updatedAt: Instant | null;
  readonly incomplete?: boolean;
  readonly attributes: Attributes;
  readonly retired: Retirement | null;
  /** The inventories whose last import has it. */
  readonly inventories: readonly string[];
  readonly lastEvent: LastEvent | null;
  readonly parked: ParkRecord | null;
  /** Entries of it are judged step by step: later ones are still to come (P9). */
  readonly behind: boolean;
  /** Oldest first, at most 1000. */
  readonly openLabors: readonly LaborView[];
  /** Each event type that would complete an open labor now, and what its event would do; at most 100. */
  readonly next: readonly NextEvent[];
  /** Newest first, at most 20. */
  readonly newestEvents: readonly EventDocument[];
  /** The newest event of each category, at most 100. */
  readonly lastByCategory: readonly EventDocument[];
  /** Quests in which it has a part, newest first, at most 100. */
  readonly quests: readonly QuestView[];
}

/** The graph of the fates, and what is open in it. */
export interface FateGraphView {
  readonly graph: FateGraph;
  /** Whose labors are counted; null: of all. */
  readonly quest: QuestId | null;
  readonly open: ReadonlyMap<TypeName, number>;
  /** Of one quest. */
  readonly closed: ReadonlyMap<TypeName, number> | null;
  /** How old the counts are, where all labors are counted. */
  readonly countsAgeMs: number | null;
  /** The fates that some labor names as its opening one. */
  readonly fired: ReadonlySet<FateId>;
}

/** A figure, and how old it is: totals are counted at most every few seconds. */
export interface Aged<T> {
  readonly value: T;
  readonly ageMs: number;
}

export interface Stats {
  readonly totals: Aged<{
    readonly hosts: number;
    readonly events: number;
    readonly labors: { readonly open: number; readonly completed: number; readonly waived: number };
    readonly quests: Readonly<Record<QuestPhase, number>>;
  }>;
  readonly openByType: Aged<readonly { readonly type: TypeName; readonly open: number; readonly oldest: Instant }[]>;
  /** Of these types those of which no labor can be completed (rule 10). */
  readonly stranded: Stats['openByType'];
  /** The `opened.at` that lies longest ago among open labors; null where none is open. */
  readonly oldestOpen: Aged<Instant | null>;
  /**
   * Of each type the newest MAX_TIMED labors that were completed. Counted apart from the rest, so perhaps before the position
   * of the answer; null where it was not counted yet.
   */
  readonly timeToClose: Aged<readonly TimeOfType[] | null>;
  /** The last 24 full hours (UTC) and the present one, oldest first; hours without events are there with 0. */
  readonly eventsPerHour: Aged<readonly { readonly hour: Instant; readonly events: number }[]>;
}

/** Under `asOf`: those of the figures that are known of the past. */
export type PastStats = Omit<Stats, 'timeToClose' | 'eventsPerHour'>;

/** Where a list begins and how it is ordered; cursors are the app's business. */
export interface CatalogueRequest extends PageRequest<CatalogueSort> {
  readonly after: CursorKey | null;
}

/** Questions. None writes anything. Throws StoreUnavailable where the views are away. */
export interface Reading {
  eventTypes(filter: EventTypeFilter, page: CatalogueRequest, demand: FreshnessDemand): Answer<Page<EventType>>;
  /** `event-type-unknown` */
  eventType(name: string, demand: FreshnessDemand): Answer<EventType>;
  fates(filter: FateFilter, page: CatalogueRequest, demand: FreshnessDemand): Answer<Page<Fate>>;
  /** A number or name from a path. `fate-unknown` */
  fate(fate: string, demand: FreshnessDemand): Answer<Fate>;

  /** All of it: see `catalogueFile`. */
  catalogue(demand: FreshnessDemand): Answer<Catalogue>;

  nameRules(demand: FreshnessDemand): Answer<NameRules>;

  /** Of all labors, or of one quest's. `quest-unknown` */
  fateGraph(quest: QuestId | null, demand: FreshnessDemand): Answer<FateGraphView>;

  events(
    filter: Naming<EventFilter>,
    page: PageRequest<EventSort>,
    demand: FreshnessDemand,
  ): Answer<Page<EventDocument>>;
  /** `event-unknown`, `host-parked` */
  event(id: string, demand: FreshnessDemand): Answer<EventView>;

  /** Under `asOf` by the places of their openings, whatever other sort is named. A page may be short, even empty, and go on. */
  labors(
    filter: LaborQuestion,
    page: PageRequest<LaborSort | LaborPlaceSort>,
    demand: FreshnessDemand,
  ): Answer<Page<LaborView>>;
  /** `labor-unknown`, `host-parked` */
  labor(id: string, demand: FreshnessDemand): Answer<LaborDetail>;
  /** `labor-unknown`, `host-parked` */
  why(id: string, demand: FreshnessDemand): Answer<LaborWhy>;

  quests(filter: QuestQuestion, page: PageRequest<QuestSort>, demand: FreshnessDemand): Answer<Page<QuestView>>;
  /** `quest-unknown` */
  quest(id: QuestId, demand: FreshnessDemand): Answer<QuestView>;
  /** `quest-unknown` */
  questLabors(
    id: QuestId,
    filter: LaborQuestion,
    page: PageRequest<LaborSort | LaborPlaceSort>,
    demand: FreshnessDemand,
  ): Answer<Page<LaborView>>;
  /** `quest-unknown` */
  questHosts(
    id: QuestId,
    filter: Naming<QuestHostFilter>,
    page: PageRequest<QuestHostSort>,
    demand: FreshnessDemand,
  ): Answer<Page<QuestHostView>>;

  /**
   * Each bucket from that of the first change to that of the last, at most MAX_BUCKETS, the newest; `bucket` absent: the
   * shortest that is enough for all of it. `quest-unknown`
   */
  burndown(
    id: QuestId,
    question: { readonly bucket?: Bucket },
    page: PageRequest<BurndownSort>,
    demand: FreshnessDemand,
  ): Answer<Page<BurndownBucket>>;

  /** Of the labors in the quest that were completed. `quest-unknown` */
  questTimes(id: QuestId, demand: FreshnessDemand): Answer<TimesToClose>;

  /** `quest-unknown` */
  questHistory(
    id: QuestId,
    page: PageRequest<QuestHistorySort>,
    demand: FreshnessDemand,
  ): Answer<Page<QuestHistoryItem>>;

  hosts(filter: Naming<HostFilter>, page: PageRequest<HostSort>, demand: FreshnessDemand): Answer<Page<HostView>>;
  /** By any of its names. `host-unknown` */
  host(host: string, demand: FreshnessDemand): Answer<HostDossier>;

  stats(demand: FreshnessDemand): Answer<Stats>;
  /** Of the moment that `asOf` names, where none is named of the present: `overloaded` where other moments are being counted. */
  pastStats(demand: FreshnessDemand): Answer<PastStats>;
}
