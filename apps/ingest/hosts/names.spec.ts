/** Names of hosts over HTTP, over a fake of the use cases: what reaches them, and how their outcomes are answered. */
import { done, failed, positionOf } from '#contracts';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const position = positionOf(7n);
const ingest = overFake(IngestModule, INGEST);
const named = { host: 'web-1', aliases: ['w1', 'i-07'], changed: true, formerHosts: ['w1'] };

test('aliases are given and taken, and the answer says what the host is called and how the next change names that', async () => {
  ingest.answer(done({ position, ...named, newHost: true }));
  const given = await ingest.call('POST', '/hosts/WEB-1./aliases', { names: ['W1', 'w1.', 'i-07'], by: 'ann' });
  expect([given.status, given.body, given.headers['hermes-position']]).toEqual([
    200,
    { position: '7', ...named, newHost: true },
    '7',
  ]);
  const tag = String(given.headers['etag']);
  ingest.answer(done({ position, ...named, aliases: ['i-07'], formerHosts: [] }));
  const headers = { 'content-type': 'application/json', 'if-match': tag };
  const taken = await ingest.send('/hosts/web-1/aliases', headers, JSON.stringify({ names: ['i-07'] }));
  expect([taken.status, taken.body]).toMatchObject([200, { aliases: ['i-07'] }]);
  expect(taken.headers['etag']).not.toBe(tag);
  expect(await ingest.call('DELETE', '/hosts/WEB-1/aliases/W1')).toMatchObject({
    status: 200,
    body: { host: 'web-1' },
  });
  expect(ingest.calls.map((call) => call.slice(0, 3))).toEqual([
    ['aliasHost', { host: 'web-1', names: ['w1', 'i-07'] }, 'ann'],
    ['aliasHost', { host: 'web-1', names: ['i-07'] }, null],
    ['removeAlias', { host: 'web-1', name: 'w1' }, expect.any(Object)],
  ]);
  const unchanged = ingest.calls[1]?.[4] as (current: unknown) => boolean;
  expect([unchanged(named), unchanged({ ...named, aliases: [] })]).toEqual([true, false]);
});

test('rules are put in place of those before, and answered as they are', async () => {
  const rules = { cut: ['lan'], domain: 'example.com' };
  ingest.answer(done({ position, changed: true, rules }));
  const put = await ingest.call('PUT', '/names/rules', { cut: ['LAN'], domain: 'example.com.' });
  expect([put.status, put.body]).toEqual([200, { position: '7', changed: true, ...rules }]);
  ingest.answer(done({ position: undefined, changed: false, rules: { cut: [], domain: null } }));
  const tag = String(put.headers['etag']);
  const headers = { 'content-type': 'application/json', 'if-match': tag };
  const none = await ingest.send('/names/rules', headers, '{"domain":null}', 'PUT');
  expect([none.status, none.body]).toEqual([200, { changed: false, cut: [], domain: null }]);
  expect(ingest.calls.map((call) => call.slice(0, 3))).toEqual([
    ['setNameRules', rules, null],
    ['setNameRules', { cut: [], domain: null }, null],
  ]);
  const unchanged = ingest.calls[1]?.[4] as (current: unknown) => boolean;
  expect([unchanged(rules), unchanged({ cut: [], domain: null })]).toEqual([true, false]);
});

test.each([
  ['alias-of-itself', 422],
  ['alias-taken', 409],
  ['alias-unknown', 404],
  ['aliases-full', 409],
  ['host-in-use', 409],
  ['name-rules-invalid', 422],
] as const)('%s is answered with %d', async (code, status) => {
  ingest.answer(failed({ code, detail: 'no' }));
  expect(await ingest.call('POST', '/hosts/a/aliases', { names: ['b'] })).toMatchObject({ status, body: { code } });
});

test.each([
  ['POST', '/hosts/a/aliases', {}, ['names']],
  ['POST', '/hosts/a/aliases', { names: [], why: 'x' }, ['names', 'why']],
  ['POST', '/hosts/a/aliases', { names: ['ok', 'no host!'] }, ['names']],
  ['POST', '/hosts/a/aliases', { names: Array.from({ length: 101 }, (_, n) => `h${n}`) }, ['names']],
  ['PUT', '/names/rules', { cut: ['.lan'], domain: '' }, ['cut', 'domain']],
  ['PUT', '/names/rules', { cut: Array.from({ length: 101 }, (_, n) => `h${n}`) }, ['cut']],
] as const)('%s %s names every fault of %j', async (method, path, body, faults) => {
  const answer = await ingest.call(method, path, body);
  expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
  const { errors } = answer.body as { errors: { path: string }[] };
  expect([...new Set(errors.map((fault) => fault.path))].sort()).toEqual([...faults].sort());
  expect(ingest.calls).toEqual([]);
});

test('a name that can be none is no alias, and a path that can name no host says what a name looks like', async () => {
  expect(await ingest.call('DELETE', '/hosts/a/aliases/no%20name!')).toMatchObject({
    status: 404,
    body: { code: 'alias-unknown' },
  });
  expect(await ingest.call('POST', '/hosts/no%20host!/aliases', { names: ['b'] })).toMatchObject({
    status: 404,
    body: { code: 'host-unknown' },
  });
});
