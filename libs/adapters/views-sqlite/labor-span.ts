/**
 * How long a labor was open, as a power of two of milliseconds. A labor that was closed at a time or later and was open for such a
 * span was opened no earlier than that span before; so a filter by closing becomes, for each span, a range by opening.
 */

/** Spans of up to about a second are one. */
const LEAST = 9;
/** Closed before it was opened: `at` is as reported. */
const NEGATIVE = -1;

/** The greatest n with 2^n at most the milliseconds between. */
export function spanOf(openedAtMs: number, closedAtMs: number): number {
  const openMs = closedAtMs - openedAtMs;
  if (openMs < 0) return NEGATIVE;
  // exact where a logarithm would round
  return Math.max(LEAST, openMs.toString(2).length - 1);
}

/** No labor of this span that was closed at `closedSinceMs` or later was opened before the time answered. */
export function openedSinceOf(span: number, closedSinceMs: number): number {
  return span === NEGATIVE ? closedSinceMs : closedSinceMs - 2 ** (span + 1);
}
