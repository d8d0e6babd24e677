/** An operation's entries: what they come to, from all of them and from a few. */
import fc from 'fast-check';
import type { Instant } from '../names.js';
import {
  decideAdvanced,
  decideCancelled,
  decideListed,
  evolveOperation,
  isOver,
  type OperationEntry,
  type OperationState,
} from './index.js';

const now = '2026-01-01T00:00:00.000Z' as Instant;
const draft: OperationEntry = {
  ...{ kind: 'OperationDrafted', where: { state: 'open' }, by: 'ann', recordedAt: now },
  command: { kind: 'LaborWaived', by: 'ann', reason: 'x' },
};

function fold(entries: readonly OperationEntry[]): OperationState | null {
  return entries.reduce<OperationState | null>(evolveOperation, null);
}

/** Its whole stream: pages of the search, and then the codes of each listing, as far as `advanced`; cancelled behind `cancelledAt` of them. */
function streamOf(
  pages: readonly number[],
  codes: readonly (string | undefined)[],
  advanced: number,
  cancelledAt: number | null = null,
): OperationEntry[] {
  const entries: OperationEntry[] = [draft];
  pages.forEach((size, page) => {
    const ids = Array.from({ length: size }, (_, nth) => `h~${page}.${nth}`);
    const after = page === pages.length - 1 ? null : [String(page)];
    entries.push(...decideListed(fold(entries)!, ids, after, now));
  });
  const listings = entries.flatMap((entry) => (entry.kind === 'OperationListed' ? [entry.ids] : []));
  const cancel = (done: number): void => {
    const entry =
      done === cancelledAt ? decideCancelled(fold(entries)!, { by: 'eve', reason: 'wrong' }, now) : undefined;
    if (entry !== undefined) entries.push(entry);
  };
  for (const [done, ids] of listings.slice(0, advanced).entries()) {
    cancel(done);
    if (isOver(fold(entries)!)) break;
    const its = ids.map((_, nth) => codes[nth % codes.length]);
    entries.push(decideAdvanced(fold(entries)!, its, '7', now));
  }
  cancel(Math.min(advanced, listings.length));
  return entries;
}

const streams = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.option(fc.constantFrom('labor-not-open', 'labor-unknown'), { nil: undefined }), { minLength: 1 }),
    fc.nat(25),
    fc.option(fc.nat(25)),
  )
  .map(([pages, codes, advanced, cancelledAt]) => ({
    pages,
    entries: streamOf(pages, codes, advanced, cancelledAt),
  }));

test('the first entry, the acceptance and the last two come to the same state as all of them', () => {
  fc.assert(
    fc.property(streams, ({ entries }) => {
      const accepted = entries.find(({ kind }) => kind === 'OperationAccepted')!;
      const few = new Set([draft, accepted, ...entries.slice(-2)]);
      expect(fold(entries.filter((entry) => few.has(entry)))).toEqual(fold(entries));
    }),
  );
});

test('every one that was found is done or refused, once, when it is over; where it was cancelled, those of one listing more', () => {
  fc.assert(
    fc.property(streams, ({ pages, entries }) => {
      const state = fold(entries)!;
      const found = pages.reduce((sum, size) => sum + size, 0);
      const refused = state.refused.reduce((sum, { count }) => sum + count, 0);
      expect(state.found).toBe(found);
      const listings = entries.flatMap((entry) => (entry.kind === 'OperationListed' ? [entry.ids.length] : []));
      const cancelled = entries.findIndex(({ kind }) => kind === 'OperationCancelled');
      const before = entries.slice(0, cancelled).filter(({ kind }) => kind === 'OperationAdvanced').length;
      const due = cancelled < 0 ? listings : listings.slice(0, before + 1);
      expect(isOver(state)).toBe(state.done + refused === due.reduce((sum, size) => sum + size, 0));
      expect(state.cancelled?.advanced ?? null).toBe(cancelled < 0 ? null : before);
    }),
  );
});

test('what is not accepted goes on where its last listing says', () => {
  const listed = decideListed(
    fold([draft])!,
    Array.from({ length: 450 }, (_, nth) => `h~${nth}`),
    ['h', 'x'],
    now,
  );
  expect(fold([draft, ...listed])).toMatchObject({ listed: 3, found: 450, after: ['h', 'x'], acceptedAt: null });
  expect(listed.map((entry) => entry.kind === 'OperationListed' && entry.ids.length)).toEqual([200, 200, 50]);
});

test('nothing comes of entries without a first one, and a second first one changes nothing', () => {
  const [, ...rest] = streamOf([1], [undefined], 1);
  expect(fold(rest)).toBeNull();
  expect(fold([draft, { ...draft, by: 'eve' }])).toEqual(fold([draft]));
});

test('what is over, or cancelled already, is not cancelled', () => {
  const cancel = (entries: readonly OperationEntry[]) =>
    decideCancelled(fold(entries)!, { by: 'eve', reason: 'no' }, now);
  const running = streamOf([500], [undefined], 1);
  const entry = cancel(running);
  expect(entry).toEqual({ kind: 'OperationCancelled', by: 'eve', reason: 'no', advanced: 1, recordedAt: now });
  expect(cancel([...running, entry!])).toBeUndefined();
  expect(cancel(streamOf([500], [undefined], 3))).toBeUndefined();
});
