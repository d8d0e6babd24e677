/**
 * The documents of the views: what projection writes and reading serves. Positions are bigints here and decimal text on
 * the wire; everything else is plain JSON. All but events belong to a generation (P7).
 */
import type {
  Actor,
  Attributes,
  CatalogueEntry,
  EventId,
  FateId,
  HostName,
  HostState,
  Instant,
  JsonObject,
  LaborId,
  QuestId,
  QuestState,
  Revision,
  TypeName,
} from '#domain';
import type { Uuid } from './entries.js';
import { minPosition, type Position } from './position.js';

/** Version of these documents' layout; views of another version are rebuilt (P7). */
export const DOCUMENTS_VERSION = 8;
/** Version of the list of events, which outlives generations. */
export const EVENTS_VERSION = 4;

/** P4: why a host or quest is parked, and since when. */
export interface ParkRecord {
  readonly state: 'parked' | 'releasing';
  readonly reason: string;
  /** The entry that could not be judged. */
  readonly revision: Revision;
  readonly position: Position;
  readonly since: Instant;
}

/**
 * P9: the host needed more than its share of a batch. Its entries are judged apart from the feed's, step by step; nothing
 * is wrong with them.
 */
export interface BehindRecord {
  /**
   * `behind`: batches ignore its entries. `rejoining`: they judge them again, and the rest up to there is being judged.
   * `rejoined`: nothing is left but to have its quests counted again.
   */
  readonly state: 'behind' | 'rejoining' | 'rejoined';
  /** Every entry of the host before it is judged. */
  readonly position: Position;
  readonly since: Instant;
}

/** The newest event of a host that is no duplicate. */
export interface LastEvent {
  readonly event: EventId;
  readonly type: TypeName;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly position: Position;
}

/** The commit point of a host (P2). */
export interface HostDocument {
  readonly host: HostName;
  readonly state: HostState;
  /** UUID of the last entry applied; null where the first one could not be judged (P4). */
  readonly entryId: Uuid | null;
  /** Of the last entry applied; START before the first. */
  readonly position: Position;
  /** `recordedAt` of the last entry applied or parked at. */
  readonly updatedAt: Instant;
  /** Null where there was none. */
  readonly lastEvent: LastEvent | null;
  readonly parked: ParkRecord | null;
  /** Null wherever it is parked. */
  readonly behind: BehindRecord | null;
  /** Raised by every write of it; 0 means not stored yet. */
  readonly version: number;
}

/** Rule 25: who redacted an event, when and why. */
export interface EventRedaction {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly reason: string;
}

/** One event, inserted when judged; only its redaction changes it, once. */
export interface EventDocument {
  readonly id: EventId;
  readonly host: HostName;
  readonly revision: Revision;
  readonly position: Position;
  readonly type: TypeName;
  readonly category: string;
  readonly state: string;
  readonly key: string | null;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly note: string | null;
  readonly attributes: Attributes | null;
  /** JSON of the client's own. */
  readonly data: JsonObject | null;
  readonly quest: QuestId | null;
  readonly late: boolean;
  readonly duplicate: boolean;
  /** Where not null, `by`, `note`, `attributes` and `data` are. */
  readonly redacted: EventRedaction | null;
}

export interface LaborOpening {
  readonly event: EventId;
  readonly position: Position;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly note: string | null;
  /** Whether the event was redacted: then `by` and `note` are null (rule 25). */
  readonly redacted: boolean;
  readonly fate: FateId;
  readonly catalogueRevision: number;
}

export interface LaborClosing {
  /** Null where it was waived. */
  readonly event: EventId | null;
  readonly type: TypeName | null;
  readonly position: Position;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  /** The event's note, or the reason it was waived for. */
  readonly note: string | null;
  /** As of {@link LaborOpening}; what waives a labor is no event. */
  readonly redacted: boolean;
  readonly fate: FateId | null;
  readonly catalogueRevision: number;
}

/** What somebody said about a labor, and when. */
export interface LaborNote {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly note: string | null;
}

/** Who gave it to whom, or (`to` null) who took it away. */
export interface LaborAssignment extends LaborNote {
  readonly to: string | null;
}

