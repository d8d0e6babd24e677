/** Commands on hosts over HTTP, over a fake of the use cases: what reaches them, and how their outcomes are answered. */
import type { ImportedHosts, ImportOptions } from '#application';
import { done, positionOf, type InventoryLine } from '#contracts';
import { INGEST } from '#platform';
import { overFake, serve, type Served } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const position = positionOf(7n);

describe('commands', () => {
  const ingest = overFake(IngestModule, INGEST);

  test('attributes and retirement of one host', async () => {
    ingest.answer(done({ host: 'a', position, changed: true, newHost: true }));
    const set = { role: 'web', rack: 7, spare: false };
    const first = await ingest.call('POST', '/hosts/A./attributes', { set, clear: ['owner'], by: 'ann' });
    expect([first.status, first.body, first.headers['hermes-position']]).toEqual([
      200,
      { position: '7', host: 'a', changed: true, newHost: true },
      '7',
    ]);
    ingest.answer(done({ host: 'a', position, changed: false, newHost: false }));
    const second = await ingest.call('POST', '/hosts/a/retire', { reason: 'sold\nat last' });
    expect([second.status, second.body]).toEqual([200, { position: '7', host: 'a', changed: false }]);
    await ingest.call('POST', '/hosts/a/attributes', { clear: ['owner'] });
    expect(ingest.calls.map((call) => call.slice(0, 3))).toEqual([
      ['commandHost', 'a', { kind: 'HostAttributesSet', by: 'ann', set, clear: ['owner'] }],
      ['commandHost', 'a', { kind: 'HostRetired', by: null, reason: 'sold\nat last' }],
      ['commandHost', 'a', { kind: 'HostAttributesSet', by: null, set: {}, clear: ['owner'] }],
    ]);
  });

  test('on what a filter finds: a result each, or an operation, or how many that would be', async () => {
    const where = { attribute: 'role:web', host: ['web-*', 'a'], hostQuery: 'retired' };
    const filter = {
      ...{ attribute: ['role:web'], host: ['a'], hostPrefix: ['web-'] },
      query: { is: 'retired' },
    };
    ingest.answer(done({ position, results: [{ host: 'a', position, changed: true, newHost: false }] }));
    const some = await ingest.call('POST', '/hosts/attributes', { where, set: { owner: 'ann' } });
    expect([some.status, some.body]).toMatchObject([200, { results: [{ host: 'a', changed: true }] }]);
    const operation = '7b1d2f00-0000-8000-8000-000000000009';
    ingest.answer(done({ operation, found: 5000, position }));
    const many = await ingest.call('POST', '/hosts/retire', { where, reason: 'sold' });
    expect([many.status, many.body]).toEqual([
      202,
      { id: operation, position: String(position), found: 5000, state: 'running' },
    ]);
    ingest.answer(done({ position, found: 7, atLeast: false, examples: ['a'] }));
    const dry = await ingest.call('POST', '/hosts/retire?dryRun=true', { where, reason: 'sold' });
    expect([dry.status, dry.body]).toEqual([200, { position: String(position), found: 7, examples: ['a'] }]);
    ingest.answer(done({ position, results: [] }));
    await ingest.call('POST', '/hosts/attributes', { hosts: ['a'], clear: ['owner'] });
    expect(ingest.calls.slice(-4).map((call) => call.slice(0, 3))).toMatchObject([
      [
        'commandHostsWhere',
        { filter, written: where },
        { kind: 'HostAttributesSet', by: null, set: { owner: 'ann' }, clear: [] },
      ],
      ['commandHostsWhere', { filter, written: where }, { kind: 'HostRetired', by: null, reason: 'sold' }],
      ['foreseeHostsWhere', filter, { principal: null }],
      ['commandHosts', ['a'], { kind: 'HostAttributesSet', by: null, set: {}, clear: ['owner'] }],
    ]);
  });

  test('many hosts are retired: one result each', async () => {
    const fault = { code: 'host-unknown', message: 'no such host' };
    const results = [
      { host: 'a', position, changed: true, newHost: false },
      { host: '?', fault },
    ];
    ingest.answer(done({ position, results }));
    const { status, body } = await ingest.call('POST', '/hosts/retire', { hosts: ['a', '?'], reason: 'sold' });
    expect([status, body]).toEqual([
      200,
      {
        position: '7',
        results: [
          { host: 'a', position: '7', changed: true },
          { host: '?', code: 'host-unknown', detail: 'no such host' },
        ],
      },
    ]);
    const command = { kind: 'HostRetired', by: null, reason: 'sold' };
    expect(ingest.calls[0]?.slice(0, 3)).toEqual(['commandHosts', ['a', '?'], command]);
  });

  test.each([
    ['/hosts/a/attributes', { set: { a: null, ['x'.repeat(65)]: 1 }, clear: 'a', by: '' }, ['set', 'clear', 'by']],
    ['/hosts/a/attributes', { set: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`n${n}`, n])) }, ['set']],
    ['/hosts/a/retire', { why: 'x' }, ['reason', 'why']],
    ['/hosts/retire', { hosts: [], reason: 'x' }, ['hosts']],
    ['/hosts/retire', { hosts: Array.from({ length: 1001 }, (_, n) => `h${n}`), reason: '' }, ['hosts', 'reason']],
  ])('POST %s names every fault of %j', async (path, body, faults) => {
    const answer = await ingest.call('POST', path, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    const { errors } = answer.body as { errors: { path: string }[] };
    expect([...new Set(errors.map((fault) => fault.path))].sort()).toEqual([...faults].sort());
    expect(ingest.calls).toEqual([]);
  });

  test('a path that can name no host says what a name looks like', async () => {
    const answer = await ingest.call('POST', '/hosts/no%20host!/attributes', { set: { role: 'web' } });
    expect(answer).toMatchObject({ status: 404, body: { code: 'host-unknown' } });
    expect((answer.body as { detail: string }).detail).toMatch(/^"no host!" cannot name a host: /);
    expect(ingest.calls).toEqual([]);
  });
});

