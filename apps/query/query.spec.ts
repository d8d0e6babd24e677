/** The reading half over a fake of its use cases: what reaches them, which headers come back, what is refused before. */
import { decodeCursor, done, failed, positionOf, type Outcome } from '#contracts';
import { READING, ROLES } from '#platform';
import { fakeOf, serve, type Served } from '../../test/harness/served.js';
import { QueryModule } from './index.js';

const position = positionOf(18446744073709551614n);
const calls: (readonly unknown[])[] = [];
let outcome: Outcome<unknown>;
let open: Served;
let guarded: Served;

beforeAll(async () => {
  const reading = fakeOf(calls, () => outcome);
  const options = { modules: [QueryModule], useCases: [[READING, reading]] as const };
  open = await serve(options);
  guarded = await serve({ ...options, tokens: true });
});

afterAll(async () => {
  await open.close();
  await guarded.close();
});

beforeEach(() => {
  calls.length = 0;
});

const page = (sort: string) => ({ sort, limit: 50, after: null, count: false });
/** Each read is in the share of who asks. */
const place: unknown = expect.objectContaining({ holder: 'address 127.0.0.1' });
const demand = { waitS: 5, place };
const instant = '2030-01-01T00:00:00.000Z';

test.each<readonly [path: string, call: readonly unknown[]]>([
  [
    '/event-types?status=retired&category=disk&starting=true',
    ['eventTypes', { status: ['retired'], category: ['disk'], starting: true }, page('id')],
  ],
  // a line separator is a character like any other
  ['/hosts?attribute=%E2%80%A8:x', ['hosts', { attribute: ['\u2028:x'] }, page('host')]],
  ['/fates?creates=a-b,a-c&completedBy=a-d', ['fates', { creates: ['a-b', 'a-c'], completedBy: ['a-d'] }, page('id')]],
  [
    '/events?host=WEB-1.,b&key=k&type=a-b&category=a&by=me&quest=1,2&afterPosition=7',
    [
      'events',
      {
        host: ['web-1', 'b'],
        key: ['k'],
        type: ['a-b'],
        category: ['a'],
        by: ['me'],
        quest: [1, 2],
        afterPosition: 7n,
      },
      page('-position'),
    ],
  ],
  [
    '/events?since=2030-01-01T00:00Z&until=2030-01-01T00:00Z',
    ['events', { since: instant, until: instant }, page('-position')],
  ],
  ['/events?host=', ['events', { host: [] }, page('-position')]],
  [
    '/labors?state=open&quest=none,7&chain=WEB-1~0,b~1.2&actor=owner&acked=false&stranded=true&overdue=false',
    [
      'labors',
      {
        state: ['open'],
        quest: ['none', 7],
        chain: ['web-1~0', 'b~1.2'],
        actor: ['owner'],
        acked: false,
        stranded: true,
        overdue: false,
      },
      page('-openedAt'),
    ],
  ],
  [
    '/labors?openedSince=2030-01-01T00:00Z&openedBefore=2030-01-01T00:00Z&closedSince=2030-01-01T00:00Z&assignee=ann',
    [
      'labors',
      { openedSince: instant, openedBefore: instant, closedSince: instant, assignee: ['ann'] },
      page('-openedAt'),
    ],
  ],
  [
    '/quests?state=embarking,empty&creator=ann&host=a&type=a-b&overdue=true&sort=target',
    [
      'quests',
      { state: ['embarking', 'empty'], creator: ['ann'], host: ['a'], type: ['a-b'], overdue: true },
      page('target'),
    ],
  ],
  ['/labors?for=ann&sort=host', ['labors', { for: 'ann' }, page('host')]],
  ['/quests/7/labors?state=open', ['questLabors', 7, { state: ['open'] }, page('-openedAt')]],
  ['/quests/7/hosts', ['questHosts', 7, {}, page('host')]],
  [
    '/quests/7/hosts?host=Web-*&attribute=role:web&state=open,done&step=a-b&stepBefore=2030-01-01T00:00Z&sort=stepSince',
    [
      'questHosts',
      7,
      { hostPrefix: ['web-'], attribute: ['role:web'], state: ['open', 'done'], step: ['a-b'], stepBefore: instant },
      page('stepSince'),
    ],
  ],
  [
    '/quests/7/hosts?hostQuery=role+%3D+web',
    ['questHosts', 7, { query: { is: 'attribute', among: ['role:web'] } }, page('host')],
  ],
  ['/quests/7/history?sort=position', ['questHistory', 7, page('position')]],
  ['/quests/7/burndown', ['burndown', 7, {}, page('from')]],
  ['/quests/7/burndown?bucket=hour&sort=-from', ['burndown', 7, { bucket: 'hour' }, page('-from')]],
  ['/hosts?host=Web-*,DB-1&open=true', ['hosts', { host: ['db-1'], hostPrefix: ['web-'], open: true }, page('host')]],
  [
    '/hosts?host=web-*&quest=1&parked=false',
    ['hosts', { hostPrefix: ['web-'], quest: [1], parked: false }, page('host')],
  ],
  ['/hosts?host=', ['hosts', { host: [] }, page('host')]],
])('GET %s', async (path, call) => {
  outcome = done({ position, ageMs: 0, body: { items: [], next: null } });
  const answer = await open.call('GET', path);
  expect([answer.status, answer.body]).toEqual([200, { items: [], next: null }]);
  expect(calls).toEqual([[...call, demand]]);
});

