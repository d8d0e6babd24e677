/**
 * What a labor was before it is what it is, and the times for which it was open in a quest: those of an ordinary labor follow
 * from its opening, its closing and its quest, so that only one that was reopened, moved, acknowledged or assigned again, or
 * has many notes has a past.
 */
import type { QuestId } from '#domain';
import type { LaborDocument, LaborMove, LaborPast, LaborReopening, LaborSaid, Moment, PastKind } from './labors.js';

/** As many of each are kept, the newest; how many were forgotten is counted. */
export const MAX_PAST = 100;

export const NO_PAST: LaborPast = {
  ...{ reopenings: [], moves: [], acks: [], assignments: [], notes: [] },
  forgotten: { reopenings: 0, moves: 0, acks: 0, assignments: 0, notes: 0 },
};

/** The past with one more thing in it; of more than {@link MAX_PAST} of a kind the oldest is forgotten. */
export function pastWith<K extends PastKind>(past: LaborPast | null, kind: K, added: LaborPast[K][number]): LaborPast {
  const before = past ?? NO_PAST;
  const all = [...before[kind], added];
  const { forgotten } = before;
  if (all.length <= MAX_PAST) return { ...before, [kind]: all };
  return { ...before, [kind]: all.slice(-MAX_PAST), forgotten: { ...forgotten, [kind]: forgotten[kind] + 1 } };
}

/** The past, or null where it says nothing. */
export function pastOrNull(past: LaborPast): LaborPast | null {
  const { forgotten, ...kept } = past;
  const isEmpty = Object.values(kept).every(({ length }) => length === 0);
  return isEmpty && Object.values(forgotten).every((count) => count === 0) ? null : past;
}

/** Those before the newest `most`, and these. */
export function newestOf<T>(all: readonly T[], most: number): readonly [older: readonly T[], newest: readonly T[]] {
  const from = Math.max(0, all.length - most);
  return [all.slice(0, from), all.slice(from)];
}

/** The last time that a waive was taken back; null where none was. */
export function reopeningOf({ past }: Pick<LaborDocument, 'past'>): LaborReopening | null {
  return past?.reopenings.at(-1) ?? null;
}

/** Each quest that it is in, or was in as far as it is kept, once. */
export function questsEverOf({ quest, past }: Pick<LaborDocument, 'quest' | 'past'>): readonly QuestId[] {
  const quests = [quest, ...(past?.moves ?? []).map(({ from }) => from)];
  return [...new Set(quests.filter((each) => each !== null))];
}

/** What {@link staysOf} needs of a labor. */
export interface Staying extends Pick<LaborDocument, 'quest' | 'past'> {
  readonly opened: Moment;
  readonly closed: Moment | null;
}

/** A time for which a labor was open in one quest, or in none; `to` null: it is so still. */
export interface Stay {
  readonly quest: QuestId | null;
  readonly from: Moment;
  readonly to: Moment | null;
}

/**
 * All of them, in their order. Of what is forgotten: it counts as open from its opening up to the first waive that is kept, and
 * as having been in the quest from which the first move that is kept took it.
 */
export function staysOf({ opened, closed, quest, past }: Staying): readonly Stay[] {
  const first = alone(opened);
  const last = closed && alone(closed);
  if (past === null) return [{ quest, from: first, to: last }];
  const { reopenings, moves } = past;
  const stays: Stay[] = [];
  const add = (from: Moment, to: Moment | null): void => {
    let begin = from;
    for (const move of moves) {
      if (move.position <= begin.position) continue;
      if (to !== null && move.position >= to.position) break;
      const end = momentOf(move);
      stays.push({ quest: move.from, from: begin, to: end });
      begin = end;
    }
    const next = moves.find(({ position }) => position > begin.position);
    stays.push({ quest: next === undefined ? quest : next.from, from: begin, to });
  };
  let from = first;
  for (const reopening of reopenings) {
    add(from, alone(reopening.closed));
    from = momentOf(reopening);
  }
  add(from, last);
  return stays;
}

/** Whether older stays of it are not known exactly. */
export function hasForgottenStays({ past }: Pick<LaborDocument, 'past'>): boolean {
  return past !== null && past.forgotten.reopenings + past.forgotten.moves > 0;
}

/** Without what else there is about it. */
export function alone({ position, recordedAt }: Moment): Moment {
  return { position, recordedAt };
}

/** Commands happen when they are recorded. */
function momentOf({ position, at }: LaborSaid | LaborMove): Moment {
  return { position, recordedAt: at };
}
