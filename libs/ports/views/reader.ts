/** What query asks of one generation of the views. */
import type {
  Burndown,
  BurndownQuestion,
  CatalogueEntryDocument,
  Completion,
  CompletionQuestion,
  EventDocument,
  EventFilter,
  EventSort,
  Generation,
  HostDocument,
  HostFilter,
  HostSort,
  LaborAsOfFilter,
  LaborDocument,
  LaborFilter,
  LaborPlaceSort,
  LaborSort,
  NamesEntryDocument,
  Page,
  PageRequest,
  ParkRecord,
  PartDocument,
  PartitionProgress,
  Position,
  QueriedHost,
  QuestDocument,
  QuestEntryDocument,
  QuestEntrySort,
  QuestFilter,
  QuestHostFilter,
  QuestHostSort,
  QuestSort,
  Recount,
  TimesToClose,
} from '#contracts';
import type { EventId, FateId, HostName, Instant, LaborId, QuestId, Revision, TypeName } from '#domain';
import type { BehindHost } from './behind.js';
import type { ChangesReader } from './changes.js';
import type { PastReader } from './past.js';

/** Most ids in one call of {@link ViewsReader.laborsById}: others have their turn before the next call. */
export const MAX_LABORS_BY_ID = 200;

/** Most hosts in one call of {@link ViewsReader.queriedHosts}: each may have a thousand open labors. */
export const MAX_QUERIED_HOSTS = 50;

export interface QueriedHostRow extends QueriedHost {
  /** Of the last entry applied to the host: less than a labor's while the batch that wrote that has not come to its hosts (P2). */
  readonly position: Position;
}

/** A labor as a list shows it, with facts from other documents. */
export interface LaborRow {
  readonly labor: LaborDocument;
  /** Whether its host is parked (P4). */
  readonly parked: boolean;
}

/** R11: a labor as it was. */
export interface LaborAsOfRow extends LaborRow {
  /** False where its document has forgotten something that it was then (`hasForgottenAt` of contracts). */
  readonly isExact: boolean;
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
  readonly inventories: HostDocument['state']['inventories'];
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
export interface ViewsReader extends ChangesReader, PastReader {
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
  /** As {@link catalogue}, of the stream that says what names of hosts mean. */
  names(generation: number, from: Revision, limit: number): Promise<readonly NamesEntryDocument[]>;

  /**
   * The last place before the first entry that was recorded after the instant, as far as entries are in the views;
   * {@link LAST_POSITION} where none is. Exact where clocks are apart by no more than CLOCKS_APART_MS: of entries that lie
   * more than ENTRY_TIMES_WINDOW_MS beyond the first later millisecond it may know nothing.
   */
  placeBefore(instant: Instant): Promise<Position>;
  /** The greatest `recordedAt` of the entries up to the position, with the same exactness; undefined where there are none. */
  instantAt(position: Position): Promise<Instant | undefined>;

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
  /**
   * R11: the labors that were there at the place `at`, as they were (`laborAsOf` of contracts), that pass the filter then;
   * `parked` where the host is parked by an entry up to there. `at` is no later than the views' position. Where little of what
   * is looked at passes, a page ends before it is full, even empty, with `next` not null: its work is bounded. A cursor's key
   * is the place of the opening, then the id.
   */
  laborsAsOf(
    generation: number,
    at: Position,
    filter: LaborAsOfFilter,
    page: Omit<PageRequest<LaborPlaceSort>, 'count'>,
  ): Promise<Page<LaborAsOfRow>>;

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
   * What was open in the quest at which time: the sum of all labors that are in it, or ever were as far as they keep it
   * ({@link BurndownSum}), exactly up to the question's position, which the views must have reached. Of a quest that nobody
   * knows: of no labor.
   */
  burndown(generation: number, question: BurndownQuestion): Promise<Burndown>;
  /** When the quest was completed and reopened, as {@link CompletionSum} finds it, under the same laws. */
  completions(generation: number, question: CompletionQuestion): Promise<readonly Completion[]>;
  /**
   * How long completed labors were open ({@link TimesSum}): of a quest all that are in it, of null of each type the newest
   * MAX_TIMED, by the places of the events that completed them, and of one event's by when they were opened.
   */
  timesToClose(generation: number, quest: QuestId | null): Promise<TimesToClose>;
  /** What the entries of the quest's stream changed; a cursor's key is the position. */
  questEntries(
    generation: number,
    quest: QuestId,
    page: PageRequest<QuestEntrySort>,
  ): Promise<Page<QuestEntryDocument>>;
  /**
   * Whether any quest that the filter could concern is dirty with a label below `position` (Q); a filter by state
   * concerns all quests, one by id that quest.
   */
  questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean>;

  /** How many hosts are behind, at most {@link MOST_BEHIND}: an index of these alone is read. */
  hostsBehind(generation: number): Promise<number>;
  /**
   * The hosts that are behind and named in `hosts`, or that a quest of `quests` waits for: those with a part in it, and,
   * where it was counted with fewer parts than it has hosts, or ever took hosts out, any. Of more than
   * {@link MOST_BEHIND} all that are looked through count as the quest's.
   */
  behindAmong(
    generation: number,
    among: { readonly hosts: readonly HostName[]; readonly quests: readonly QuestId[] },
  ): Promise<readonly BehindHost[]>;

  host(generation: number, host: HostName): Promise<HostDocument | undefined>;
  hosts(generation: number, filter: HostFilter, page: PageRequest<HostSort>): Promise<Page<HostRow>>;
  /** Those of the hosts that exist, in any order; at most {@link MAX_QUERIED_HOSTS} in one call. Each type of `open` comes once. */
  queriedHosts(generation: number, hosts: readonly HostName[]): Promise<readonly QueriedHostRow[]>;

  totals(generation: number): Promise<ViewsTotals>;
}