const manyHosts = Array.from({ length: 10_000 }, (_, n) => `h${n}`);

test.each<readonly [path: string, body: object, call: readonly unknown[]]>([
  [
    '/events/search',
    { host: manyHosts, by: 'me, too' },
    ['events', { host: manyHosts, by: ['me, too'] }, page('-position')],
  ],
  [
    '/labors/search',
    { quest: ['none', 7], acked: false },
    ['labors', { quest: ['none', 7], acked: false }, page('-openedAt')],
  ],
  ['/labors/search', { for: 'ann, bob' }, ['labors', { for: 'ann, bob' }, page('-openedAt')]],
  ['/quests/search', { sort: 'target', limit: 7 }, ['quests', {}, { ...page('target'), limit: 7 }]],
  ['/hosts/search', { host: ['web-*', 'DB-1'] }, ['hosts', { host: ['db-1'], hostPrefix: ['web-'] }, page('host')]],
])('POST %s asks as GET does, by a body', async (path, body, call) => {
  outcome = done({ position, ageMs: 0, body: { items: [], next: null } });
  const answer = await open.call('POST', path, body);
  expect([answer.status, answer.body]).toEqual([200, { items: [], next: null }]);
  expect(calls).toEqual([[...call, demand]]);
  expect([answer.headers['etag'], answer.headers['cache-control']]).toEqual([undefined, 'no-store']);
  expect(answer.headers['hermes-position']).toBe(String(position));
});

test('the cursor of a question in a body is that of the same question in a query string', async () => {
  outcome = done({ position, ageMs: 0, body: { items: [], next: ['a'], total: 100_000, atLeast: true } });
  const { body } = await open.call('POST', '/hosts/search', { open: true, count: true });
  expect(body).toMatchObject({ total: 100_000, atLeast: true });
  const { next } = body as { next: string };
  expect(await open.call('GET', `/hosts?open=true&cursor=${next}`)).toMatchObject({ status: 200, body: { next } });
  const other = await open.call('POST', '/hosts/search', { open: false, cursor: next });
  expect(other).toMatchObject({ status: 422, body: { errors: [{ path: 'cursor' }] } });
});

test('a question in a body is refused with every fault, takes no query string, and needs the role read', async () => {
  const body = { colour: 1, state: 'half', limit: '7' };
  const paths = [{ path: 'colour' }, { path: 'state' }, { path: 'limit' }];
  expect(await open.call('POST', '/labors/search', body)).toMatchObject({ status: 422, body: { errors: paths } });
  expect(await open.call('POST', '/labors/search?limit=7', {})).toMatchObject({ status: 422 });
  expect(await open.call('POST', '/labors/search')).toMatchObject({ status: 400, body: { code: 'malformed' } });
  expect(calls).toEqual([]);
  expect((await guarded.call('POST', '/labors/search', {})).status).toBe(401);
  outcome = failed({ code: 'not-caught-up', detail: 'it was reached' });
  expect((await guarded.call('POST', '/labors/search', {}, 'read')).status).toBe(503);
});

