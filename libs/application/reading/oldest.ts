/** The oldest open labor among the figures by type. */
import type { Instant } from '#domain';
import type { ViewsTotals } from '#ports';

/** Null where nothing is open. */
export function oldestIn(openByType: ViewsTotals['openByType']): Instant | null {
  return openByType.reduce<Instant | null>(
    (least, each) => (least === null || each.oldest < least ? each.oldest : least),
    null,
  );
}
