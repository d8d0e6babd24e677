/** Labors as MongoDB stores them, and back; see documents.ts. */
import {
  forgottenBefore,
  principalsOf,
  questsEverOf,
  termOf,
  type BurndownLabor,
  type LaborAssignment,
  type LaborClosing,
  type LaborDocument,
  type LaborMove,
  type LaborOpening,
  type LaborPast,
  type LaborReopening,
  type LaborRepeat,
  type LaborSaid,
  type Moment,
  type Position,
} from '#contracts';
import type { LaborId, QuestId } from '#domain';
import { restored, storedOf, type Stored } from './documents.js';
import { textOf } from './positions.js';

interface StoredPast extends Omit<LaborPast, 'reopenings' | 'moves' | 'acks' | 'assignments' | 'notes'> {
  readonly reopenings: readonly (Omit<Stored<LaborReopening>, 'closed'> & { readonly closed: Stored<LaborClosing> })[];
  readonly moves: readonly Stored<LaborMove>[];
  readonly acks: readonly Stored<LaborSaid>[];
  readonly assignments: readonly Stored<LaborAssignment>[];
  readonly notes: readonly Stored<LaborSaid>[];
}

function encodePast({ reopenings, moves, acks, assignments, notes, forgotten }: LaborPast): StoredPast {
  return {
    reopenings: reopenings.map(({ closed, ...said }) => ({ ...storedOf(said), closed: storedOf(closed) })),
    moves: moves.map(storedOf),
    acks: acks.map(storedOf),
    assignments: assignments.map(storedOf),
    notes: notes.map(storedOf),
    forgotten,
  };
}

function decodePast({ reopenings, moves, acks, assignments, notes, forgotten }: StoredPast): LaborPast {
  return {
    reopenings: reopenings.map(({ closed, ...said }) => ({
      ...restored<LaborSaid>(said),
      closed: restored<LaborClosing>(closed),
    })),
    moves: moves.map((each) => restored<LaborMove>(each)),
    acks: acks.map((each) => restored<LaborSaid>(each)),
    assignments: assignments.map((each) => restored<LaborAssignment>(each)),
    notes: notes.map((each) => restored<LaborSaid>(each)),
    forgotten,
  };
}

/** The fields of a labor that have positions within, or another name. */
type Within = 'id' | 'opened' | 'closed' | 'absorbed' | 'overflow' | 'ack' | 'notes' | 'assignment' | 'past';

export interface StoredLabor extends Omit<Stored<LaborDocument>, Within> {
  readonly _id: LaborId;
  readonly opened: Stored<LaborOpening>;
  readonly closed: Stored<LaborClosing> | null;
  readonly ack: Stored<LaborSaid> | null;
  readonly notes: readonly Stored<LaborSaid>[];
  readonly assignment: Stored<LaborAssignment> | null;
  readonly past: StoredPast | null;
  readonly absorbed: readonly Stored<LaborRepeat>[];
  readonly overflow: Stored<LaborRepeat> | null;
  /** The oldest place of those where older ones are forgotten, else null. */
  readonly forgotten: string | null;
  /** Of the event that closed it; null where none did. */
  readonly closedAt: string | null;
  /** When it was opened, then its id: the order of lists, unique. */
  readonly openedKey: string;
  /** The place at which it was opened, then its id: the order of lists of the past, unique. */
  readonly placeKey: string;
  /** How it ended, and for how many places it was open: see `termOf` of contracts. */
  readonly term: number;
  readonly principals: readonly string[];
  /** The quests that it is in, or was. */
  readonly quests: readonly QuestId[];
  /** Its place among the changes that are published; null where it was not published. */
  readonly seenAt: string | null;
  /** Of the last write after which it had none for a moment. */
  readonly lateWrite?: string;
}

export function openedKeyOf(openedAt: string, id: string): string {
  return `${openedAt} ${id}`;
}

export function placeKeyOf(position: Position, id: string): string {
  return `${textOf(position)} ${id}`;
}

export function encodeLabor(document: LaborDocument): Omit<StoredLabor, 'seenAt' | 'lateWrite'> {
  const { id, opened, closed, absorbed, overflow, ack, notes, assignment, past, ...labor } = document;
  const forgotten = forgottenBefore(document);
  return {
    _id: id,
    ...storedOf(labor),
    opened: storedOf(opened),
    closed: closed && storedOf(closed),
    ack: ack && storedOf(ack),
    assignment: assignment && storedOf(assignment),
    past: past && encodePast(past),
    absorbed: absorbed.map(storedOf),
    overflow: overflow && storedOf(overflow),
    notes: notes.map(storedOf),
    forgotten: forgotten && textOf(forgotten),
    closedAt: closed === null || closed.event === null ? null : textOf(closed.position),
    openedKey: openedKeyOf(opened.at, id),
    placeKey: placeKeyOf(opened.position, id),
    term: termOf(document),
    principals: principalsOf(document),
    quests: questsEverOf(document),
  };
}

export function decodeLabor(stored: Omit<StoredLabor, 'seenAt'> & Partial<Pick<StoredLabor, 'seenAt'>>): LaborDocument {
  const {
    _id,
    opened,
    closed,
    absorbed,
    openedKey: _key,
    placeKey: _place,
    term: _term,
    principals: _principals,
    quests: _quests,
    ...others
  } = stored;
  const { forgotten: _forgotten, closedAt: _closedAt, seenAt: _seenAt, lateWrite: _lateWrite, ...rest } = others;
  const { overflow, ack, notes, assignment, past, ...labor } = rest;
  return {
    id: _id,
    ...restored<Omit<LaborDocument, Within>>(labor),
    opened: restored<LaborOpening>(opened),
    closed: closed && restored<LaborClosing>(closed),
    ack: ack && restored<LaborSaid>(ack),
    assignment: assignment && restored<LaborAssignment>(assignment),
    past: past && decodePast(past),
    absorbed: absorbed.map((each) => restored<LaborRepeat>(each)),
    overflow: overflow && restored<LaborRepeat>(overflow),
    notes: notes.map((each) => restored<LaborSaid>(each)),
  };
}

/** The fields of a labor that say when it was open in which quest. */
export const STAYS = {
  type: 1,
  quest: 1,
  'opened.position': 1,
  'opened.recordedAt': 1,
  'closed.position': 1,
  'closed.recordedAt': 1,
  past: 1,
} as const;
type StoredStays = Pick<StoredLabor, 'type' | 'quest' | 'past'> & {
  readonly opened: Stored<Moment>;
  /** Absent where it is null. */
  readonly closed?: Stored<Moment> | null;
};

export function decodeStays({ type, quest, opened, closed, past }: StoredStays): BurndownLabor {
  return {
    ...{ type, quest },
    opened: restored<Moment>(opened),
    closed: closed === undefined || closed === null ? null : restored<Moment>(closed),
    past: past && decodePast(past),
  };
}