/** Rule 12. */
export interface LaborDocument {
  readonly id: LaborId;
  readonly host: HostName;
  readonly type: TypeName;
  readonly state: 'open' | 'completed' | 'waived';
  readonly quest: QuestId | null;
  readonly chain: LaborId;
  readonly opened: LaborOpening;
  readonly closed: LaborClosing | null;
  readonly ack: LaborNote | null;
  /** The newest MAX_NOTES, oldest first. */
  readonly notes: readonly LaborNote[];
  readonly assignee: string | null;
  /** The last one, by which `assignee` is what it is; null where it was never assigned. */
  readonly assignment: LaborAssignment | null;
  /** The last time that a waive was taken back, and why; null where none was. */
  readonly reopened: LaborNote | null;
  readonly actors: readonly Actor[];
  readonly occurrences: number;
  /** Places of the events that it counted beside its first (rule 6), the newest MAX_ABSORBED, oldest first; `occurrences` counts all. */
  readonly absorbed: readonly Position[];
  readonly lastSeen: Instant;
  readonly overflow: boolean;
  /** Of the last entry that changed it: effects of entries at or below are in it (P2). */
  readonly position: Position;
}

/**
 * Of a labor that has counted more events than it keeps places of: the oldest place kept, before which those of others are
 * forgotten. Null where all are kept.
 */
export function forgottenBefore({
  occurrences,
  absorbed,
}: Pick<LaborDocument, 'occurrences' | 'absorbed'>): Position | null {
  return occurrences - 1 > absorbed.length ? (absorbed[0] ?? null) : null;
}

/** The most names that {@link principalsOf} has. */
export const MAX_PRINCIPALS = 4;

/**
 * Whose tokens opened, acknowledged, assigned and closed the labor, as far as it shows: each name once, in the order in which
 * a labor usually gets them. Those of its notes and of a reopening are not among them, of which only the newest are kept.
 */
export function principalsOf({
  opened,
  ack,
  assignment,
  closed,
}: Pick<LaborDocument, 'opened' | 'ack' | 'assignment' | 'closed'>): readonly string[] {
  const names = new Set<string>();
  for (const each of [opened, ack, assignment, closed])
    if (each !== null && each.principal !== null) names.add(each.principal);
  return [...names];
}

/** Rule 21, for any set of hosts. All counts; `open` and closed labors per event type in `steps`. */
export interface Tally {
  /** Hosts that the quest names: its event or its end came to them. Others are in it by labors that it adopted. */
  readonly named: number;
  readonly chains: number;
  readonly unstarted: number;
  readonly inProgress: number;
  readonly completed: number;
  readonly waived: number;
  readonly labors: number;
  readonly open: number;
  readonly steps: Readonly<Record<string, { readonly open: number; readonly closed: number }>>;
}

/** That of no host. */
export const NO_TALLY: Tally = {
  named: 0,
  chains: 0,
  unstarted: 0,
  inProgress: 0,
  completed: 0,
  waived: 0,
  labors: 0,
  open: 0,
  steps: {},
};

/** The hosts of a quest by rule 21: each that has labors in it is done or open, each other that it names is without. */
export interface HostCounts {
  /** It had labors of the quest, and none is open. */
  readonly done: number;
  readonly open: number;
  /** The quest's event opened no labor on it (rule 17). */
  readonly without: number;
  /** Of the open ones: its later entries are not judged, so some of these labors may be closed already (P4). */
  readonly parked: number;
}

export const NO_HOSTS_COUNTED: HostCounts = { done: 0, open: 0, without: 0, parked: 0 };

/** Rule 21: what a host is to a quest. */
export const QUEST_HOST_STATES = ['open', 'done', 'without'] as const;
export type QuestHostState = (typeof QUEST_HOST_STATES)[number];

/** Null where the quest does not name the host and has no labors on it any more: it is none of its hosts. */
export function questHostStateOf({ labors, open, named }: Tally): QuestHostState | null {
  if (open > 0) return 'open';
  if (labors > 0) return 'done';
  return named > 0 ? 'without' : null;
}

/** How many hosts are counted. */
export function partsOf({ done, open, without }: HostCounts): number {
  return done + open + without;
}

/** An entry after which nothing was open. */
export interface LastClosed {
  readonly position: Position;
  readonly at: Instant;
}

/** What one host contributes to one quest, so that a close and its follow-up are never seen apart (P6). */
export interface PartDocument {
  readonly quest: QuestId;
  readonly host: HostName;
  readonly tally: Tally;
  /** Null while something is open, and where nothing ever was. */
  readonly emptied: LastClosed | null;
  /** Of the last entry that changed it. */
  readonly position: Position;
}

