/** The documents of a quest: its record, its hosts' parts and the sum of these (rules 20 to 22, P6). */
import type { HostName, Instant, QuestId, QuestState, Revision } from '#domain';
import { positionOf, type Position } from '../position.js';
import type { ParkRecord } from './hosts.js';

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

/** Its counts. */
export const TALLY_COUNTS = [
  'named',
  'chains',
  'unstarted',
  'inProgress',
  'completed',
  'waived',
  'labors',
  'open',
] as const;
type TallyCount = (typeof TALLY_COUNTS)[number];

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

/** What one entry changed. What it left as it was is absent. */
export interface PartChange {
  readonly position: Position;
  readonly counts: Readonly<Partial<Record<TallyCount, number>>>;
  /** By type, by how much more were open, and closed. */
  readonly steps: Readonly<Record<string, readonly [open: number, closed: number]>>;
  /** When it was, where something was open before it and nothing after. */
  readonly emptiedAt?: Instant;
}

/** The changes of one part, oldest first. */
export interface PartPast {
  readonly changes: readonly PartChange[];
  /** How many were older. */
  readonly forgotten: number;
}

/** What one host contributes to one quest, so that a close and its follow-up are never seen apart (P6). */
export interface PartDocument {
  readonly quest: QuestId;
  readonly host: HostName;
  readonly tally: Tally;
  /** Null while something is open, and where nothing ever was. */
  readonly emptied: LastClosed | null;
  /** How it came to these numbers (R11). */
  readonly past: PartPast;
  /** Of the last entry that changed it. */
  readonly position: Position;
}

/** Of no other part: a quest is accepted before its hosts have entries of it. */
export const EXPECTED_PART_POSITION: Position = positionOf(0n);

/**
 * Until its host has judged what the quest decided of it: so a host that is behind is known to be one of the quest's (P9). Every
 * part that comes of an entry has a greater position and replaces it; it replaces none. `since`: where the quest decided that.
 */
export function expectedPart(quest: QuestId, host: HostName, since: Position): PartDocument {
  const past = { changes: [{ position: since, counts: {}, steps: {} }], forgotten: 0 };
  return { quest, host, tally: NO_TALLY, emptied: null, past, position: EXPECTED_PART_POSITION };
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

/** What readers are shown of a quest: as it is, or as it was (R11). */
export interface ShownQuest {
  readonly quest: QuestId;
  readonly record: Omit<QuestRecord, 'revision'> | null;
  readonly recount: Pick<Recount, 'tally' | 'hosts' | 'phase' | 'completed' | 'label'> | null;
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

/** Whether the quest does something on hosts that not all of them have yet: gives them their event, labors that it adopts, or its end, or takes them out. */
export function isUnfinished({ state }: Pick<QuestRecord, 'state'>): boolean {
  if (state === null) return false;
  const { embarking, adopting, removing, ending } = state;
  return ending || embarking.length + adopting.length + removing.length > 0;
}

/**
 * The phase to show and to filter by. Rule 22: abandoned it is from the moment of that decision. Rule 19: while a batch of hosts lacks events the quest is embarking, whatever was
 * counted before. That this is over only a count may say (P6), so a quest that was never counted is embarking still.
 */
export function questPhase({ record, recount }: Pick<ShownQuest, 'record' | 'recount'>): QuestPhase {
  if (record?.state?.abandoned) return 'abandoned';
  const embarking = (record?.state?.embarking.length ?? 0) > 0;
  return recount === null || embarking ? 'embarking' : recount.phase;
}

/**
 * Whether a host that is behind may be among the quest's hosts without a part in it: the quest was never counted, or with fewer
 * hosts than it names; or it ever took hosts out, of which some may count as named still. Hosts of which it adopts have parts.
 */
export function mayLackParts({ record, recount }: Pick<QuestDocument, 'record' | 'recount'>): boolean {
  const state = record?.state ?? null;
  if (state === null || state.embarkedAt === null) return false;
  if (recount === null || state.removes) return true;
  return recount.tally.named < state.hosts;
}
