/** Whole lists as CSV and NDJSON: read page by page, cut off visibly, bounded in number. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { done, failed, positionOf, type PageRequest } from '#contracts';
import { READING } from '#platform';
import { StoreOverloaded, StoreUnavailable, type HostRow } from '#ports';
import { until } from '../../libs/testing/until.js';
import { listenOverFake } from '../../test/harness/served.js';
import { QueryModule } from './index.js';

const position = positionOf(18446744073709551614n);
const shown = { position, ageMs: 1234, generation: 3 };
const query = listenOverFake(QueryModule, READING);

/** Answers `total` hosts by pages; a page fails where `pageFails` says so. Long names make a page large. */
function hostsUpTo(total: number, pageFails: (first: number) => Error | undefined = () => undefined): void {
  query.answer(() => {
    const [, , { after, limit }] = query.calls.at(-1) as [unknown, unknown, PageRequest<'host'>];
    const first = after === null ? 0 : Number(after[0]);
    const failure = pageFails(first);
    if (failure !== undefined) throw failure;
    const items = Array.from({ length: Math.min(limit, total - first) }, (_, index) => row(first + index));
    const end = first + items.length;
    return done({ ...shown, body: { items, next: end < total ? [String(end)] : null } });
  });
}

function row(number: number): HostRow {
  const host = `web-${number}-${'x'.repeat(200)}`;
  return {
    host,
    openLabors: number,
    updatedAt: '2030-01-01T00:00:00.000Z',
    attributes: {},
    retired: null,
    inventories: [],
    lastEvent: null,
    parked: null,
  } as unknown as HostRow;
}

const PARKED = 'parkedState,parkedReason,parkedRevision,parkedPosition,parkedSince';
const RETIRED = 'retiredBy,retiredPrincipal,retiredAt,retiredReason';
const REDACTED = 'redactedAt,redactedBy,redactedPrincipal,redactedReason';
const LAST_EVENT = 'lastEvent,lastEventType,lastEventAt,lastEventRecordedAt,lastEventPosition';
const COUNTS = 'chains,unstarted,inProgress,completed,waived,labors,open,steps';
const HOSTS = 'hostsDone,hostsOpen,hostsWithout,hostsParked,abandonedAt,abandonedBy,abandonReason';
const headers: readonly (readonly [path: string, file: string, header: string])[] = [
  ['/event-types', 'event-types', 'id,category,state,name,description,restricted,status,principal'],
  ['/fates', 'fates', 'id,creates,completedBy,intermediate,follows,onRepeat,name,description,actors,status,principal'],
  [
    '/events',
    'events',
    `id,key,host,type,at,recordedAt,by,principal,note,attributes,quest,revision,position,late,duplicate,${REDACTED}`,
  ],
  [
    '/quests',
    'quests',
    `id,type,creator,principal,description,target,references,state,embarkedAt,completedAt,overdue,hosts,percent,${COUNTS},${HOSTS},${PARKED},incomplete`,
  ],
  ['/quests/7/hosts', 'quest-7-hosts', `host,${COUNTS},openLabors`],
  [
    '/quests/7/history',
    'quest-7-history',
    'position,recordedAt,kind,by,principal,type,description,hosts,claim,labors,changes,reason',
  ],
  ['/quests/7/burndown', 'quest-7-burndown', 'from,to,open,steps,incomplete'],
  ['/hosts', 'hosts', `host,open,updatedAt,attributes,${RETIRED},inventories,${LAST_EVENT},${PARKED},incomplete`],
];

