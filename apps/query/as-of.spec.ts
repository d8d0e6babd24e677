/** R11: what is shown as of a moment of the past, asked over HTTP: which moment reaches the use cases, and what an answer says of it. */
import { done, positionOf } from '#contracts';
import { READING } from '#platform';
import { listenOverFake } from '../../test/harness/served.js';
import { QueryModule } from './index.js';

const position = positionOf(18446744073709551614n);
const now = '2030-01-01T00:00:00.000Z';
const query = listenOverFake(QueryModule, READING);

const shown = (body: unknown, place = 7n) =>
  done({ position, ageMs: 0, hostsBehind: 0, generation: 3, asOf: { position: positionOf(place), now }, body });
/** What the last read was asked: its page, and what beside it. */
const lastAsked = () => query.calls.at(-1)?.slice(-2) ?? [];
const asked = () => lastAsked().at(-1);
const faultsOf = async (path: string) => {
  const answer = await query.ask(path);
  expect(answer.status).toBe(422);
  const { errors } = (await answer.json()) as { readonly errors: readonly { readonly path: string }[] };
  return errors.map((fault) => fault.path);
};

const LISTS: readonly (readonly [path: string, sorts: readonly string[], other: string])[] = [
  ['/event-types', ['id'], 'host'],
  ['/fates', ['id'], 'host'],
  ['/labors', ['-openedPlace', 'openedPlace'], '-openedAt'],
  ['/quests/7/labors', ['-openedPlace', 'openedPlace'], 'host'],
  ['/quests', ['-id', 'id', 'target'], 'host'],
  ['/hosts', ['host'], 'id'],
];

describe.each(LISTS)('GET %s', (path, sorts, other) => {
  test('shows a place, or an instant, in the order of its past', async () => {
    query.answer(() => shown({ items: [], next: null }));
    for (const [text, asOf] of [
      ['7', { position: 7n }],
      ['2030-01-01T01:00:00%2B01:00', { instant: now }],
      ['2030-01-01T01:00:00+01:00', { instant: now }],
    ] as const) {
      const answer = await query.ask(`${path}?asOf=${text}`);
      expect([answer.status, answer.headers.get('hermes-as-of')]).toEqual([200, '7']);
      expect(lastAsked()).toMatchObject([{ sort: sorts[0] }, { asOf }]);
    }
    for (const sort of sorts) expect((await query.ask(`${path}?asOf=7&sort=${sort}`)).status).toBe(200);
    expect(await faultsOf(`${path}?asOf=7&sort=${other}`)).toEqual(['sort']);
    expect(await faultsOf(`${path}?asOf=yesterday`)).toEqual(['asOf']);
  });

  test('goes on at the place that the first page has shown', async () => {
    query.answer(() => shown({ items: [], next: ['9'] }, 5n));
    const { next } = (await (await query.ask(`${path}?asOf=${now}`)).json()) as { readonly next: string };
    await query.ask(`${path}?asOf=${now}&cursor=${next}`);
    expect(lastAsked()).toMatchObject([{ after: ['9'] }, { asOf: { instant: now, position: 5n } }]);
    expect(await faultsOf(`${path}?cursor=${next}`)).toEqual(['cursor']);
  });

  test('is sent whole, all of it of the one moment', async () => {
    for (const format of ['csv', 'ndjson']) {
      let pages = 0;
      query.answer(() => shown({ items: [], next: (pages += 1) < 3 ? [String(pages)] : null }, 5n));
      const answer = await query.ask(`${path}?asOf=${now}&format=${format}`);
      await answer.text();
      expect([answer.status, answer.headers.get('hermes-as-of'), pages]).toEqual([200, '5', 3]);
      expect(lastAsked()).toMatchObject([{ after: ['2'] }, { sameAs: { asOf: { position: 5n, now } } }]);
    }
  });
});

test.each([
  ['/event-types/a-b', 'eventType', { id: 1, name: 'a-b' }],
  ['/fates/1', 'fate', { id: 1, creates: 'a-b' }],
  ['/labors/a~0', 'labor', { labor: { id: 'a~0', opened: {}, closed: null, ack: null, notes: [] }, next: [] }],
  [
    '/labors/a~0/why',
    'why',
    { labor: 'a~0', opened: {}, openingFate: null, closed: null, closingFate: null, completedBy: [] },
  ],
  ['/quests/7', 'quest', { id: 7, references: [], tally: { steps: {} }, percent: null, parked: null }],
  [
    '/hosts/a',
    'host',
    { host: 'a', parked: null, openLabors: [], next: [], lastByCategory: [], newestEvents: [], quests: [] },
  ],
])('GET %s shows it as of a moment, and takes no other parameter', async (path, read, body) => {
  query.answer(() => shown(body));
  const answer = await query.ask(`${path}?asOf=7`);
  expect([answer.status, answer.headers.get('hermes-as-of')]).toEqual([200, '7']);
  expect(query.calls.at(-1)?.[0]).toBe(read);
  expect(asked()).toMatchObject({ asOf: { position: 7n } });
  await query.ask(path);
  expect(asked()).not.toHaveProperty('asOf');
  expect(await faultsOf(`${path}?asOf=x`)).toEqual(['asOf']);
  expect(await faultsOf(`${path}?asOf=1&asOf=2`)).toEqual(['asOf']);
  expect(await faultsOf(`${path}?asOf=1&colour=red`)).toEqual(['colour']);
});

test('GET /stats: the figures that are known of the past, and no others', async () => {
  const figures = {
    totals: { value: { hosts: 1, events: 2, labors: {}, quests: {} }, ageMs: 0 },
    openByType: { value: [], ageMs: 0 },
    stranded: { value: [], ageMs: 0 },
    oldestOpen: { value: null, ageMs: 0 },
  };
  query.answer(() => shown(figures));
  const answer = await query.ask('/stats?asOf=7');
  expect(Object.keys((await answer.json()) as object)).toEqual(Object.keys(figures));
  expect(answer.headers.get('hermes-as-of')).toBe('7');
  expect(query.calls).toEqual([['pastStats', expect.objectContaining({ asOf: { position: 7n } })]]);
  expect(await faultsOf('/stats?at=7')).toEqual(['at']);
});

test('before every entry there is no position to show', async () => {
  query.answer(() => shown({ items: [], next: null }, -1n));
  expect((await query.ask('/fates?asOf=0')).headers.get('hermes-as-of')).toBeNull();
});

test.each([
  '/events',
  '/events/a~0',
  '/fates/graph',
  '/quests/7/hosts',
  '/quests/7/times',
  '/quests/7/burndown',
  '/quests/7/history',
  '/names/rules',
  '/catalogue',
  '/changes',
])('GET %s has no past: asOf is no parameter of it', async (path) => {
  expect(await faultsOf(`${path}?asOf=1`)).toEqual(['asOf']);
  expect(query.calls).toEqual([]);
});
