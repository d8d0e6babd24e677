/**
 * Work in steps. A list may have to look at many rows, and the thread that looks serves everybody: so such work is a
 * generator that states after each statement how many rows it has looked at. Who runs it decides when others have their
 * turn (see ../long-reads.ts).
 */

/** Yields what was just done, or is about to be, in rows: reading one from an index is 1. Returns the result. */
export type Steps<T> = Generator<number, T, void>;

/** What takes no more is done at once: a page of 50 of any filter that an index leads. Many may come in one turn. */
export const AT_ONCE_ROWS = 2500;
/** Longer work is interrupted after this many rows: a few milliseconds. */
export const STEP_ROWS = 4000;
/** In rows: a document that is read and parsed; a range that is opened. */
export const DOCUMENT_ROWS = 20;
export const RANGE_ROWS = 5;

/** A step of longer work ends after this time, too: documents may be long. */
export const STEP_MS = 4;

/** Goes on until `most` rows or more were looked at, or for `mostMs`; the result, if it came to its end. */
export function nextStep<T>(steps: Steps<T>, most: number, mostMs = Infinity): { readonly result: T } | undefined {
  let rows = 0;
  const endMs = mostMs === Infinity ? Infinity : performance.now() + mostMs;
  while (rows < most && (endMs === Infinity || performance.now() < endMs)) {
    const next = steps.next();
    if (next.done === true) return { result: next.value };
    rows += next.value;
  }
  return undefined;
}
