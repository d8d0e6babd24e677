/**
 * The views: documents derived from the journal, in generations. Three ports, because who reads must not write and who
 * projects must not move the pointer. `viewsContract` in testing holds adapters to the laws (P2, P3, P5–P7).
 * Only single-document guarantees are asked for; an adapter may use more, nothing relies on it.
 * All calls may throw StoreUnavailable; calls that name a missing or dropped generation throw {@link GenerationGone}.
 * Answers are snapshots; arguments are not kept or changed.
 */
import type {
  BehindRecord,
  CatalogueEntryDocument,
  EventDocument,
  EventRedaction,
  EventFilter,
  EventSort,
  Generation,
  HostCounts,
  HostDocument,
  HostFilter,
  HostSort,
  LaborDocument,
  LaborFilter,
  LaborSort,
  Page,
  PageRequest,
  ParkRecord,
  PartDocument,
  PartitionProgress,
  Position,
  QuestDocument,
  QuestFilter,
  QuestHostFilter,
  QuestHostSort,
  QuestRecord,
  QuestSort,
  Recount,
  Tally,
  LastClosed,
  Uuid,
} from '#contracts';
import type { EventId, FateId, HostName, LaborId, QuestId, Revision, TypeName } from '#domain';

/** The generation does not exist: it was dropped, or never made. Who looks again finds the one that is served now. */
export class GenerationGone extends RangeError {
  override readonly name = 'GenerationGone';

  constructor(readonly generation: number) {
    super(`the views have no generation ${generation}: it was dropped`);
  }
}

/** The journal of these views, and the version of their list of events. */
export interface ViewsIdentity {
  readonly journal: Uuid;
  readonly eventsVersion: number;
}

/** Setting up, generations, progress as a whole. For starting, rebuilding and operating. */
export interface ViewsControl {
  /** Undefined for new, empty views. */
  identity(): Promise<ViewsIdentity | undefined>;
  /**
   * States whose views these are; throws a RangeError where they have another journal's identity already. Where they have
   * this one's, it changes nothing: the version of the events moves by {@link resetEvents} alone.
   */
  claim(identity: ViewsIdentity): Promise<void>;
  /** Removes everything: identity, events, every generation, the pointer. The numbering of generations continues. */
  reset(): Promise<void>;
  /**
   * Empties the list of events, states its new version, and gives up every generation with it, in one step: only a fold
   * from the journal's beginning fills the list again.
   */
  resetEvents(eventsVersion: number): Promise<void>;

  /** All that exist, ascending. */
  generations(): Promise<readonly Generation[]>;
  /** The generation that is served to readers of these documents, or null before one was activated for them. */
  current(documentsVersion: number): Promise<number | null>;
  /** Makes the next generation, empty, `folding`, each partition's progress at START; its number is greater than any before. */
  createGeneration(of: Omit<Generation, 'number' | 'state'>): Promise<Generation>;
  /**
   * Makes it `ready` and serves it to readers of its documents version: one pointer moves (P7). `superseded`: that pointer
   * is at a generation of a greater fold version, and stays there.
   */
  activate(generation: number): Promise<'activated' | 'superseded'>;
  /**
   * Removes its documents, and the pointer that names it. A generation that is served is refused with a RangeError, unless
   * one of a greater documents version is served as well.
   */
  dropGeneration(generation: number): Promise<void>;
  /** Restarts every partition of a generation from `progress`, under another number of partitions or hash (F1). */
  repartition(generation: number, progress: readonly PartitionProgress[], hashVersion: number): Promise<void>;
}

/** How far partitions have come. A partition's position never goes back, and neither does its `heardAtMs`. */
export interface ProgressMove {
  /**
   * The writer's number of partitions. Where the generation has another number, all of it is ignored: the same
   * partition would be of other streams, and entries that those have not applied yet would be lost (F1).
   */
  readonly partitions: number;
  readonly moved: readonly PartitionProgress[];
}

