/** Quests as MongoDB stores them, and back. */
import type { ParkRecord, QuestDocument, QuestPhase, QuestRecord, Recount } from '#contracts';
import type { QuestId } from '#domain';
import { decodeTally, encodeTally, parkRecordOf, storedOf, type Stored } from './documents.js';
import { positionFrom, textOf } from './positions.js';

export type StoredRecord = Omit<Stored<QuestRecord>, 'quest' | 'parked'> & {
  readonly parked: Stored<ParkRecord> | null;
};

export interface StoredRecount extends Omit<Recount, 'tally' | 'completed' | 'label' | 'mark'> {
  readonly tally: string;
  readonly completed: Stored<NonNullable<Recount['completed']>> | null;
  readonly label: string;
  readonly mark: string;
}

export interface StoredQuest {
  readonly _id: QuestId;
  readonly mark: string;
  readonly touches: number;
  readonly record: StoredRecord | null;
  readonly recount: StoredRecount | null;
  /** The rest follows from the fields above, by the write that changes them. */
  readonly dirty: boolean;
  /** Of the recount; before every position where there is none. */
  readonly label: string;
  /** Null until it was accepted. */
  readonly phase: QuestPhase | null;
  /** Target and number: the order of lists by target, unique. */
  readonly due: string;
  readonly isParked: boolean;
  readonly isUnfinished: boolean;
  /** Its place among the changes that are published; null where it was not published. */
  readonly seenAt: string | null;
  /** Of the last write after which it had none for a moment. */
  readonly lateWrite?: string | null;
}

const NUMBER_DIGITS = 16;
/** Comes after every instant: quests without a target come last. */
const NO_TARGET = '~';

export function dueOf(target: string | null, quest: number): string {
  return `${target ?? NO_TARGET} ${String(quest).padStart(NUMBER_DIGITS, '0')}`;
}

/** The instant in {@link dueOf}'s text, or null. */
export function targetIn(due: string): string | null {
  const target = due.slice(0, due.indexOf(' '));
  return target === NO_TARGET ? null : target;
}

export function encodeRecord({ state, revision, position, parked }: QuestRecord): StoredRecord {
  return { state, revision, position: textOf(position), parked: parked && storedOf(parked) };
}

export function encodeRecount(recount: Recount): StoredRecount {
  const { tally, completed, label, mark } = recount;
  return {
    ...recount,
    tally: encodeTally(tally),
    completed: completed && storedOf(completed),
    label: textOf(label),
    mark: textOf(mark),
  };
}

export function decodeQuest({ _id, mark, touches, record, recount }: StoredQuest): QuestDocument {
  return {
    quest: _id,
    record: record && decodeRecord(_id, record),
    recount: recount && decodeRecount(recount),
    mark: positionFrom(mark),
    touches,
  };
}

function decodeRecord(quest: QuestId, { state, revision, position, parked }: StoredRecord): QuestRecord {
  return { quest, state, revision, position: positionFrom(position), parked: parkRecordOf(parked) };
}

function decodeRecount(stored: StoredRecount): Recount {
  const { tally, completed, label, mark } = stored;
  return {
    ...stored,
    tally: decodeTally(tally),
    completed: completed && { ...completed, position: positionFrom(completed.position) },
    label: positionFrom(label),
    mark: positionFrom(mark),
  };
}