test.each(headers)(
  '%s as CSV and NDJSON: a file of its own, and the columns that are documented',
  async (path, file, header) => {
    query.answer(() => done({ ...shown, body: { items: [], next: null } }));
    const csv = await query.ask(path, { accept: 'text/csv' });
    expect([csv.status, await csv.text()]).toEqual([200, `${header}\r\n`]);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="${file}.csv"`);
    const lines = await query.ask(`${path}?format=ndjson`, { accept: 'text/html' });
    expect([lines.status, await lines.text()]).toEqual([200, '']);
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.headers.get('content-disposition')).toBe(`attachment; filename="${file}.ndjson"`);
    for (const answer of [csv, lines]) {
      expect(answer.headers.get('hermes-position')).toBe(String(position));
      expect(answer.headers.get('hermes-age')).toBe('1.234');
      expect([answer.headers.get('vary'), answer.headers.get('etag')]).toEqual(['accept, accept-encoding', null]);
    }
  },
);

test('a whole list is asked for page by page, all in the generation and freshness of the first', async () => {
  hostsUpTo(2500);
  const csv = await query.ask('/hosts?format=csv&open=true', { 'hermes-min-position': '7' });
  const [header, ...rows] = parse(await csv.text(), { record_delimiter: '\r\n' });
  expect(header?.slice(0, 3)).toEqual(['host', 'open', 'updatedAt']);
  expect(rows.map(([, open]) => open)).toEqual(Array.from({ length: 2500 }, (_, index) => String(index)));
  const page = { sort: 'host', limit: 1000, count: false };
  const place: unknown = expect.objectContaining({ holder: 'address 127.0.0.1' });
  const sameAs: unknown = expect.objectContaining(shown);
  expect(query.calls).toEqual([
    ['hosts', { open: true }, { ...page, after: null }, { minPosition: 7n, waitS: 5, place }],
    ['hosts', { open: true }, { ...page, after: ['1000'] }, { place, sameAs }],
    ['hosts', { open: true }, { ...page, after: ['2000'] }, { place, sameAs }],
  ]);
  await until('it is logged', () => query.logged.some(({ msg }) => msg === 'a whole list was sent'));
  expect(query.logged.find(({ rows }) => rows !== undefined)).toMatchObject({
    level: 'debug',
    form: 'csv',
    rows: 2500,
  });
});

test('the lines are what pages of JSON show, and limit says where they end', async () => {
  hostsUpTo(5000);
  const lines = await (await query.ask('/hosts?limit=1500', { accept: 'application/x-ndjson' })).text();
  expect(lines.endsWith('\n')).toBe(true);
  const items = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
  expect(items.length).toBe(1500);
  const json = (await (await query.ask('/hosts?limit=1000')).json()) as { items: unknown[] };
  expect(items.slice(0, 1000)).toEqual(json.items);
  expect(query.calls.map(([, , page]) => (page as PageRequest<'host'>).limit)).toEqual([1000, 500, 1000]);
});

test.each([
  ['text/csv', 200, 'text/csv'],
  ['application/json;q=0.5, application/x-ndjson;q=0.6', 200, 'application/x-ndjson'],
  ['text/csv;q=0.5, */*', 200, 'application/json'],
  ['text/html', 406, 'application/problem+json'],
])('Accept: %s is answered %i %s', async (accept, status, type) => {
  hostsUpTo(1);
  const answer = await query.ask('/hosts', { accept });
  expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([status, type]);
});

test('one thing is JSON only', async () => {
  expect((await query.ask('/hosts/a', { accept: 'text/csv' })).status).toBe(406);
  expect((await query.ask('/stats', { accept: 'application/x-ndjson' })).status).toBe(406);
});

test('what belongs to pages is refused for whole lists', async () => {
  const answer = await query.ask('/hosts?format=csv&count=true&cursor=x');
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ errors: [{ path: 'count' }, { path: 'cursor' }] });
});

test('a failure before the first row is a problem like any other', async () => {
  query.answer(() => failed({ code: 'quest-unknown', detail: 'no quest 7' }));
  const answer = await query.ask('/quests/7/labors?format=csv');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  expect(answer.headers.get('content-disposition')).toBeNull();
  expect(await answer.json()).toMatchObject({ code: 'quest-unknown' });
});

test.each([
  ['csv', new Error('a defect'), 'error', 'a whole list was cut off by a defect'],
  ['ndjson', new StoreUnavailable('views', 'the disk is gone'), 'warn', 'a whole list was cut off'],
] as const)(
  'a failure in the middle of %s cuts the connection, and is logged',
  async (form, failure, level, message) => {
    hostsUpTo(5000, (first) => (first === 2000 ? failure : undefined));
    const answer = await query.ask(`/hosts?format=${form}`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    await until('it is logged', () => query.logged.some(({ msg }) => msg === message));
    expect(query.logged.find(({ msg }) => msg === message)).toMatchObject({
      level,
      form,
      rows: 2000,
      list: '/api/v1/hosts',
    });
  },
);

test.each(['csv', 'ndjson'])('also right after the first page of %s, the answer has no end', async (form) => {
  hostsUpTo(5000, (first) => (first === 1000 ? new StoreUnavailable('views', 'the disk is gone') : undefined));
  const answer = await taken(`/hosts?format=${form}`);
  expect(answer.statusCode).toBe(200);
  const ended = new Promise<string>((resolve) => {
    answer.once('end', () => {
      resolve('end');
    });
    answer.once('error', () => {
      resolve('error');
    });
  });
  answer.resume();
  expect([await ended, answer.complete]).toEqual(['error', false]);
});

test('a page that the store does not read at present is asked for again: a list that is being sent is whole', async () => {
  let refusals = 0;
  hostsUpTo(2500, (first) => {
    if (first !== 1000 || refusals >= 2) return undefined;
    refusals += 1;
    return new StoreOverloaded('views', 'questions are waiting', 'busy');
  });
  const lines = await (await query.ask('/hosts?format=ndjson')).text();
  expect([refusals, lines.split('\n').length]).toEqual([2, 2501]);
});

test('a page that takes too long by itself is not asked for again: the list is cut at once', async () => {
  let asked = 0;
  hostsUpTo(2500, (first) => {
    if (first !== 1000) return undefined;
    asked += 1;
    return new StoreOverloaded('views', 'narrow its filter', 'too-much');
  });
  const answer = await query.ask('/hosts?format=ndjson');
  // before its first bytes went out it can still be answered as a problem
  expect(await answer.text().catch(() => 'cut')).toMatch(/^cut$|"code":"overloaded"/);
  expect(asked).toBe(1);
});

test('before the first row, too much at once is said as such', async () => {
  hostsUpTo(2500, () => new StoreOverloaded('views', 'questions are waiting', 'busy'));
  for (const path of ['/hosts?format=csv', '/hosts?count=true']) {
    const answer = await query.ask(path);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'overloaded', detail: 'questions are waiting' });
  }
});

test('who could not tell a cut list from a whole one gets none: in HTTP/1.0 both end with the connection', async () => {
  const { hostname, port } = new URL(query.base());
  const socket = connect(Number(port), hostname);
  socket.write('GET /api/v1/hosts?format=csv HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toContain(' 406 Not Acceptable\r\n');
  expect(text).toContain('"code":"not-acceptable"');
  expect(query.calls).toEqual([]);
});

/** Taken with a connection of its own, which `destroy` ends. */
async function taken(path: string, localAddress = '127.0.0.1'): Promise<IncomingMessage> {
  const asked = get(`${query.base()}${path}`, { agent: false, localAddress });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

test('when its reader goes away, reading stops', async () => {
  hostsUpTo(Number.MAX_SAFE_INTEGER);
  const answer = await taken('/hosts?format=ndjson');
  await once(answer, 'readable');
  answer.destroy();
  await until('it is logged', () => query.logged.some(({ msg }) => msg === 'a whole list was not taken to its end'));
  const then = query.calls.length;
  for (let i = 0; i < 50; i += 1) await turn();
  expect(query.calls.length).toBe(then);
});

test('sixteen whole lists at once, twelve for one address; one more is overloaded until one of them ends', async () => {
  hostsUpTo(Number.MAX_SAFE_INTEGER);
  const open = await Promise.all(Array.from({ length: 12 }, () => taken('/hosts?format=csv')));
  expect((await query.ask('/hosts?format=csv')).status).toBe(503);
  open.push(...(await Promise.all(Array.from({ length: 4 }, () => taken('/hosts?format=csv', '127.0.0.2')))));
  expect(open.map(({ statusCode }) => statusCode)).toEqual(open.map(() => 200));
  const refused = await query.ask('/hosts?format=csv');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ code: 'overloaded' });
  expect((await query.ask('/hosts?limit=1')).status).toBe(200);
  open[0]?.destroy();
  await until('one may be asked for again', async () => {
    const more = await taken('/hosts?format=csv');
    more.destroy();
    return more.statusCode === 200;
  });
  for (const each of open) each.destroy();
  const ended = (): number => query.logged.filter(({ msg }) => msg === 'a whole list was not taken to its end').length;
  await until('all are given up', () => ended() >= 17);
});

test('HEAD is GET without its body, and reads no more than the first page', async () => {
  hostsUpTo(5000);
  // of an encoded answer nobody here sees the length
  const plain = { 'accept-encoding': 'identity' };
  const whole = await query.ask('/hosts', plain);
  const text = await whole.text();
  const head = await query.ask('/hosts', plain, 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  for (const name of ['content-type', 'etag', 'hermes-position', 'vary', 'cache-control'])
    expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
  query.calls.length = 0;
  const csv = await query.ask('/hosts', { accept: 'text/csv' }, 'HEAD');
  expect([csv.status, csv.headers.get('content-type'), csv.headers.get('content-length')]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
    null,
  ]);
  expect(query.calls.length).toBe(1);
  expect(query.logged.filter(({ msg }) => msg.startsWith('a whole list'))).toEqual([]);
});