/** What a quest's own stream says (the fold of its entries), guarded by revision. */
export interface QuestRecord {
  readonly quest: QuestId;
  /** The fold of its stream; null where its first entries could not be read. */
  readonly state: QuestState | null;
  readonly revision: Revision;
  readonly position: Position;
  readonly parked: ParkRecord | null;
}

export type QuestPhase = 'embarking' | 'open' | 'completed' | 'abandoned' | 'empty';

/** The sum of a quest's parts, as of `label` (P6). */
export interface Recount {
  readonly tally: Tally;
  readonly hosts: HostCounts;
  readonly phase: QuestPhase;
  readonly completed: LastClosed | null;
  /** The views' position when counting began. */
  readonly label: Position;
  /** Mark and touch counter as they were then. */
  readonly mark: Position;
  readonly touches: number;
  /** Raised by every recount; 0 means none yet. */
  readonly version: number;
}

/** A quest as the views hold it. `mark` and `touches` are raised by commits of its hosts (P6). */
export interface QuestDocument {
  readonly quest: QuestId;
  /** Null while only its hosts' entries have been seen. */
  readonly record: QuestRecord | null;
  readonly recount: Recount | null;
  /** The greatest position of an entry that touched one of its parts. */
  readonly mark: Position;
  readonly touches: number;
}

/** Whether a quest's numbers may not be final: something moved since they were counted. */
export function isDirty(quest: QuestDocument): boolean {
  const { recount, record } = quest;
  if (recount === null) return true;
  return (
    quest.mark > recount.label ||
    quest.touches !== recount.touches ||
    (record !== null && record.position > recount.label)
  );
}

/** Whether the quest does something on hosts that not all of them have yet: gives them their event, labors that it adopts, or its end. */
export function isUnfinished({ state }: QuestRecord): boolean {
  return state !== null && (state.embarking.length > 0 || state.adopting.length > 0 || state.ending);
}

/**
 * The phase to show and to filter by. Rule 22: abandoned it is from the moment of that decision. Rule 19: while a batch of hosts lacks events the quest is embarking, whatever was
 * counted before. That this is over only a count may say (P6), so a quest that was never counted is embarking still.
 */
export function questPhase({ record, recount }: Pick<QuestDocument, 'record' | 'recount'>): QuestPhase {
  if (record?.state?.abandoned) return 'abandoned';
  const embarking = (record?.state?.embarking.length ?? 0) > 0;
  return recount === null || embarking ? 'embarking' : recount.phase;
}

/**
 * Whether hosts that the quest names had no part when it was last counted, or it never was: then one that is behind may be among
 * its hosts.
 */
export function mayLackParts({ record, recount }: Pick<QuestDocument, 'record' | 'recount'>): boolean {
  const state = record?.state ?? null;
  if (state === null || state.embarkedAt === null) return false;
  if (recount === null) return true;
  return recount.tally.named < state.hosts;
}

/**
 * One entry of the catalogue's stream. The views hold the catalogue as its entries, and readers fold them: a change costs what
 * it changes for who writes, who stores and who reads it, however large the catalogue is.
 */
export interface CatalogueEntryDocument {
  readonly revision: Revision;
  readonly entry: CatalogueEntry;
}

/** How far one partition is (P3). */
export interface PartitionProgress {
  readonly partition: number;
  readonly position: Position;
  /** UUID of the entry that stands at `position` (of whichever partition); null at the start (J6). */
  readonly entryId: Uuid | null;
  /** How many entries the journal holds up to `position`, as counted by the relay; null where not known. */
  readonly number: number | null;
  /**
   * The partition's heartbeat: when it was last heard without a hole, ms since 1970 by the clock of its projector. Each time
   * it is heard it grows, by 1 while that clock is behind it; how old it is, readers find by their own clocks.
   */
  readonly heardAtMs: number;
}

/** The views' position: the least of all partitions' progress; undefined where there is none. */
export function viewsPosition(progress: readonly PartitionProgress[]): Position | undefined {
  const [first, ...others] = progress;
  return first && others.reduce((least, { position }) => minPosition(least, position), first.position);
}

export interface Generation {
  readonly number: number;
  readonly documentsVersion: number;
  readonly foldVersion: number;
  readonly partitions: number;
  readonly hashVersion: number;
  /** `folding` until it has been activated once. */
  readonly state: 'folding' | 'ready';
  readonly createdAt: Instant;
}
