/**
 * Long work in turns with other requests. All of it in this thread shares what one turn of the event loop has for it: however
 * many have long work, others wait for one piece of it in each turn. Work that has just come has its first piece beside the
 * next pieces of the works before it, so that what is short is done soon. Pieces are measured in time: a work only has to
 * yield often, after each of its items, and nobody has to know how long an item takes.
 */
import type { Steps } from './steps.js';

/** What all long work together may take of one turn of the loop; the last step of a turn may take some more. */
const TURN_MS = 10;
/** What one work has before the next one is taken: as many steps as begin in that time. So a step may be as small as it likes. */
const PIECE_MS = 2;

/** A list of no more items is worked on at once: where each takes as much as an event does, that is a few milliseconds. */
const SHORT_LIST = 100;

/** Does the next piece of one work; whether there are more. */
type Work = () => boolean;

/** Works of which each has its piece and goes to the end; the places for requests bound how many there are. */
const line: Work[] = [];
/** Works that have had no piece yet. They and the line have their pieces alternately: neither waits for all of the other. */
const fresh: Work[] = [];
let isFreshNext = true;
/** What is left of this turn. */
let leftMs = TURN_MS;
let isPlanned = false;

/** The result of `steps`, done among the works of all requests, one piece of each after the other. Rejects with what a step throws. */
export function inTurns<T>(steps: Steps<T>): Promise<T> {
  return queued(() => steps.next());
}

/** As {@link inTurns}, of work that is one step. */
export function inOneTurn<T>(work: () => T): Promise<T> {
  return queued(() => ({ done: true, value: work() }));
}

function queued<T>(next: () => IteratorResult<void, T>): Promise<T> {
  return new Promise((resolve, reject) => {
    fresh.push(() => {
      try {
        const endMs = performance.now() + PIECE_MS;
        do {
          const step = next();
          if (step.done === true) {
            resolve(step.value);
            return false;
          }
        } while (performance.now() < endMs);
        return true;
      } catch (thrown) {
        const error = thrown as Error;
        reject(error);
        return false;
      }
    });
    workOn();
  });
}

/**
 * Calls `work` with each item and its index, in order: at once where there are few, so that a short
 * request does not stand in the line for each of its parts; else in turns. Rejects with what it throws.
 */
export async function eachInTurns<T>(items: readonly T[], work: (item: T, index: number) => void): Promise<void> {
  if (items.length > SHORT_LIST) await inTurns(inPieces(items, work));
  else items.forEach(work);
}

/** What `show` makes of each item, as {@link eachInTurns} calls it. */
export async function mapInTurns<T, S>(items: readonly T[], show: (item: T, index: number) => S): Promise<S[]> {
  const shown: S[] = [];
  await eachInTurns(items, (item, index) => {
    shown.push(show(item, index));
  });
  return shown;
}

/** Of the items, those that `keeps` says, as {@link eachInTurns} calls it. */
export async function filterInTurns<T>(items: readonly T[], keeps: (item: T) => boolean): Promise<T[]> {
  const kept: T[] = [];
  await eachInTurns(items, (item) => {
    if (keeps(item)) kept.push(item);
  });
  return kept;
}

function* inPieces<T>(items: readonly T[], work: (item: T, index: number) => void): Steps<void> {
  for (const [index, item] of items.entries()) {
    work(item, index);
    yield;
  }
}

/**
 * For work whose pieces are not steps, since they wait for something: resolves in a later turn of the loop, when it is the
 * turn of the next piece, which has the rest of that turn of the loop for itself.
 */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => {
    line.push(() => {
      leftMs = 0;
      resolve();
      return false;
    });
    workOn();
  });
}

/** Does pieces while something is left of this turn, then plans the next one. */
function workOn(): void {
  while (leftMs > 0) {
    const work = nextWork();
    if (work === undefined) break;
    const beganMs = performance.now();
    if (work()) line.push(work);
    leftMs -= performance.now() - beganMs;
  }
  if (isPlanned) return;
  isPlanned = true;
  setImmediate(nextTurn);
}

function nextWork(): Work | undefined {
  const [first, second] = isFreshNext ? [fresh, line] : [line, fresh];
  isFreshNext = !isFreshNext;
  return first.shift() ?? second.shift();
}

function nextTurn(): void {
  isPlanned = false;
  leftMs = TURN_MS;
  if (line.length + fresh.length > 0) workOn();
}
