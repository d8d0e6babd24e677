/**
 * A labor as it was at a place of the journal (R11): what its document would be, had the journal ended there. Two things are of
 * today whatever place is asked for: what was redacted later is redacted (rule 25), and of its past a labor keeps as much as its
 * document does. So the past of then lists what is kept of it, and counts the rest as forgotten.
 */
import { MAX_NOTES, type QuestId } from '#domain';
import type { Position } from '../position.js';
import { newestOf, NO_PAST, pastOrNull } from './labor-past.js';
import type { LaborClosing, LaborDocument, LaborPast } from './labors.js';

/**
 * The document; undefined where the labor was not there yet. Where {@link hasForgottenAt}, as much as is known: it counts as open
 * from its opening to the first waive that is kept, as in the quest from which the first move that is kept took it, as neither
 * acknowledged nor assigned before what is kept of that, and as having counted then what was counted before the first event kept.
 */
export function laborAsOf(labor: LaborDocument, at: Position): LaborDocument | undefined {
  if (labor.opened.position > at) return undefined;
  // nothing changed it since: a document is as of each place from its own on
  if (labor.position <= at) return labor;
  const was = by(at);
  const { opened, absorbed, overflow, past } = labor;
  const closed = closedAsOf(labor, at);
  const [acks, ack] = lastOf(sayings(labor, 'acks', labor.ack).filter(was));
  const [assignments, assignment] = lastOf(sayings(labor, 'assignments', labor.assignment).filter(was));
  const [older, notes] = newestOf([...(past?.notes ?? []), ...labor.notes].filter(was), MAX_NOTES);
  const repeats = absorbed.filter(was);
  const { reopenings, moves, forgotten } = past ?? NO_PAST;
  const before = { reopenings: reopenings.filter(was), moves: moves.filter(was), acks, assignments, notes: older };
  return {
    ...labor,
    state: stateOf(labor, closed),
    quest: questAsOf(labor, at),
    closed,
    ...{ ack, notes, assignment, assignee: assignment?.to ?? null },
    past: pastOrNull({ ...before, forgotten }),
    occurrences: labor.occurrences - (absorbed.length - repeats.length),
    absorbed: repeats,
    lastSeen: repeats.at(-1)?.at ?? opened.at,
    overflow: overflow !== null && was(overflow) ? overflow : null,
    position: at,
  };
}

/**
 * Whether the labor's document keeps too little to say exactly what the labor was at the place: its state, quest, closing,
 * acknowledgement, assignment, notes, occurrences or when it was last seen. Beyond what is kept of each, these are exact.
 */
export function hasForgottenAt(labor: LaborDocument, at: Position): boolean {
  const { past, absorbed, occurrences, position } = labor;
  if (position <= at) return false;
  if (occurrences - 1 > absorbed.length && isBefore(at, absorbed[0])) return true;
  if (past === null) return false;
  const { forgotten, reopenings, moves, acks, assignments, notes } = past;
  return (
    (forgotten.reopenings > 0 && isBefore(at, reopenings[0]?.closed)) ||
    (forgotten.moves > 0 && isBefore(at, moves[0])) ||
    (forgotten.acks > 0 && isBefore(at, acks[0])) ||
    (forgotten.assignments > 0 && isBefore(at, assignments[0])) ||
    // as of then it had as many notes as it shows
    (forgotten.notes > 0 && [...notes, ...labor.notes].filter(by(at)).length < MAX_NOTES)
  );
}

interface Placed {
  readonly position: Position;
}

function by(at: Position): (one: Placed) => boolean {
  return ({ position }) => position <= at;
}

/** `first`: the oldest that is kept. What came before it is forgotten. */
function isBefore(at: Position, first: Placed | undefined): boolean {
  return first === undefined || at < first.position;
}

/** All that is kept, oldest first. */
function sayings<K extends 'acks' | 'assignments'>(
  { past }: LaborDocument,
  kind: K,
  last: LaborPast[K][number] | null,
): readonly LaborPast[K][number][] {
  const before: readonly LaborPast[K][number][] = past?.[kind] ?? [];
  return last === null ? before : [...before, last];
}

function lastOf<T>(all: readonly T[]): readonly [before: readonly T[], last: T | null] {
  return [all.slice(0, -1), all.at(-1) ?? null];
}

function closedAsOf({ closed, past }: LaborDocument, at: Position): LaborClosing | null {
  const was = by(at);
  if (closed !== null && was(closed)) return closed;
  // the last waive that was taken back, unless that was by then
  const waived = past?.reopenings.findLast((each) => was(each.closed));
  return waived === undefined || was(waived) ? null : waived.closed;
}

/** What was taken back was a waive. */
function stateOf({ state, closed: last }: LaborDocument, closed: LaborClosing | null): LaborDocument['state'] {
  if (closed === null) return 'open';
  return closed === last ? state : 'waived';
}

function questAsOf({ quest, past }: LaborDocument, at: Position): QuestId | null {
  const next = past?.moves.find(({ position }) => position > at);
  return next === undefined ? quest : next.from;
}
