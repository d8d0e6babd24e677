/** What projectors ask of one generation of the views, and write into it (P2, P3, P6). */
import type {
  CatalogueEntryDocument,
  EntryTime,
  EventDocument,
  EventRedaction,
  HostCounts,
  HostDocument,
  LaborDocument,
  LastClosed,
  NamesEntryDocument,
  ParkRecord,
  PartDocument,
  PartitionProgress,
  Position,
  QuestDocument,
  QuestEntryDocument,
  QuestRecord,
  Recount,
  Tally,
} from '#contracts';
import type { EventId, HostName, LaborId, QuestId } from '#domain';
import type { BehindHost } from './behind.js';
import type { Publication } from './changes.js';
import type { StoredDocuments } from './stored.js';

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
 * P2's writes, in three phases; an adapter does those of one phase side by side, where nothing is said of their order. First
 * the documents (events, labors, parts, marks, quests, catalogue), then the hosts, then touches and after them progress. A
 * document never replaces one of a greater position (hosts: of another version).
 */
export interface ViewsBatch {
  /** Inserted where not there; a stored one stays as it is. */
  readonly events?: readonly EventDocument[];
  /**
   * Rule 25, after the batch's events, each event at most once: `by`, `note`, `attributes` and `data` go from the store for
   * good, and filters find the event by them no longer. One that was redacted before keeps its first redaction.
   */
  readonly redactions?: readonly { readonly event: EventId; readonly redaction: EventRedaction }[];
  /**
   * When entries were recorded, each millisecond at most once: of what is stored and what comes the least place stays. With the
   * list of events they belong to no generation. They are there before the progress that passes the entries.
   */
  readonly times?: readonly EntryTime[];
  readonly labors?: readonly LaborDocument[];
  /** Before the batch's `quests`: the revision of a record says that the parts which its entries expect are there. */
  readonly parts?: readonly PartDocument[];
  /** Raises each quest's mark to at least this. Makes the quest's document where there is none. */
  readonly marks?: readonly { readonly quest: QuestId; readonly position: Position }[];
  /**
   * Guarded by revision: never over a greater one. An equal one replaces only where it takes parking one step on: from
   * not parked to `parked`, on to `releasing`, and from there to not parked, or parked again (P4). So what was read
   * before another's step never takes it back.
   */
  readonly quests?: readonly QuestRecord[];
  /**
   * What entries of quests' streams changed, each by its quest and position: inserted where not there; never changed. Before
   * the batch's `quests`, whose revision says that these are there.
   */
  readonly questEntries?: readonly QuestEntryDocument[];
  /** Inserted where not there; never changed. */
  readonly catalogue?: readonly CatalogueEntryDocument[];
  /** As `catalogue`. */
  readonly names?: readonly NamesEntryDocument[];
  /** Compare-and-set: stored with `version + 1` if the stored version is `version` (0: not there). */
  readonly hosts?: readonly HostDocument[];
  /** Adds one to each quest's touch counter, after the hosts' commits (P6). Makes the document where there is none. */
  readonly touches?: readonly QuestId[];
  /** Stored only when no host lost its compare-and-set. */
  readonly progress?: ProgressMove;
  /** How its labors and quests are published to followers. Absent: not at all, since the generation was never served. */
  readonly published?: Publication;
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
  /**
   * Whether a host with a part is behind and has not rejoined, or one whose part is but expected (`expectedPart`) is among the first
   * {@link MAX_PARKED_COUNTED} that are parked. Asked only where no labor is open: always false elsewhere.
   */
  readonly behind: boolean;
}

/** Folding into one generation. For projectors. */
export interface ViewsWriter extends StoredDocuments {
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
  /**
   * Compare-and-set on the version of the recount it began from (0: none): stored with that + 1, or false. Unless `published` is
   * absent it is published as late; else the quest keeps the place that it has among the changes, or none.
   */
  storeRecount(
    generation: number,
    quest: QuestId,
    recount: Omit<Recount, 'version'>,
    expectedVersion: number,
    published?: 'late',
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
