/** How long figures that are counted now and then, once for all readers, are kept. */

/** At least this long. */
export const LEAST_KEPT_MS = 2000;
/** And for this multiple of the time the count took: counting takes a twentieth of the time at most. */
const KEPT_TIMES = 20;

export function keptMs(tookMs: number): number {
  return Math.max(LEAST_KEPT_MS, KEPT_TIMES * tookMs);
}
