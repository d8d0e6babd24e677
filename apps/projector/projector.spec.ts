/** The projector's module over fakes of its use cases: what operators are shown, and what the feed hears of a batch. */
import type { Projector } from '#application';
import { done, failed, positionOf, START, type Outcome } from '#contracts';
import { ENTRIES, OPERATING, PROJECTOR, REBUILDS, VERIFYING, WHAT_IFS } from '#platform';
import type { FeedBatch } from '#ports';
import { fakeOf, serve, type Served } from '../../test/harness/served.js';
import { FeedController } from './feed.controller.js';
import { ProjectorModule } from './index.js';

const instant = '2030-01-01T00:00:00.000Z';
const calls: (readonly unknown[])[] = [];
let answer: unknown;
let served: Served;
let guarded: Served;

beforeAll(async () => {
  const fake = fakeOf(calls, () => answer);
  const useCases = [ENTRIES, OPERATING, PROJECTOR, REBUILDS, VERIFYING, WHAT_IFS].map(
    (token) => [token, fake] as const,
  );
  const options = { modules: [ProjectorModule], useCases };
  served = await serve(options);
  guarded = await serve({ ...options, tokens: true });
});

afterAll(async () => {
  await served.close();
  await guarded.close();
});

beforeEach(() => {
  calls.length = 0;
});

const parked = {
  kind: 'host',
  name: 'web-1',
  state: 'parked',
  reason: 'an entry of an unknown version',
  revision: 3,
  position: positionOf(18446744073709551614n),
  since: instant,
};

const status = {
  head: positionOf(9007199254740993n),
  identity: '00000000-0000-4000-8000-000000000000',
  generation: {
    number: 2,
    documentsVersion: 1,
    foldVersion: 1,
    partitions: 8,
    hashVersion: 1,
    state: 'ready',
    createdAt: instant,
  },
  partitions: [{ partition: 0, position: START, lagEntries: null, lagS: 1.5 }],
  folding: {
    generation: 3,
    phase: 'judging',
    position: positionOf(7n),
    percent: 12,
    entries: 100,
    entriesPerS: 10,
    read: 200,
  },
  halted: null,
  parkedHosts: 1,
  parkedQuests: 0,
  parkedMore: false,
};

test('the status shows positions as text, and null where there is no entry yet', async () => {
  answer = status;
  const { status: code, body } = await served.call('GET', '/admin/status');
  expect(code).toBe(200);
  expect(body).toMatchObject({
    head: '9007199254740993',
    generation: { number: 2, state: 'ready' },
    partitions: [{ partition: 0, position: null, lagEntries: null, lagS: 1.5 }],
    folding: { generation: 3, position: '7', percent: 12 },
    parkedHosts: 1,
  });
  answer = { ...status, head: START, generation: null, folding: null };
  expect((await served.call('GET', '/admin/status')).body).toMatchObject({
    head: null,
    generation: null,
    folding: null,
  });
});

test('what is parked is listed with why and where', async () => {
  answer = [parked];
  expect((await served.call('GET', '/admin/parked')).body).toEqual({
    items: [{ ...parked, position: '18446744073709551614' }],
  });
  expect(calls).toEqual([['parked', 1000]]);
});

test('a release answers what goes on, and is refused where the cause is still there', async () => {
  answer = done({ name: 'web-1' });
  const { status: code, body } = await served.call('POST', '/admin/parked/WEB-1/release');
  expect({ code, body }).toEqual({ code: 200, body: { released: 'web-1' } });
  expect(calls).toMatchObject([['release', 'WEB-1', { principal: null }]]);
  answer = failed({ code: 'still-parked', detail: 'no' }) satisfies Outcome<never>;
  expect(await served.call('POST', '/admin/parked/web-1/release', {})).toMatchObject({
    status: 409,
    body: { code: 'still-parked' },
  });
});

test('what is not parked cannot be released; a field of a body is unknown', async () => {
  answer = failed({ code: 'not-parked', detail: 'no' }) satisfies Outcome<never>;
  expect(await served.call('POST', '/admin/parked/web-2/release')).toMatchObject({
    status: 409,
    body: { code: 'not-parked' },
  });
  calls.length = 0;
  expect((await served.call('POST', '/admin/parked/web-2/release', { force: true })).status).toBe(422);
  expect(calls).toEqual([]);
});

