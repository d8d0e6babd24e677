/** R11: a read shows the moment that it was asked for, and says which place that is. */
import { positionOf, START, type AsOf, type ErrorCode, type Outcome } from '#contracts';
import type { Instant } from '#domain';
import { createReading } from './create-reading.js';
import type { AskedMoment, CatalogueRequest, FreshnessDemand, Shown } from './reading.js';
import { at, catalogueOf, NOW } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const PAGE: CatalogueRequest = { sort: 'id', limit: 50, after: null, count: false };
const ago = (seconds: number): Instant => new Date(Date.parse(NOW) - 1000 * seconds).toISOString() as Instant;

/** Types a, b, c at 2, 4, 6, recorded 30, 20 and 10 seconds ago; the views are at 10. */
function world() {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(['a', 'b', 'c'], []).map((each, n) => ({ ...each, position: at(2 * n + 2) }));
  views.entryTimesNow = [0, 1, 2].map((n) => ({ recordedAt: ago(30 - 10 * n), position: at(2 * n + 2) }));
  const reading = createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 5 });
  const read = async (demand: FreshnessDemand) => shownOf(await reading.eventTypes({}, PAGE, demand));
  return { views, reading, read };
}

function shownOf(outcome: Outcome<Shown<{ readonly items: readonly { readonly name: string }[] }>>): {
  readonly code?: ErrorCode;
  readonly asOf?: AsOf | undefined;
  readonly names?: readonly string[];
} {
  if (!outcome.ok) return { code: outcome.problem.code };
  const { asOf, body } = outcome.value;
  return { asOf, names: body.items.map(({ name }) => name.slice(2)) };
}

const place = (position: number): AskedMoment => ({ position: at(position) });

test.each<readonly [string, AskedMoment, { readonly position: AsOf['position']; readonly now: Instant }, string]>([
  ['a place', place(4), { position: at(4), now: ago(20) }, 'a b'],
  ['a place between entries', place(5), { position: at(5), now: ago(20) }, 'a b'],
  ['the newest place', place(10), { position: at(10), now: ago(10) }, 'a b c'],
  ['a place before every entry', place(1), { position: at(1), now: new Date(0).toISOString() as Instant }, ''],
  ['the instant of an entry', { instant: ago(20) }, { position: at(5), now: ago(20) }, 'a b'],
  ['an instant between entries', { instant: ago(15) }, { position: at(5), now: ago(15) }, 'a b'],
  ['an instant before every entry', { instant: ago(99) }, { position: at(1), now: ago(99) }, ''],
  ['an instant after every entry', { instant: ago(1) }, { position: at(10), now: ago(1) }, 'a b c'],
  [
    'an instant of a clock that is ahead as clocks may be',
    { instant: ago(-5) },
    { position: at(10), now: ago(-5) },
    'a b c',
  ],
  ['an instant whose place is known', { instant: ago(15), position: at(3) }, { position: at(3), now: ago(15) }, 'a'],
])('R11: %s', async (_, asOf, shown, names) => {
  expect(await world().read({ asOf })).toEqual({ asOf: shown, names: names.split(' ').filter((name) => name !== '') });
});

test('R11: at present no moment is shown', async () => {
  expect(await world().read({})).toEqual({ asOf: undefined, names: ['a', 'b', 'c'] });
});

test('R11: an instant that lies ahead is refused; a place that the views have not reached is waited for, and then refused', async () => {
  const { views, read } = world();
  expect(await read({ asOf: { instant: ago(-6) } })).toEqual({ code: 'validation-failed' });
  expect(await read({ asOf: place(11), waitS: 0 })).toEqual({ code: 'not-caught-up' });
  views.onLook = (look) => {
    if (look === 6) views.advance(at(11));
  };
  expect((await read({ asOf: place(11), minPosition: at(3) })).asOf?.position).toBe(at(11));
  expect(await read({ asOf: place(2), minPosition: at(12), waitS: 0 })).toEqual({ code: 'not-caught-up' });
});

test('R11: where nothing was recorded after the instant, the place is that of the views, not of partitions ahead of them', async () => {
  const { views, read } = world();
  views.entryTimesNow = [...views.entryTimesNow, { recordedAt: ago(2), position: at(15) }];
  expect((await read({ asOf: { instant: ago(3) } })).asOf?.position).toBe(at(10));
  views.entryTimesNow = [{ recordedAt: ago(2), position: positionOf(0n) }];
  expect((await read({ asOf: { instant: ago(3) } })).asOf?.position).toBe(START);
});

test('R11: what goes on in an answer shows its moment, without looking again', async () => {
  const { views, reading, read } = world();
  const first = await reading.eventTypes({}, PAGE, { asOf: { instant: ago(15) } });
  if (!first.ok) throw new Error(first.problem.detail);
  views.advance(at(12));
  views.asked.length = 0;
  expect((await read({ sameAs: first.value })).names).toEqual(['a', 'b']);
  expect(views.argumentsOf('placeBefore')).toEqual([]);
});
