/** Whole lists as CSV and NDJSON while events arrive, and answers that are known already: over HTTP, from the build. */
import { parse } from 'csv-parse/sync';
import type { Json } from '../harness/api.js';
import { DISKS, wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const LABORS = 50_000;
/** As many in one request. */
const BATCH = 10_000;
/** Long notes, so that the whole list is far more than any buffer between Hermes and its reader holds. */
const NOTE = `${'x'.repeat(600)}, "y"`;

const hermes = wholeHermes({
  types: [...DISKS.types, { category: 'fan', state: 'slow', description: '=1+1' }],
  fates: [
    { creates: 'disk-full', completedBy: 'disk-cleaned', actors: ['owner', 'creator'] },
    { creates: 'fan-slow', completedBy: 'disk-cleaned' },
  ],
  env: { HERMES_LOG_LEVEL: 'debug' },
});

beforeAll(async () => {
  const { api } = hermes;
  for (let from = 0; from < LABORS; from += BATCH) {
    const hosts = Array.from({ length: BATCH }, (_, index) => `web-${from + index}`);
    await api.must('/events', { type: 'disk-full', hosts, note: NOTE });
  }
  await api.get('/labors?limit=1', 30);
}, 120_000);

function open(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('hermes-min-position', String(hermes.api.position));
  headers.set('hermes-wait', '30');
  return fetch(`${hermes.api.origin}/api/v1${path}`, { ...init, headers });
}

async function whole(path: string): Promise<string> {
  const answer = await open(path);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** Strictly: every row has as many cells as the header has. */
function records(csv: string): readonly Readonly<Record<string, string>>[] {
  return parse(csv, { columns: true, record_delimiter: '\r\n', relax_column_count: false });
}

function lines(ndjson: string): readonly Json[] {
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Json);
}

async function pages(path: string): Promise<readonly Json[]> {
  const items: Json[] = [];
  let next: unknown = null;
  do {
    const cursor = typeof next === 'string' ? `&cursor=${encodeURIComponent(next)}` : '';
    const page = await hermes.api.read(`${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor}`);
    items.push(...page['items']!);
    next = page['next'];
  } while (next !== null);
  return items;
}

interface LoggedLine {
  readonly msg: string;
  readonly list: string;
  readonly form: string;
  readonly rows: number;
}

/** What Hermes has logged of whole lists that ended so. */
function logged(message: string): readonly LoggedLine[] {
  return hermes.process.output
    .split('\n')
    .filter((line) => line.includes(`"${message}"`))
    .map((line) => JSON.parse(line) as LoggedLine);
}

test('50,000 labors while events arrive: CSV and NDJSON have every id once', async () => {
  let streaming = true;
  let written = 0;
  const write = async (): Promise<void> => {
    for (let round = 0; streaming; round += 1) {
      const hosts = Array.from({ length: 50 }, (_, index) => `late-${round}-${index}`);
      await hermes.api.must('/events', { type: 'disk-full', hosts });
      await hermes.api.must('/events', { type: 'disk-cleaned', hosts: [`web-${round}`, `web-${LABORS - 1 - round}`] });
      written += 1;
    }
  };
  const writing = write();
  const csv = await whole('/labors?format=csv').finally(() => (streaming = written < 3));
  streaming = true;
  const ndjson = await whole('/labors?format=ndjson').finally(() => (streaming = false));
  await writing;
  expect(written).toBeGreaterThan(3);
  for (const ids of [records(csv).map((row) => row['id']), lines(ndjson).map((item) => String(item['id']))]) {
    expect(ids.filter((id) => id?.startsWith('web-')).length).toBe(LABORS);
    expect(new Set(ids).size).toBe(ids.length);
  }
}, 120_000);

test('a reader that takes little makes Hermes read little, and when it goes away reading stops', async () => {
  const leaving = new AbortController();
  // encoded, all of it would be small enough to be on its way at once
  const plain = { 'accept-encoding': 'identity' };
  const slow = await open('/labors?format=ndjson&sort=openedAt', { signal: leaving.signal, headers: plain });
  await slow.body?.getReader().read();
  // in the time of this one the slow one would have been read to its end
  expect(lines(await whole('/labors?format=ndjson')).length).toBeGreaterThanOrEqual(LABORS);
  leaving.abort();
  const message = 'a whole list was not taken to its end';
  await until('the end is logged', () => logged(message).length === 1);
  expect(logged(message)[0]?.rows).toBeLessThan(LABORS / 2);
}, 60_000);

/** An item of JSON as a row of CSV has it, written independently from docs/api.md. */
function flat(item: Json, columns: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map((column) => [column, cell(valueAt(item, column))]));
}

const FLAGS = ['stranded', 'overflow', 'parked', 'late', 'duplicate'];
const WORDS = ['actors', 'inventories', 'openLabors'];
const NESTED = /^(opened|closed|ack|parked|retired|redacted|lastEvent)([A-Z])(.*)$/;

