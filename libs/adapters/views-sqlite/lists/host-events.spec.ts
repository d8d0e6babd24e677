/** A host's events: by id, and listed across its categories, whose order is that of revisions. */
import { positionOf, START, type EventDocument, type EventFilter, type EventSort, type Position } from '#contracts';
import type { EventId, HostName, Instant, TypeName } from '#domain';
import { eventDoc, newGeneration, temporaryFolder } from '#testing';
import { openSqliteViews } from '../index.js';

const path = temporaryFolder();
type Views = Awaited<ReturnType<typeof openSqliteViews>>;
let views: Views;

beforeEach(async () => {
  views = await openSqliteViews({ file: path('views.sqlite') });
});
afterEach(() => views.close());

const HOSTS = ['a', 'a-b', 'b'] as HostName[];
const CATEGORIES = ['disk', 'kernel', 're', 'reboot'];
const BEGUN_AT = Date.UTC(2024, 0, 1);
const minute = (n: number) => new Date(BEGUN_AT + n * 60_000).toISOString() as Instant;
/** Far apart, and on both sides of 2^63. */
const placeOf = (n: number): Position => positionOf(2n ** 63n + BigInt(n - 60) * 2n ** 40n);

/** Entry n is of host n % 3; what makes no event leaves a hole among its revisions, and categories come in no pattern. */
const EVENTS: readonly EventDocument[] = Array.from({ length: 150 }, (_, n) => n)
  .filter((n) => n % 7 !== 3)
  .map((n) => {
    const host = HOSTS[n % 3] as HostName;
    const revision = Math.floor(n / 3);
    const category = CATEGORIES[(n * n + (n >> 3)) % (host === 'b' ? 1 : 4)] as string;
    return eventDoc({
      ...{ host, revision, category, id: `${host}~${revision}` as EventId, position: placeOf(n) },
      ...{ type: `${category}-full` as TypeName, recordedAt: minute(n), by: n % 2 === 0 ? 'ann' : 'bob' },
    });
  });

async function fill(): Promise<void> {
  const generation = await newGeneration(views);
  // not in their order: a projector has many partitions
  await views.writer.apply(generation, { events: EVENTS.filter((_, n) => n % 2 === 0).toReversed() });
  await views.writer.apply(generation, { events: EVENTS });
}

test('an event is found by its id, whichever category of its host it is of', async () => {
  await fill();
  expect(new Set(EVENTS.filter(({ host }) => host === 'a').map(({ category }) => category)).size).toBeGreaterThan(1);
  for (const event of EVENTS) expect(await views.reader.event(event.id)).toEqual(event);
});

test('an id of a revision that made no event, of none yet, or of another host finds nothing', async () => {
  await fill();
  for (const id of ['a~1', 'a~50', 'a~999999999999999', 'c~0', 'a-~0', 'a-b~1.1']) {
    expect([id, await views.reader.event(id as EventId)]).toEqual([id, undefined]);
  }
});

const FILTERS: readonly EventFilter[] = [
  { host: ['a'] as HostName[] },
  { host: HOSTS },
  { host: HOSTS, category: ['reboot', 'disk', 'absent'] },
  { host: ['a', 'a-b'] as HostName[], by: ['bob'] },
  { host: HOSTS, type: ['disk-full', 're-full'] as TypeName[] },
];
const BOUNDS: readonly EventFilter[] = [
  {},
  { since: minute(40) },
  { until: minute(90) },
  { since: minute(31), until: minute(117) },
  { since: minute(149), until: minute(150) },
  ...[0, 20, 77, 149].map((n) => ({ afterPosition: placeOf(n) })),
  { afterPosition: START },
  { afterPosition: positionOf(placeOf(50) + 1n), until: minute(100) },
  { afterPosition: positionOf(placeOf(50) - 1n), since: minute(20) },
  { afterPosition: positionOf(2n ** 64n - 1n) },
];

function passes(filter: EventFilter, event: EventDocument): boolean {
  const among = <T>(values: readonly T[] | undefined, value: T) => values === undefined || values.includes(value);
  return (
    among(filter.host, event.host) &&
    among(filter.category, event.category) &&
    among(filter.type, event.type) &&
    among<string | null>(filter.by, event.by) &&
    (filter.since === undefined || event.recordedAt >= filter.since) &&
    (filter.until === undefined || event.recordedAt < filter.until) &&
    (filter.afterPosition === undefined || event.position > filter.afterPosition)
  );
}

async function idsOf(filter: EventFilter, sort: EventSort, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: readonly string[] | null = null;
  do {
    const page: Awaited<ReturnType<Views['reader']['events']>> = await views.reader.events(filter, {
      ...{ sort, limit, after, count: 100_000 },
    });
    ids.push(...page.items.map(({ id }) => id));
    if (ids.length > EVENTS.length) return ids;
    expect(page.total).toBe(EVENTS.filter((event) => passes(filter, event)).length);
    after = page.next;
  } while (after !== null);
  return ids;
}

test.each(FILTERS)(
  '%j: by place over all categories and hosts, in pages, within any bounds, both ways',
  async (filter) => {
    await fill();
    for (const bounds of BOUNDS) {
      const whole = { ...filter, ...bounds };
      const expected = EVENTS.filter((event) => passes(whole, event)).map(({ id }) => id);
      for (const limit of [6, 1000]) {
        expect(await idsOf(whole, 'position', limit)).toEqual(expected);
        expect(await idsOf(whole, '-position', limit)).toEqual(expected.toReversed());
      }
    }
  },
);

test('a cursor between two places continues at the next, both ways', async () => {
  await fill();
  const page = (sort: EventSort, after: string) =>
    views.reader.events({ host: HOSTS.slice(0, 1) }, { sort, limit: 3, after: [after], count: false });
  const own = EVENTS.filter(({ host }) => host === 'a');
  for (const [index, { position }] of own.entries()) {
    const later = await page('position', (position - 1n).toString());
    expect(later.items).toEqual(own.slice(index, index + 3));
    const earlier = await page('-position', (position + 1n).toString());
    expect(earlier.items).toEqual(own.slice(Math.max(0, index - 2), index + 1).toReversed());
  }
});

test('many hosts at once are merged by place as few are', async () => {
  const generation = await newGeneration(views);
  const hosts = Array.from({ length: 60 }, (_, n) => `h${n}` as HostName);
  const events = Array.from({ length: 600 }, (_, n) => {
    const host = hosts[(n * 7) % 60] as HostName;
    const revision = Math.floor(n / 60);
    const category = CATEGORIES[revision % 4] as string;
    const id = `${host}~${revision}` as EventId;
    return eventDoc({ host, revision, id, category, position: placeOf(n), type: `${category}-full` as TypeName });
  });
  await views.writer.apply(generation, { events });
  for (const [sort, expected] of [['position', events] as const, ['-position', events.toReversed()] as const]) {
    let after: readonly string[] | null = null;
    const shown: EventDocument[] = [];
    do {
      const page: Awaited<ReturnType<Views['reader']['events']>> = await views.reader.events(
        { host: hosts },
        { sort, limit: 45, after, count: false },
      );
      shown.push(...page.items);
      after = page.next;
    } while (after !== null && shown.length <= events.length);
    expect(shown).toEqual(expected);
  }
});