test.each<readonly [path: string, call: readonly unknown[]]>([
  ['/event-types/disk-full', ['eventType', 'disk-full']],
  ['/fates/7', ['fate', '7']],
  ['/fates/graph', ['fateGraph', null]],
  ['/events/a~0', ['event', 'a~0']],
  ['/labors/a~0.1', ['labor', 'a~0.1']],
  ['/labors/a~0/why', ['why', 'a~0']],
  ['/quests/7', ['quest', 7]],
  ['/quests/7/times', ['questTimes', 7]],
  ['/hosts/web-1', ['host', 'web-1']],
  ['/stats', ['stats']],
])('GET %s asks for one thing, and takes no query but that of the past', async (path, call) => {
  outcome = failed({ code: 'not-caught-up', detail: 'not there yet', retryAfterS: 1 });
  expect(await open.call('GET', path)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(calls).toEqual([[...call, demand]]);
  expect(await open.call('GET', `${path}?at=1`)).toMatchObject({ status: 422, body: { errors: [{ path: 'at' }] } });
});

/** What the use cases answer, and how that is shown; the shapes as a whole are in the specs of the presenters. */
const kinds = {
  eventType: [
    { id: 1, name: 'a-b', hidden: 1 },
    { id: 1, name: 'a-b' },
  ],
  fate: [
    { id: 1, creates: 'a-b', hidden: 1 },
    { id: 1, creates: 'a-b' },
  ],
  event: [
    { id: 'a~0', key: null, position: 7n },
    { id: 'a~0', position: '7' },
  ],
  eventView: [
    {
      event: { id: 'a~0', key: null, position: 7n },
      effects: { state: 'known', opened: ['a~0'], closed: [], absorbed: [], perhapsAbsorbed: [] },
    },
    { id: 'a~0', position: '7', opened: ['a~0'], closed: [], absorbed: [] },
  ],
  graph: [
    {
      ...{ graph: { nodes: [], edges: [], flows: [] }, quest: null, open: new Map(), closed: null },
      ...{ countsAgeMs: 1500, fired: new Set() },
    },
    { nodes: [], edges: [], flows: [], countsAgeS: 1.5 },
  ],
  laborDetail: [
    {
      labor: { id: 'a~0', opened: { event: 'a~0' }, closed: null, ack: null, notes: [], overflow: null },
      stranded: false,
      parked: true,
      next: [{ type: 'a-b', closes: ['a~0'], follows: [], opens: false, absorbedBy: null }],
    },
    {
      ...{ id: 'a~0', opened: { event: 'a~0' }, closed: null, ack: null, parked: true },
      next: [{ type: 'a-b', closes: ['a~0'], follows: [], opens: false }],
    },
  ],
  labor: [
    {
      labor: { id: 'a~0', opened: { event: 'a~0' }, closed: null, ack: null, notes: [], overflow: null },
      stranded: false,
      parked: true,
    },
    { id: 'a~0', opened: { event: 'a~0' }, closed: null, ack: null, parked: true },
  ],
  why: [
    { labor: 'a~0', opened: {}, openingFate: null, closed: null, closingFate: null, completedBy: [] },
    { labor: 'a~0', opened: {}, openingFate: null, closed: null, closingFate: null, completedBy: [] },
  ],
  quest: [
    { id: 7, references: [], tally: { steps: {} }, percent: null, parked: null },
    { id: 7, references: [], progress: { percent: null, steps: [] } },
  ],
  part: [
    { host: 'a', tally: { steps: {} }, open: [] },
    { host: 'a', progress: { steps: [] }, openLabors: [] },
  ],
  row: [
    { host: 'a', openLabors: 2, parked: null },
    { host: 'a', open: 2 },
  ],
  dossier: [
    { host: 'a', parked: null, openLabors: [], next: [], lastByCategory: [], newestEvents: [], quests: [] },
    { host: 'a', openLabors: [], next: [], lastStates: [], newestEvents: [], quests: [] },
  ],
} as const;

test.each<readonly [path: string, kind: keyof typeof kinds]>([
  ['/event-types', 'eventType'],
  ['/event-types/a-b', 'eventType'],
  ['/fates', 'fate'],
  ['/fates/1', 'fate'],
  ['/events', 'event'],
  ['/fates/graph', 'graph'],
  ['/events/a~0', 'eventView'],
  ['/labors', 'labor'],
  ['/labors/a~0', 'laborDetail'],
  ['/labors/a~0/why', 'why'],
  ['/quests', 'quest'],
  ['/quests/7', 'quest'],
  ['/quests/7/labors', 'labor'],
  ['/quests/7/hosts', 'part'],
  ['/hosts', 'row'],
  ['/hosts/a', 'dossier'],
])('GET %s shows each %s as such', async (path, kind) => {
  const [item, shown] = kinds[kind];
  const one = path.split('/').length === 3 || kind === 'why';
  outcome = done({ position, ageMs: 0, body: one ? item : { items: [item], next: null } });
  expect((await open.call('GET', path)).body).toEqual(one ? shown : { items: [shown], next: null });
});

test('an answer says how far the views are and how old that is; next is a cursor of this list', async () => {
  outcome = done({ position, ageMs: 1234, body: { items: [], next: ['a', '7'], total: 3 } });
  const answer = await open.call('GET', '/quests/7/labors?state=open&limit=2&count=true');
  expect([answer.headers['hermes-position'], answer.headers['hermes-age']]).toEqual([String(position), '1.234']);
  const { next, total } = answer.body as { next: string; total: number };
  const context = { list: '/api/v1/quests/7/labors', sort: '-openedAt', filter: { state: ['open'] } };
  expect([decodeCursor(next, context), total]).toEqual([['a', '7'], 3]);
  await open.call('GET', `/quests/7/labors?state=open&cursor=${next}`);
  expect(calls.at(-1)).toEqual([
    'questLabors',
    7,
    { state: ['open'] },
    { ...page('-openedAt'), after: ['a', '7'] },
    demand,
  ]);
  for (const other of ['/quests/8/labors?state=open', '/labors?state=open', '/quests/7/labors?state=open&sort=host']) {
    expect(await open.call('GET', `${other}&cursor=${next}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'cursor' }] },
    });
  }
});

test.each([
  ['/labors?asOf=soon&hostQuery=x&where=x&format=xml', ['asOf', 'hostQuery', 'where', 'format']],
  [
    '/labors?host=-a&type=A&quest=0&chain=a&state=done&actor=me&limit=0',
    ['host', 'type', 'quest', 'chain', 'state', 'actor', 'limit'],
  ],
  ['/labors?acked=1&openedSince=today', ['acked', 'openedSince']],
  ['/events?key=&category=-&afterPosition=-1&sort=host', ['key', 'category', 'afterPosition', 'sort']],
  ['/quests?state=over&overdue=maybe', ['state', 'overdue']],
  [
    '/quests/7/hosts?host=a*b&state=parked&step=a&stepBefore=soon&quest=1',
    ['host', 'state', 'step', 'stepBefore', 'quest'],
  ],
  ['/hosts?host=*&host=a*b&open=', ['host', 'open']],
  ['/fates?status=deleted&creates=ab', ['status', 'creates']],
  ['/fates/graph?quest=0&format=svg&limit=7', ['quest', 'format', 'limit']],
  ['/event-types?starting=yes&colour=red', ['starting', 'colour']],
] as const)('GET %s names every fault', async (path, faults) => {
  const answer = await open.call('GET', path);
  expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
  const { errors } = answer.body as { errors: { path: string }[] };
  expect([...new Set(errors.map((fault) => fault.path))]).toEqual(expect.arrayContaining([...faults]));
  expect(new Set(errors.map((fault) => fault.path)).size).toBe(faults.length);
  expect(calls).toEqual([]);
});

test('every reader needs the role read', async () => {
  outcome = failed({ code: 'not-caught-up', detail: 'it was reached' });
  const paths = [
    '/event-types',
    '/event-types/a-b',
    '/fates',
    '/fates/1',
    '/fates/graph',
    '/events',
    '/events/a~0',
    '/labors',
    '/labors/a~0',
  ];
  paths.push(
    '/labors/a~0/why',
    '/quests',
    '/quests/1',
    '/quests/1/labors',
    '/quests/1/hosts',
    '/quests/1/times',
    '/hosts',
    '/hosts/a',
    '/stats',
  );
  for (const path of paths) {
    expect([path, (await guarded.call('GET', path)).status]).toEqual([path, 401]);
    for (const role of ROLES)
      expect([path, (await guarded.call('GET', path, undefined, role)).status]).toEqual([path, 503]);
  }
});