/**
 * P2's writes, in three phases; an adapter does those of one phase side by side. First the documents (events, labors,
 * parts, marks, quests, catalogue), then the hosts, then touches and after them progress. A document never replaces one of
 * a greater position (hosts: of another version).
 */
export interface ViewsBatch {
  /** Inserted where not there; a stored one stays as it is. */
  readonly events?: readonly EventDocument[];
  /**
   * Rule 25, after the batch's events, each event at most once: `by`, `note`, `attributes` and `data` go from the store for
   * good, and filters find the event by them no longer. One that was redacted before keeps its first redaction.
   */
  readonly redactions?: readonly { readonly event: EventId; readonly redaction: EventRedaction }[];
  readonly labors?: readonly LaborDocument[];
  readonly parts?: readonly PartDocument[];
  /** Raises each quest's mark to at least this. Makes the quest's document where there is none. */
  readonly marks?: readonly { readonly quest: QuestId; readonly position: Position }[];
  /**
   * Guarded by revision: never over a greater one. An equal one replaces only where it takes parking one step on: from
   * not parked to `parked`, on to `releasing`, and from there to not parked, or parked again (P4). So what was read
   * before another's step never takes it back.
   */
  readonly quests?: readonly QuestRecord[];
  /** Inserted where not there; never changed. */
  readonly catalogue?: readonly CatalogueEntryDocument[];
  /** Compare-and-set: stored with `version + 1` if the stored version is `version` (0: not there). */
  readonly hosts?: readonly HostDocument[];
  /** Adds one to each quest's touch counter, after the hosts' commits (P6). Makes the document where there is none. */
  readonly touches?: readonly QuestId[];
  /** Stored only when no host lost its compare-and-set. */
  readonly progress?: ProgressMove;
}

/** Documents by their keys; an absent list loads nothing. */
export interface ViewsWanted {
  readonly hosts?: readonly HostName[];
  readonly quests?: readonly QuestId[];
  readonly labors?: readonly LaborId[];
  /** The labors that these events opened or closed, beside `labors`; none of an event that is not in the list. */
  readonly laborsOf?: readonly EventId[];
  /** Chains, by the ids of their first labors, of which all labors are loaded. */
  readonly chains?: readonly LaborId[];
  readonly parts?: readonly { readonly quest: QuestId; readonly host: HostName }[];
}

/** Those of the documents wanted that exist, each once, in any order. */
export interface ViewsLoaded {
  readonly hosts: readonly HostDocument[];
  readonly quests: readonly QuestDocument[];
  /** One that is wanted by its id and by its chain may come twice. */
  readonly labors: readonly LaborDocument[];
  readonly parts: readonly PartDocument[];
}

/** At most this many parked hosts, the first by name, are looked at for one quest's count of them. */
export const MAX_PARKED_COUNTED = 10_000;

/** The sum of a quest's parts; `hosts.parked` among the first {@link MAX_PARKED_COUNTED} parked hosts. */
export interface PartsSum {
  readonly tally: Tally;
  readonly hosts: HostCounts;
  /** The greatest entry after which a part had nothing open; null where none has. */
  readonly emptied: LastClosed | null;
  /** Whether a host with a part is behind and has not rejoined. Asked only where no labor is open: always false elsewhere. */
  readonly behind: boolean;
}

/** A host whose entries are judged apart (P9). */
export interface BehindHost {
  readonly host: HostName;
  readonly behind: BehindRecord;
}

/** As many hosts that are behind are counted, or looked through for a quest. */
export const MOST_BEHIND = 1000;

/** Folding into one generation. For projectors. */
export interface ViewsWriter {
  /** Reads the wanted documents side by side, in the time of one round trip; labors of events in that of two. */
  load(generation: number, wanted: ViewsWanted): Promise<ViewsLoaded>;
  /** Quests in which the host has a part, ascending, after `after`, at most `limit`. */
  questsOfHost(generation: number, host: HostName, after: QuestId | null, limit: number): Promise<readonly QuestId[]>;
  progress(generation: number): Promise<readonly PartitionProgress[]>;