function valueAt(item: Json, column: string): unknown {
  // the column of its name is the event's id
  if (column === 'lastEvent') return (item['lastEvent'] as Json | null)?.['event'];
  const own: unknown = item[column] ?? item['progress']?.[column];
  if (column in item || own !== undefined) {
    if (!WORDS.includes(column)) return own;
    return [...(own as readonly unknown[])].map((word) => (word as Json)['id'] ?? word).join(' ');
  }
  const counts = item['progress']?.['hosts'];
  const ofHosts = /^hosts([A-Z].*)$/.exec(column)?.[1]?.toLowerCase();
  if (counts !== undefined && ofHosts !== undefined) return counts[ofHosts];
  if (FLAGS.includes(column)) return false;
  // of a quest it is a number
  if (column === 'incomplete') return counts === undefined ? false : 0;
  const [, outer = '', initial = '', rest = ''] = NESTED.exec(column) ?? [];
  const parts: unknown = item[outer];
  if (parts === null || parts === undefined) return null;
  const name = `${initial.toLowerCase()}${rest}`;
  // a flag that is there only where it is true
  return (parts as Json)[name] ?? (name === 'redacted' ? false : undefined);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

describe('with texts of every kind', () => {
  beforeAll(async () => {
    const { api } = hermes;
    const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', 'a, b', 'say "no"', 'two\nlines', 'Grüße ✓', "'quoted"];
    const events = texts.map((note, index) => ({ host: `odd-${index}`, type: 'fan-slow', note, key: `=${index}` }));
    await api.must('/events', events);
    await api.must('/events', { host: 'odd-0', type: 'fan-slow', by: '=me', attributes: { rpm: 120, why: 'a,"b"' } });
    await api.must('/labors/odd-1~0/ack', { by: '@ann', note: '-done' });
    await api.must('/labors/odd-2~0/waive', { by: 'bob', reason: '=cmd()' });
    await api.must('/events', { host: 'odd-3', type: 'disk-cleaned', note: '+closed' });
    const hosts = ['odd-4', 'odd-5', 'odd-6'];
    const reference = { key: 'OPS-1', url: 'https://example.com/1' };
    await api.must('/quests', { type: 'disk-full', hosts, description: '=a, "b"', references: [reference] });
    await api.get('/quests/1', 30);
  });

  test.each([
    '/event-types',
    '/fates',
    '/events?host=odd-0,odd-1,odd-2,odd-3,odd-4,odd-5',
    '/labors?type=fan-slow',
    '/labors?host=web-7,web-8,odd-3&sort=host',
    '/quests',
    '/quests/1/labors',
    '/quests/1/hosts',
    '/hosts?host=odd-*',
  ])('%s: CSV and NDJSON hold what pages of JSON hold', async (path) => {
    const items = await pages(path);
    expect(items.length).toBeGreaterThan(0);
    const and = path.includes('?') ? '&' : '?';
    expect(lines(await whole(`${path}${and}format=ndjson`))).toEqual(items);
    const rows = records(await whole(`${path}${and}format=csv`));
    expect(rows).toEqual(items.map((item) => flat(item, Object.keys(rows[0] ?? {}))));
  });

  test('no cell begins as a formula does', async () => {
    for (const path of ['/event-types', '/events?type=fan-slow,disk-cleaned', '/labors?type=fan-slow', '/quests']) {
      const rows = records(await whole(`${path}${path.includes('?') ? '&' : '?'}format=csv`));
      const cells = rows.flatMap((row) => Object.values(row));
      expect(cells.some((text) => /^'[=+\-@\t]/.test(text))).toBe(true);
      expect(cells.filter((text) => /^[=+\-@\t\r]/.test(text))).toEqual([]);
    }
  });
});

test('what is known already is not sent again, until it has changed', async () => {
  const { api } = hermes;
  await api.must('/events', { host: 'one', type: 'fan-slow' });
  const paths = ['/labors/one~0', '/labors/one~0/why', '/hosts/one', '/labors?host=one', '/events?host=one'];
  const tags = new Map<string, string>();
  for (const path of paths) tags.set(path, (await api.get(path)).headers.get('etag') ?? '');
  const known = (path: string): Promise<{ readonly status: number; readonly headers: Headers }> =>
    api.call('GET', path, undefined, {
      'if-none-match': tags.get(path) ?? '',
      'hermes-min-position': String(api.position),
    });
  // elsewhere something happens
  await api.must('/events', { host: 'two', type: 'fan-slow' });
  for (const path of paths) {
    const { status, headers } = await known(path);
    expect([path, status, headers.get('etag')]).toEqual([path, 304, tags.get(path)]);
    expect(BigInt(headers.get('hermes-position') ?? '0')).toBeGreaterThanOrEqual(api.position);
  }
  await api.must('/events', { host: 'one', type: 'disk-cleaned' });
  for (const path of paths) expect([path, (await known(path)).status]).toEqual([path, 200]);
});

test('HEAD answers what GET would', async () => {
  const get = await open('/labors/one~0');
  const head = await open('/labors/one~0', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  for (const name of ['etag', 'content-type', 'content-length'])
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
});