describe('inventories', () => {
  let served: Served;
  let items: InventoryLine[];
  let isWhole: boolean | undefined;
  let asked: unknown[];
  let imported: Partial<ImportedHosts>;

  const ingest = {
    async importHosts(batches: AsyncIterable<readonly InventoryLine[]>, _: unknown, options: ImportOptions) {
      asked.push(options);
      for await (const batch of batches) items.push(...batch);
      isWhole = options.isWhole?.();
      const counts = { changed: items.length, unchanged: 0, new: 0, refused: 0, missing: 0, gone: 0 };
      return { position, ...counts, refusals: [], missingHosts: [], ...imported };
    },
  };

  beforeAll(async () => {
    served = await serve({ modules: [IngestModule], useCases: [[INGEST, ingest]] });
  });
  afterAll(() => served.close());
  beforeEach(() => {
    [items, asked, imported, isWhole] = [[], [], {}, undefined];
  });

  const ndjson = (path: string, ...lines: readonly unknown[]) =>
    served.send(path, { 'content-type': 'application/x-ndjson' }, lines.map((line) => JSON.stringify(line)).join('\n'));
  const csv = (text: string) => served.send('/hosts/import', { 'content-type': 'text/csv; charset=utf-8' }, text);

  test('NDJSON: null clears an attribute; bad lines are reported with those that the use case refuses', async () => {
    imported = {
      ...{ refused: 1, missing: 2, missingHosts: ['x', 'y'] as never, gone: 3 },
      refusals: [{ path: '3', code: 'attributes-full', message: 'too many' }],
    };
    const answer = await ndjson(
      '/hosts/import?dryRun=true&inventory=cmdb',
      { host: 'WEB-1.', attributes: { role: 'web', rack: 7, owner: null }, aliases: ['W1', 'w2.'] },
      { host: 'WEB-2', attributes: { role: [] }, more: 1 },
      { host: 'web-3' },
      { attributes: {} },
      7,
    );
    expect(items).toEqual([
      { line: 1, host: 'web-1', set: { role: 'web', rack: 7 }, clear: ['owner'], aliases: ['w1', 'w2'] },
      { line: 2, host: 'web-2', fault: { code: 'validation-failed', message: expect.any(String) as unknown } },
      { line: 3, host: 'web-3', set: {}, clear: [], aliases: [] },
    ]);
    expect([answer.status, answer.headers['hermes-position'], asked]).toEqual([
      200,
      '7',
      [{ dryRun: true, inventory: 'cmdb', isWhole: expect.any(Function) as unknown }],
    ]);
    expect(answer.body).toMatchObject({
      position: '7',
      changed: 3,
      rejected: 3,
      missing: 2,
      missingHosts: ['x', 'y'],
      gone: 3,
      dryRun: true,
    });
    const { errors } = answer.body as { errors: { line: number; code: string }[] };
    expect(errors.map(({ line, code }) => [line, code])).toEqual([
      [3, 'attributes-full'],
      [4, 'validation-failed'],
      [5, 'validation-failed'],
    ]);
  });

  test('CSV: a column for each attribute, and an empty cell clears its attribute', async () => {
    const answer = await csv(
      'role,host,owner\r\nweb,web-1,"ann, ""the"" admin"\r\n,web-2,\r\nweb\r\nweb,no host!,\r\n',
    );
    expect(items).toEqual([
      { line: 2, host: 'web-1', set: { role: 'web', owner: 'ann, "the" admin' }, clear: [], aliases: [] },
      { line: 3, host: 'web-2', set: {}, clear: ['role', 'owner'], aliases: [] },
    ]);
    expect([answer.status, asked]).toEqual([200, [{ dryRun: false, isWhole: expect.any(Function) as unknown }]]);
    expect(answer.body).toMatchObject({ rejected: 2, errors: [{ line: 4 }, { line: 5 }] });
  });

  test('CSV: aliases are one cell, with blanks, commas or semicolons between; the faults of a name are those of its line', async () => {
    const answer = await csv('host,aliases,role\nweb-1,"w1, w2;  W3.",web\nweb-2,,db\nweb-3,no!name,db\n');
    expect(items).toMatchObject([
      { host: 'web-1', aliases: ['w1', 'w2', 'w3'], set: { role: 'web' } },
      { host: 'web-2', aliases: [], clear: [] },
      { host: 'web-3', fault: { code: 'validation-failed' } },
    ]);
    expect(answer.status).toBe(200);
    const rejected = await ndjson(
      '/hosts/import',
      { host: 'a' },
      { host: 'b', aliases: 'x' },
      { host: 'c', aliases: [7] },
    );
    expect(rejected.status).toBe(200);
    expect(items.slice(3)).toMatchObject([{ aliases: [] }, { fault: {} }, { fault: {} }]);
  });

  test('CSV: a replacement character in it is text like any; bytes that are no text are refused by their row', async () => {
    expect((await csv('host,owner\nweb-1,\ufffd\n')).body).toMatchObject({ rejected: 0 });
    expect(items).toMatchObject([{ host: 'web-1', set: { owner: '\ufffd' } }]);
    items = [];
    const bytes = Buffer.from('host,owner\nweb-1,\xff\nweb-2,ann\n', 'latin1');
    await served.send('/hosts/import', { 'content-type': 'text/csv' }, bytes);
    const fault = { code: 'malformed', message: 'it is not UTF-8' };
    expect(items).toMatchObject([{ host: 'web-1', line: 2, fault }, { host: 'web-2' }]);
  });

  test('a line that is rejected hands on its host; where one has none, the inventory is not whole', async () => {
    const owner = 'x'.repeat(10_000);
    await ndjson('/hosts/import', { host: 'a' }, { host: 'db-1', attributes: { owner } });
    expect([items[1]?.host, isWhole]).toEqual(['db-1', true]);
    await ndjson('/hosts/import', { host: 'a' }, { attributes: { owner: 'ann' } });
    expect(isWhole).toBe(false);
    items = [];
    expect((await csv(`host,role,owner\nweb-1,web,ann\ndb-1,db\ndb-2,"${owner}",\n`)).status).toBe(200);
    expect([items.map(({ host }) => host).sort(), isWhole]).toEqual([['db-1', 'db-2', 'web-1'], true]);
  });

  test('in a row of CSV with too few cells the host is known where its column is the first', async () => {
    await csv('role,host,owner\nweb,web-1,ann\ndb-1,ann\n');
    expect([items.map(({ host }) => host), isWhole]).toEqual([['web-1'], false]);
  });

  test('where not all of an inventory is known, nothing is said of what it lacks', async () => {
    imported = { missing: undefined, missingHosts: undefined, gone: undefined } as never;
    const { body } = await ndjson('/hosts/import', { host: 'a' }, 7);
    expect(Object.keys(body as object)).toEqual(['position', 'changed', 'unchanged', 'new', 'rejected', 'errors']);
  });

  test.each([
    ['role,owner\nweb,ann\n', 'no column "host"'],
    ['host,role,role\na,b,c\n', '"role" twice'],
    [`host,${'x'.repeat(65)}\na,b\n`, 'cannot name an attribute'],
    [`host,${Array.from({ length: 129 }, (_, n) => `a${n}`).join(',')}\n`, '130 columns, and may have 129'],
  ])('CSV with the header of %j is refused as a whole', async (text, why) => {
    const answer = await csv(text);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'line 1' }] } });
    expect((answer.body as { detail: string }).detail).toContain(why);
    expect(items).toEqual([]);
  });

  test('CSV that cannot be read on from some line on says so; what stands before it is imported', async () => {
    const answer = await csv('host,role\na,web\nb,"we" b\nc,web\n');
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'line 3' }] } });
    expect(items.map(({ host }) => host)).toEqual(['a']);
  });

  test('where no line is good, or nothing is sent, it is 422 or 400; other types are 415', async () => {
    imported = { changed: 0 };
    expect(await ndjson('/hosts/import', {})).toMatchObject({ status: 422, body: { errors: [{ path: 'line 1' }] } });
    expect(await csv('host\n')).toMatchObject({ status: 422 });
    expect((await served.call('POST', '/hosts/import', { host: 'a' })).status).toBe(415);
    expect((await ndjson('/hosts/import?dryRun=maybe', { host: 'a' })).status).toBe(422);
    expect(await ndjson('/hosts/import?inventory=my%20list', { host: 'a' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'inventory' }] },
    });
  });

  test('a problem of the use case is answered', async () => {
    imported = { problem: { code: 'store-unavailable', detail: '5 hosts are changed', retryAfterS: 1 } };
    expect(await ndjson('/hosts/import', { host: 'a' })).toMatchObject({
      status: 503,
      body: { detail: '5 hosts are changed' },
    });
  });
});