test('R13: the entries version is shown, held, released and raised; only a raise may be forced, and it says who asks', async () => {
  const version = { allowed: 1, reads: 2, readByAll: 1, processes: 3, hold: { by: 'ann', at: instant }, raised: null };
  const path = '/admin/entries-version';
  answer = version;
  expect(await served.call('GET', path)).toMatchObject({ status: 200, body: version });
  expect(await served.call('POST', `${path}/hold`)).toMatchObject({ status: 200, body: version });
  expect(await served.call('DELETE', `${path}/hold`)).toMatchObject({ status: 200, body: version });
  answer = done(version);
  expect(await served.call('POST', `${path}/raise`, { force: true })).toMatchObject({ status: 200, body: version });
  answer = failed({ code: 'conflict', detail: 'no' });
  expect(await served.call('POST', `${path}/raise`, {})).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const by = { principal: null };
  expect(calls).toEqual([
    ['look'],
    ['hold', by],
    ['release', by],
    ['raise', by, { force: true }],
    ['raise', by, { force: false }],
  ]);
  expect((await served.call('POST', `${path}/hold`, { force: true })).status).toBe(422);
  expect((await served.call('POST', `${path}/raise`, { to: 3 })).status).toBe(422);
  expect((await guarded.call('POST', `${path}/hold`)).status).toBe(401);
});

const verification = {
  ...{ id: '5c1f0000-0000-4000-8000-000000000001', state: 'done', phase: 'listing', generation: 2 },
  ...{
    position: positionOf(18446744073709551614n),
    percent: 100,
    entries: 9,
    total: 9,
    entriesPerS: 4,
    secondsLeft: null,
  },
  ...{ hosts: 3, bytes: 0, equal: false, differences: 1, notCompared: { large: 0, behind: 1, moving: 0 } },
  leftOut: [{ host: 'web-9', why: 'behind' }],
  examples: [
    { host: 'web-1', labor: 'web-1~4', quest: null, field: 'state', live: '"open"', folded: '"completed"', entry: 6 },
  ],
  ...{ startedAt: instant, endedAt: instant, reason: null },
};

