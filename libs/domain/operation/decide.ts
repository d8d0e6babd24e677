/** What an operation's stream gets next: where its search found more, where it ended, where a listing was carried out, and where somebody cancels it. */
import type { Instant } from '../names.js';
import { isOver, LISTING_ITEMS, type OperationState } from './state.js';
import type {
  OperationAccepted,
  OperationAdvanced,
  OperationCancelled,
  OperationListed,
  RefusedCount,
} from './entries.js';

type Signed = Pick<OperationListed, 'by' | 'recordedAt'>;

/** Of what a page of the search has found. `after`: where that goes on; null at its end, with which all is accepted. */
export function decideListed(
  { listed, found, by }: Pick<OperationState, 'listed' | 'found' | 'by'>,
  ids: readonly string[],
  after: readonly string[] | null,
  now: Instant,
): readonly (OperationListed | OperationAccepted)[] {
  const signed: Signed = { by, recordedAt: now };
  const listings: OperationListed[] = [];
  for (let from = 0; from < ids.length; from += LISTING_ITEMS) {
    const some = ids.slice(from, from + LISTING_ITEMS);
    const nth = listed + listings.length + 1;
    const sofar = found + from + some.length;
    listings.push({ kind: 'OperationListed', nth, ids: some, found: sofar, after: after ?? [], ...signed });
  }
  if (after !== null) return listings;
  const accepted = { listings: listed + listings.length, found: found + ids.length };
  return [...listings, { kind: 'OperationAccepted', ...accepted, ...signed }];
}

/** What became of the next listing: of each a code, or undefined where it was done. */
export function decideAdvanced(
  state: Pick<OperationState, 'advanced' | 'done' | 'refused' | 'by'>,
  codes: readonly (string | undefined)[],
  position: string | null,
  now: Instant,
): OperationAdvanced {
  const counts = new Map(state.refused.map(({ code, count }) => [code, count]));
  const refused = codes.flatMap((code, nth) => (code === undefined ? [] : [{ nth, code }]));
  for (const { code } of refused) counts.set(code, (counts.get(code) ?? 0) + 1);
  return {
    kind: 'OperationAdvanced',
    nth: state.advanced + 1,
    position,
    refused,
    done: state.done + codes.length - refused.length,
    refusedInAll: [...counts].map(([code, count]): RefusedCount => ({ code, count })),
    by: state.by,
    recordedAt: now,
  };
}

/** Of one that was accepted; undefined where it is cancelled already, or nothing is left to cancel. */
export function decideCancelled(
  state: OperationState,
  { by, reason }: Pick<OperationCancelled, 'by' | 'reason'>,
  now: Instant,
): OperationCancelled | undefined {
  if (state.cancelled !== null || isOver(state)) return undefined;
  return { kind: 'OperationCancelled', reason, advanced: state.advanced, by, recordedAt: now };
}