  /**
   * Writes a batch in P2's order; answers the hosts whose compare-and-set was lost (nothing of theirs that others guard
   * was overwritten). An adapter may do the batch in one transaction.
   */
  apply(generation: number, batch: ViewsBatch): Promise<{ readonly conflicts: readonly HostName[] }>;

  /** Quests that are dirty (`isDirty`), ascending after `after`, at most `limit`. */
  dirtyQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]>;
  sumParts(generation: number, quest: QuestId): Promise<PartsSum>;
  /** Compare-and-set on the version of the recount it began from (0: none): stored with that + 1, or false. */
  storeRecount(
    generation: number,
    quest: QuestId,
    recount: Omit<Recount, 'version'>,
    expectedVersion: number,
  ): Promise<boolean>;

  /** Parked hosts or quests, ascending by name or number after `after`. */
  parkedHosts(
    generation: number,
    after: HostName | null,
    limit: number,
  ): Promise<readonly { readonly host: HostName; readonly parked: ParkRecord }[]>;
  parkedQuests(
    generation: number,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly { readonly quest: QuestId; readonly parked: ParkRecord }[]>;
  /** Hosts that are behind, ascending by name after `after`. */
  behindHosts(generation: number, after: HostName | null, limit: number): Promise<readonly BehindHost[]>;
}

/** Most ids in one call of {@link ViewsReader.laborsById}: others have their turn before the next call. */
export const MAX_LABORS_BY_ID = 200;

/** A labor as a list shows it, with facts from other documents. */
export interface LaborRow {
  readonly labor: LaborDocument;
  /** Whether its host is parked (P4). */
  readonly parked: boolean;
}

/** Most ids in one call of {@link ViewsReader.effects}: each may be named by some 2,000 labors. */
export const MAX_EFFECTS = 50;

/** What an event did, by the labors that name it; these in any order. */
export interface EventEffects {
  readonly event: EventId;
  /** The last entry of its host that is in the views, as it was before the labors were read: -1 before the first. */
  readonly applied: Revision;
  /** Whether its host is parked (P4). */
  readonly parked: boolean;
  readonly opened: readonly LaborId[];
  readonly closed: readonly LaborId[];
  /** The labor that counted it (rule 6). */
  readonly absorbed: readonly LaborId[];
  /**
   * Where none of its type opened and none is known to have counted it: the labors of its type that were open by then and have
   * counted events of which they keep no places any more. One of them may have counted it. At most 100.
   */
  readonly perhapsAbsorbed: readonly LaborId[];
}

/** Most of {@link EventEffects.perhapsAbsorbed}. */
export const MAX_PERHAPS = 100;

export interface HostRow {
  readonly host: HostName;
  readonly openLabors: number;
  readonly updatedAt: HostDocument['updatedAt'];
  readonly lastEvent: HostDocument['lastEvent'];
  readonly attributes: HostDocument['state']['attributes'];
  readonly retired: HostDocument['state']['retired'];
  readonly parked: ParkRecord | null;
}

export interface QuestHostRow {
  readonly part: PartDocument;
  /** The host's labors that are open in the quest, oldest first, at most 1000. */
  readonly open: readonly LaborDocument[];
}

/** The freshness of the views (Q): read it before the data. */
export interface ViewsFreshness {
  readonly generation: Generation;
  readonly progress: readonly PartitionProgress[];
}

/** Totals of `GET /stats`. */
export interface ViewsTotals {
  readonly hosts: number;
  readonly events: number;
  readonly labors: { readonly open: number; readonly completed: number; readonly waived: number };
  readonly quests: Readonly<Record<QuestDocumentPhase, number>>;
  readonly openByType: readonly {
    readonly type: TypeName;
    readonly open: number;
    readonly oldest: LaborDocument['opened']['at'];
  }[];
}
export type QuestDocumentPhase = Recount['phase'];