test('R9: a verification is begun, shown as it is, and cancelled; one that runs is named, and an unknown one is 404', async () => {
  const { id } = verification;
  answer = done({ id });
  expect(await served.call('POST', '/admin/verify')).toMatchObject({ status: 202, body: { id } });
  answer = done(verification);
  const shown = { ...verification, position: '18446744073709551614' };
  expect(await served.call('GET', `/admin/verify/${id}`)).toMatchObject({ status: 200, body: shown });
  expect(await served.call('DELETE', `/admin/verify/${id}`)).toMatchObject({ status: 200, body: shown });
  expect(calls).toMatchObject([
    ['start', { principal: null }],
    ['status', id],
    ['cancel', id],
  ]);
  answer = failed({ code: 'conflict', detail: 'another runs' });
  expect(await served.call('POST', '/admin/verify')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  answer = failed({ code: 'verification-unknown', detail: 'no' });
  expect(await served.call('GET', '/admin/verify/x')).toMatchObject({
    status: 404,
    body: { code: 'verification-unknown' },
  });
  calls.length = 0;
  expect((await served.call('POST', '/admin/verify', { now: true })).status).toBe(422);
  expect(calls).toEqual([]);
});

const rebuild = {
  ...{ id: 3, kind: 'rebuild', state: 'running', generation: null, documentsVersion: 1, foldVersion: 1, by: 'ann' },
  ...{ begunAt: instant, endedAt: null, request: 'x', isActivationAsked: false, differences: null, trouble: null },
  progress: null,
};

test('a rebuild is begun, shown, activated and cancelled by its number', async () => {
  answer = done(rebuild);
  const begun = await served.call('POST', '/admin/rebuilds');
  expect(begun).toMatchObject({ status: 202, body: { id: 3, state: 'running', percent: 0, position: null } });
  expect(begun.body).not.toHaveProperty('request');
  const progress = {
    ...status.folding,
    end: positionOf(9n),
    judged: 100,
    total: 200,
    secondsLeft: 5,
    hosts: 2,
    bytes: 8,
  };
  answer = done({ ...rebuild, generation: 3, progress });
  expect((await served.call('GET', '/admin/rebuilds/3')).body).toEqual({
    ...{ id: 3, kind: 'rebuild', state: 'running', generation: 3, by: 'ann', begunAt: instant, endedAt: null },
    ...{ activate: false, differences: null, trouble: null, phase: 'judging', position: '7', end: '9', percent: 12 },
    ...{ entriesRead: 200, entriesJudged: 100, total: 200, entriesPerS: 10, secondsLeft: 5, hosts: 2, bytesOnDisk: 8 },
  });
  expect((await served.call('POST', '/admin/rebuilds/3/activate')).status).toBe(202);
  expect((await served.call('DELETE', '/admin/rebuilds/3')).status).toBe(202);
  answer = [rebuild];
  expect((await served.call('GET', '/admin/rebuilds')).body).toMatchObject({ items: [{ id: 3 }] });
  const asking = { principal: null };
  expect(calls).toMatchObject([['begin', asking], ['get', '3'], ['activate', '3', asking], ['cancel', '3'], ['list']]);
  answer = failed({ code: 'rebuild-in-progress', detail: 'rebuild 2 has not ended' }) satisfies Outcome<never>;
  expect(await served.call('POST', '/admin/rebuilds')).toMatchObject({ status: 409 });
  answer = failed({ code: 'rebuild-unknown', detail: 'no' }) satisfies Outcome<never>;
  expect(await served.call('GET', '/admin/rebuilds/x')).toMatchObject({ status: 404 });
});

test('generations are listed, served again and removed by their number', async () => {
  answer = [{ ...status.generation, isServed: true, position: positionOf(9n) }];
  expect((await served.call('GET', '/admin/generations')).body).toEqual({
    items: [
      {
        ...{ number: 2, state: 'ready', served: true, position: '9', createdAt: instant },
        ...{ documentsVersion: 1, foldVersion: 1, partitions: 8 },
      },
    ],
  });
  answer = done(rebuild);
  expect((await served.call('POST', '/admin/generations/1/activate')).status).toBe(202);
  answer = done({ generation: 1 });
  expect((await served.call('DELETE', '/admin/generations/1')).body).toEqual({ dropped: 1 });
  expect(calls).toMatchObject([['generations'], ['rollBack', '1', { principal: null }], ['drop', '1']]);
});

test.each([
  ['POST', '/admin/rebuilds'],
  ['GET', '/admin/rebuilds'],
  ['GET', '/admin/rebuilds/1'],
  ['DELETE', '/admin/rebuilds/1'],
  ['POST', '/admin/rebuilds/1/activate'],
  ['GET', '/admin/generations'],
  ['POST', '/admin/generations/1/activate'],
  ['DELETE', '/admin/generations/1'],
] as const)('%s %s needs the role admin', async (method, route) => {
  expect((await guarded.call(method, route, undefined, 'operate')).status).toBe(403);
  expect(calls).toEqual([]);
});

test('R7: a host is repaired by its name, and the answer says what differed', async () => {
  const { examples } = verification;
  answer = done({ host: 'web-1', differences: 1, examples, repaired: true });
  expect(await served.call('POST', '/admin/hosts/WEB-1/repair')).toMatchObject({
    status: 200,
    body: { host: 'web-1', differences: 1, examples, repaired: true },
  });
  expect(calls).toMatchObject([['repair', 'WEB-1', { principal: null }]]);
  answer = failed({ code: 'host-unknown', detail: 'no' });
  expect((await served.call('POST', '/admin/hosts/web-2/repair')).status).toBe(404);
});

test.each(['read', 'report', 'operate'] as const)('%s may not operate projection', async (role) => {
  answer = status;
  expect((await guarded.call('GET', '/admin/status', undefined, role)).status).toBe(403);
  expect((await guarded.call('GET', '/admin/parked', undefined, role)).status).toBe(403);
  expect((await guarded.call('POST', '/admin/parked/web-1/release', undefined, role)).status).toBe(403);
  expect((await guarded.call('POST', '/admin/verify', undefined, role)).status).toBe(403);
  expect((await guarded.call('GET', '/admin/verify/x', undefined, role)).status).toBe(403);
  expect((await guarded.call('DELETE', '/admin/verify/x', undefined, role)).status).toBe(403);
  expect((await guarded.call('POST', '/admin/hosts/web-1/repair', undefined, role)).status).toBe(403);
  expect(calls).toEqual([]);
  expect((await guarded.call('GET', '/admin/status', undefined, 'admin')).status).toBe(200);
});

test('F2: a batch is handled when the projector has it, and its failure goes back', async () => {
  const batch = { partition: 1, messages: [] } as FeedBatch;
  const { signal } = new AbortController();
  const handed: (readonly unknown[])[] = [];
  let outcome = Promise.resolve();
  const handle = (...args: readonly unknown[]): Promise<void> => {
    handed.push(args);
    return outcome;
  };
  const controller = new FeedController({ handle } as unknown as Projector);
  await controller.handle({ batch, signal });
  expect(handed).toEqual([[batch, signal]]);
  outcome = Promise.reject(new Error('not yet'));
  await expect(controller.handle({ batch, signal })).rejects.toThrow('not yet');
});
