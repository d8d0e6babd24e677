/**
 * The one way to decide on a stream (the catalogue's, a quest's): load its state, decide, append at the revision that was
 * seen, and decide again where another writer came first. A new command brings a `decide` and nothing else.
 */
import { done, failed, type NewEntry, type Outcome, type Position, type Problem } from '#contracts';
import type { Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { problemOfFailure } from '../problems.js';
import { writeExactly, type ExactOutcome } from './exact-write.js';
import type { SerialQueue } from './serial-queue.js';

/** A stream that is decided on, and how its state is loaded. */
export interface Subject<S extends Loaded> {
  readonly journal: Journal;
  readonly stream: string;
  /** As a sentence names it: `quest 7`. */
  readonly name: string;
  /** May reject with StoreUnavailable. */
  load(): Promise<S>;
}

export interface Loaded {
  /** Of the stream's last entry; -1 where it has none. */
  readonly revision: number;
}

/** Where the last entry of an append stands. */
export interface Appended {
  readonly revision: number;
  readonly position: Position;
}

/**
 * Either there is nothing to write and the answer is known, or `writes` are appended, each as one append, in their order.
 * The last one is the decision: where it is not stored, the earlier ones must count for nothing.
 */
export type Decided<T> =
  | { readonly kind: 'nothing'; readonly answer: T }
  | {
      readonly kind: 'append';
      readonly writes: readonly (readonly NewEntry[])[];
      readonly answer: (appended: Appended) => T;
      /** Asked just before the last write: what it is refused with, because it comes too late. */
      readonly tooLate?: () => Problem | undefined;
    };

const MAX_DECISIONS = 10;
const PAUSES: Pauses = { firstMs: 10, longestMs: 300 };

export function nothing<T>(answer: T): Outcome<Decided<T>> {
  return done({ kind: 'nothing', answer });
}

export function append<T>(
  writes: readonly (readonly NewEntry[])[],
  answer: (appended: Appended) => T,
): Outcome<Decided<T>> {
  return done({ kind: 'append', writes, answer });
}

/** Commands on one stream wait for each other in `queue`, in the share of `holder`. Refusals are those of `decide`; it may be called several times. */
export function decideInTurn<S extends Loaded, T>(
  queue: SerialQueue,
  holder: string,
  subject: Subject<S>,
  decide: (state: S) => Outcome<Decided<T>> | Promise<Outcome<Decided<T>>>,
): Promise<Outcome<T>> {
  return queue.run(subject.stream, holder, () => decideOn(subject, decide));
}

/**
 * As {@link decideInTurn}, without a queue: for steps that may meet a command and are then decided again. `seen`: the state
 * that the caller knows; the subject is loaded where another writer came since.
 */
export async function decideOn<S extends Loaded, T>(
  subject: Subject<S>,
  decide: (state: S) => Outcome<Decided<T>> | Promise<Outcome<Decided<T>>>,
  seen?: S,
): Promise<Outcome<T>> {
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const state = nth === 1 && seen !== undefined ? seen : await subject.load();
    const decision = await decide(state);
    if (!decision.ok) return decision;
    if (decision.value.kind === 'nothing') return done(decision.value.answer);
    const { writes, answer, tooLate } = decision.value;
    const outcome = await appendAll(subject, state.revision, writes, tooLate).catch(unsure);
    if (outcome.kind === 'refused') return failed(outcome.problem);
    if (outcome.kind === 'stored') {
      const revision = writes.reduce((last, { length }) => last + length, state.revision);
      return done(answer({ revision, position: outcome.position }));
    }
    if (outcome.kind !== 'conflict') return failed(problemOfFailure(outcome));
    await sleep(pauseMs(nth, PAUSES));
  }
  return failed(problemOfFailure({ kind: 'unavailable', reason: `others keep changing ${subject.name}` }));
}

/** What appends have thrown, which no store should: it is not known whether anything was stored. */
const THROWN = new WeakSet<Error>();

function unsure(error: unknown): never {
  if (error instanceof Error) THROWN.add(error);
  throw error;
}

/** Whether what was decided may come to be stored, although deciding ended with this error: what ended it elsewhere has stored nothing. */
export function mayBeStored(error: unknown): boolean {
  return !(error instanceof Error) || THROWN.has(error);
}

async function appendAll(
  { journal, stream }: Pick<Subject<Loaded>, 'journal' | 'stream'>,
  seen: number,
  writes: readonly (readonly NewEntry[])[],
  tooLate?: () => Problem | undefined,
): Promise<ExactOutcome | { readonly kind: 'refused'; readonly problem: Problem }> {
  let revision = seen;
  let outcome: ExactOutcome = { kind: 'unavailable', reason: 'there was nothing to write' };
  for (const [index, write] of writes.entries()) {
    const isLast = index === writes.length - 1;
    const problem = isLast ? tooLate?.() : undefined;
    if (problem !== undefined) return { kind: 'refused', problem };
    outcome = await writeExactly(journal, stream, revision, write);
    // without the last write nothing is decided, whatever became of this one
    if (outcome.kind === 'unknown' && !isLast) return { kind: 'unavailable', reason: outcome.reason };
    if (outcome.kind !== 'stored') return outcome;
    revision += write.length;
  }
  return outcome;
}