/** Reading one generation. For query, which can write nothing. */
export interface ViewsReader {
  /**
   * This reader for a request's questions: where questions wait for each other, those of a `holder` have their turn among
   * those of the others. Questions without a holder are Hermes's own, which are few at a time, and wait for nobody's.
   */
  for(holder: string): ViewsReader;

  /** Of the generation that is served to readers of these documents; undefined before one was activated for them. */
  freshness(documentsVersion: number): Promise<ViewsFreshness | undefined>;

  /**
   * The catalogue's entries of revision `from` and above, ascending, at most `limit`; none where the caller has all. Where
   * entries are just being written, a revision may be missing before others: a reader leaves what follows it for later.
   */
  catalogue(generation: number, from: Revision, limit: number): Promise<readonly CatalogueEntryDocument[]>;

  event(id: EventId): Promise<EventDocument | undefined>;
  events(filter: EventFilter, page: PageRequest<EventSort>): Promise<Page<EventDocument>>;
  /** The newest event of each category on the host, at most `limit`, by category. */
  lastByCategory(host: HostName, limit: number): Promise<readonly EventDocument[]>;
  /** How many events were recorded in each full hour that begins at `since` or later, ascending (UTC; hours without any are left out). */
  eventsPerHour(
    since: EventDocument['recordedAt'],
  ): Promise<readonly { readonly hour: EventDocument['recordedAt']; readonly events: number }[]>;

  labor(generation: number, id: LaborId): Promise<LaborRow | undefined>;
  /** Those of the labors that exist, in any order; at most {@link MAX_LABORS_BY_ID} ids in one call. */
  laborsById(generation: number, ids: readonly LaborId[]): Promise<readonly LaborRow[]>;
  /** The fates that some labor names as its opening one; in any order. */
  firedFates(generation: number): Promise<readonly FateId[]>;
  /** One for each of the ids, in their order; at most {@link MAX_EFFECTS} of them. Of an event that is not in the list: nothing but its host. */
  effects(generation: number, events: readonly EventId[]): Promise<readonly EventEffects[]>;
  labors(generation: number, filter: LaborFilter, page: PageRequest<LaborSort>): Promise<Page<LaborRow>>;

  quest(generation: number, id: QuestId): Promise<QuestDocument | undefined>;
  /** Only quests that were accepted. */
  quests(generation: number, filter: QuestFilter, page: PageRequest<QuestSort>): Promise<Page<QuestDocument>>;
  /** Quests of which a host may still lack its event, or the quest's end (`isUnfinished` of contracts), by number after `after`. */
  unfinishedQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]>;
  /** Hosts with a part in the quest. */
  questHosts(
    generation: number,
    quest: QuestId,
    filter: QuestHostFilter,
    page: PageRequest<QuestHostSort>,
  ): Promise<Page<QuestHostRow>>;
  /**
   * Whether any quest that the filter could concern is dirty with a label below `position` (Q); a filter by state
   * concerns all quests, one by id that quest.
   */
  questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean>;

  /** How many hosts are behind, at most {@link MOST_BEHIND}: an index of these alone is read. */
  hostsBehind(generation: number): Promise<number>;
  /**
   * The hosts that are behind and named in `hosts`, or that a quest of `quests` waits for: those with a part in it, and,
   * where it was counted with fewer parts than it has hosts, any. Of more than {@link MOST_BEHIND} all that are looked
   * through count as the quest's.
   */
  behindAmong(
    generation: number,
    among: { readonly hosts: readonly HostName[]; readonly quests: readonly QuestId[] },
  ): Promise<readonly BehindHost[]>;

  host(generation: number, host: HostName): Promise<HostDocument | undefined>;
  hosts(generation: number, filter: HostFilter, page: PageRequest<HostSort>): Promise<Page<HostRow>>;

  totals(generation: number): Promise<ViewsTotals>;
}

/** One store behind its three interfaces. */
export interface Views {
  readonly control: ViewsControl;
  readonly writer: ViewsWriter;
  readonly reader: ViewsReader;
  close(): Promise<void>;
}
