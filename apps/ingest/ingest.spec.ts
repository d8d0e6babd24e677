/** The writing half over a fake of its use cases: what reaches them, and how their outcomes are answered. */
import { done, failed, positionOf, type Outcome } from '#contracts';
import type { EventId, EventTypeId, FateId, HostName, LaborId, QuestId, TypeName } from '#domain';
import { INGEST, ROLES, type Role } from '#platform';
import { fakeOf, serve, type Served } from '../../test/harness/served.js';
import { IngestModule } from './index.js';

const position = positionOf(18446744073709551615n);
const calls: (readonly unknown[])[] = [];
let outcome: Outcome<unknown>;

let open: Served;
let guarded: Served;

beforeAll(async () => {
  const options = { modules: [IngestModule], useCases: [[INGEST, fakeOf(calls, () => outcome)]] as const };
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

/** Of the request itself, where it was sent with no trace. */
const trace = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) as string;
const local = { name: null, mayReportRestricted: true, trace };
const diskFull = {
  id: 1 as EventTypeId,
  category: 'disk',
  state: 'full',
  name: 'disk-full' as TypeName,
  description: null,
  restricted: false,
  status: 'in-force',
};
const clean = {
  id: 3 as FateId,
  creates: 'disk-full' as TypeName,
  completedBy: 'disk-cleaned' as TypeName,
  intermediate: false,
  follows: null,
  onRepeat: 'open',
  name: 'clean',
  description: null,
  actors: ['owner'],
  status: 'in-force',
};

function change(...items: readonly (readonly [item: object, created: boolean])[]) {
  return done({ position, items: items.map(([item, created]) => ({ item: { ...item, hidden: 1 }, created })) });
}

describe('definitions', () => {
  test('one is answered with one, 201 where it is new and 200 where not, and the position in the header', async () => {
    outcome = change([diskFull, true]);
    const made = await open.call('POST', '/event-types', { category: 'disk', state: 'full' });
    expect([made.status, made.body, made.headers['hermes-position']]).toEqual([201, diskFull, String(position)]);
    const definition = { category: 'disk', state: 'full', description: null, restricted: false };
    expect(calls).toEqual([['defineEventTypes', [definition], local]]);
    outcome = change([diskFull, false]);
    expect((await open.call('POST', '/event-types', { category: 'disk', state: 'full' })).status).toBe(200);
  });

  test('an array is answered with an array, 201 where any of it is new', async () => {
    outcome = change([clean, false], [clean, true]);
    const fate = {
      creates: { category: 'disk', state: 'full' },
      completedBy: 'disk-cleaned',
      follows: '12',
      actors: ['owner', 'owner'],
    };
    const answer = await open.call('POST', '/fates', [fate, fate]);
    expect([answer.status, answer.body]).toEqual([201, [clean, clean]]);
    const definition = {
      creates: { category: 'disk', state: 'full' },
      completedBy: 'disk-cleaned',
      intermediate: false,
      follows: 12,
      onRepeat: 'open',
      name: null,
      description: null,
      actors: ['owner'],
    };
    expect(calls).toEqual([['defineFates', [definition, definition], local]]);
  });

  test('a fault of a single definition has no index, one of an array has', async () => {
    const fault = { path: '[0].creates', code: 'event-type-unknown', message: 'no such type' };
    outcome = failed({ code: 'event-type-unknown', detail: 'no such type', errors: [fault] });
    const fate = { creates: 'no-such', completedBy: 'no-such' };
    const single = await open.call('POST', '/fates', fate);
    const many = await open.call('POST', '/fates', [fate]);
    expect([single.status, many.status]).toEqual([422, 422]);
    expect(single.body).toMatchObject({ errors: [{ path: 'creates' }] });
    expect(many.body).toMatchObject({ errors: [{ path: '[0].creates' }] });
  });

  test('an amendment says only what was given; null takes a text away', async () => {
    outcome = change([diskFull, false]);
    expect(await open.call('PATCH', '/event-types/disk-full', { description: null })).toMatchObject({
      status: 200,
      body: diskFull,
      headers: { 'hermes-position': String(position) },
    });
    await open.call('PATCH', '/event-types/disk-full', { restricted: true });
    await open.call('PATCH', '/fates/clean', { name: null, actors: [] });
    expect(calls).toStrictEqual([
      ['amendEventType', 'disk-full', { description: null }, local],
      ['amendEventType', 'disk-full', { restricted: true }, local],
      ['amendFate', 'clean', { name: null, actors: [] }, local],
    ]);
  });
});

describe('events', () => {
  const logged = {
    id: 'a~0' as EventId,
    key: 'k',
    host: 'a' as HostName,
    type: 'disk-full' as TypeName,
    revision: 0,
    position,
    duplicate: false,
  };

  test('each is answered in order, with key and duplicate where there is one', async () => {
    const again = { ...logged, id: 'a~1', key: null, revision: 1, duplicate: true };
    outcome = done({ position, accepted: 1, duplicates: 1, events: [logged, again] });
    const answer = await open.call('POST', '/events', [
      { host: 'A.', type: 'disk-full', key: 'k' },
      { host: 'a', type: { category: 'disk', state: 'full' } },
    ]);
    expect([answer.status, answer.headers['hermes-position']]).toEqual([201, String(position)]);
    const text = String(position);
    expect(answer.body).toEqual({
      position: text,
      accepted: 1,
      duplicates: 1,
      events: [
        { id: 'a~0', key: 'k', host: 'a', type: 'disk-full', revision: 0, position: text },
        { id: 'a~1', host: 'a', type: 'disk-full', revision: 1, position: text, duplicate: true },
      ],
    });
    expect(calls).toMatchObject([
      [
        'logEvents',
        [
          { host: 'a', type: 'disk-full', key: 'k', path: '[0]' },
          { host: 'a', path: '[1]' },
        ],
        local,
      ],
    ]);
  });

  test('200 where all were repeats', async () => {
    outcome = done({ position, accepted: 0, duplicates: 1, events: [{ ...logged, duplicate: true }] });
    expect((await open.call('POST', '/events', { host: 'a', type: 'disk-full' })).status).toBe(200);
  });

  test('no body, too many, faults: nothing is logged', async () => {
    const hosts = Array.from({ length: 10_001 }, (_, index) => `h-${index}`);
    const answers = [
      await open.call('POST', '/events'),
      await open.call('POST', '/events', { type: 'disk-full', hosts }),
      await open.call('POST', '/events', [{ type: 'disk-full' }, { host: '-a', type: 'disk-full', colour: 1 }]),
    ];
    expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual([
      [400, 'malformed'],
      [413, 'payload-too-large'],
      [422, 'validation-failed'],
    ]);
    expect(answers[2]!.body).toMatchObject({
      errors: [{ path: '[0].host' }, { path: '[1].host' }, { path: '[1].colour' }],
    });
    expect(calls).toEqual([]);
  });
});

describe('quests', () => {
  const quest = { type: 'disk-full', hosts: ['A', 'a.', 'b'], description: 'make room' };

  test('hosts are parsed, times are told in UTC, what is absent is null', async () => {
    outcome = done({ id: 7 as QuestId, hosts: 2, state: 'open', position });
    const references = [{ label: 'Jira', key: 'SEC-1' }, { url: 'https://example.com/SEC-1' }];
    const body = { ...quest, target: '2999-01-01T02:00:00+02:00', references };
    const answer = await open.call('POST', '/quests', body);
    expect([answer.status, answer.body]).toEqual([201, { id: 7, position: String(position), hosts: 2, state: 'open' }]);
    const request = {
      type: 'disk-full',
      hosts: ['a', 'a', 'b'],
      creator: null,
      description: 'make room',
      target: '2999-01-01T00:00:00.000Z',
      references,
    };
    expect(calls).toEqual([['embarkQuest', request, local]]);
  });

  test('202 while embarking goes on; hosts added are answered alike, 200 where none is new', async () => {
    outcome = done({ id: 7 as QuestId, hosts: 2000, state: 'embarking', position });
    expect((await open.call('POST', '/quests', quest)).status).toBe(202);
    outcome = done({ id: 7 as QuestId, hosts: 0, state: 'open', position });
    expect((await open.call('POST', '/quests/7/hosts', { hosts: ['B'] })).status).toBe(200);
    expect(calls[1]).toEqual(['addQuestHosts', 7, ['b'], local]);
  });

  test('an amendment says only what was given', async () => {
    outcome = done({ position });
    const answer = await open.call('PATCH', '/quests/7', { target: null, references: [] });
    expect([answer.status, answer.body]).toEqual([200, { position: String(position) }]);
    await open.call('PATCH', '/quests/7', { target: '2999-01-01T00:00Z', creator: null });
    expect(calls).toStrictEqual([
      ['amendQuest', 7, { target: null, references: [] }, local],
      ['amendQuest', 7, { target: '2999-01-01T00:00:00.000Z', creator: null }, local],
    ]);
  });

  test('an empty list of hosts is for the domain to refuse, a missing one is not', async () => {
    outcome = failed({ code: 'quest-without-hosts', detail: 'no hosts' });
    expect(await open.call('POST', '/quests', { ...quest, hosts: [] })).toMatchObject({
      status: 422,
      body: { code: 'quest-without-hosts' },
    });
    expect(await open.call('POST', '/quests', { ...quest, hosts: undefined })).toMatchObject({
      status: 422,
      body: {
        code: 'validation-failed',
        errors: [{ path: 'hosts', message: expect.stringContaining('missing') as string }],
      },
    });
  });

  test('bad hosts are named with their places, so many of them', async () => {
    const hosts = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'fine' : `-bad-${index}`));
    const { body } = await open.call('POST', '/quests/7/hosts', { hosts });
    const [fault] = (body as { errors: { path: string; message: string }[] }).errors;
    expect(fault?.path).toBe('hosts');
    expect(fault?.message).toContain('[1] is "-bad-1", [3] is "-bad-3"');
    expect(fault?.message).toContain('and 40 more');
  });

  test.each(['x', '0', '-1', '1.5', '1e3', '99999999999999999999'])('there is no quest %s', async (id) => {
    expect(await open.call('PATCH', `/quests/${id}`, {})).toMatchObject({
      status: 404,
      body: { code: 'quest-unknown' },
    });
    expect(calls).toEqual([]);
  });
});

describe('labors', () => {
  test('each command on one, and on many', async () => {
    outcome = done({ position });
    const one = [
      await open.call('POST', '/labors/a~0/ack', {}),
      await open.call('POST', '/labors/a~0/assign', { to: null }),
      await open.call('POST', '/labors/a~0/waive', { by: 'ann', reason: 'scrapped\nat last' }),
      await open.call('POST', '/labors/a~0/note', { by: 'ann', text: 'case 4711' }),
    ];
    for (const { status, body, headers } of one) {
      expect([status, body, headers['hermes-position']]).toEqual([
        200,
        { position: String(position) },
        String(position),
      ]);
    }
    outcome = done({
      position,
      results: [
        { id: 'a~0' as LaborId, position },
        { id: 'b~9', fault: { code: 'labor-unknown', message: 'no such labor' } },
      ],
    });
    const labors = ['a~0', 'b~9'];
    const many = [
      await open.call('POST', '/labors/ack', { labors, note: 'seen' }),
      await open.call('POST', '/labors/assign', { labors, to: 'bob' }),
      await open.call('POST', '/labors/waive', { labors, reason: 'scrapped' }),
      await open.call('POST', '/labors/note', { labors, text: 'case 4711' }),
    ];
    for (const { status, body } of many) {
      expect([status, body]).toEqual([
        200,
        {
          position: String(position),
          results: [
            { id: 'a~0', position: String(position) },
            { id: 'b~9', code: 'labor-unknown', detail: 'no such labor' },
          ],
        },
      ]);
    }
    expect(calls.map((call) => call.slice(0, 3))).toEqual([
      ['commandLabor', 'a~0', { kind: 'LaborAcknowledged', by: null, note: null }],
      ['commandLabor', 'a~0', { kind: 'LaborAssigned', by: null, to: null }],
      ['commandLabor', 'a~0', { kind: 'LaborWaived', by: 'ann', reason: 'scrapped\nat last' }],
      ['commandLabor', 'a~0', { kind: 'LaborNoted', by: 'ann', text: 'case 4711' }],
      ['commandLabors', labors, { kind: 'LaborAcknowledged', by: null, note: 'seen' }],
      ['commandLabors', labors, { kind: 'LaborAssigned', by: null, to: 'bob' }],
      ['commandLabors', labors, { kind: 'LaborWaived', by: null, reason: 'scrapped' }],
      ['commandLabors', labors, { kind: 'LaborNoted', by: null, text: 'case 4711' }],
    ]);
  });

  test('where nothing was changed there is no position', async () => {
    outcome = done({ position: undefined, results: [] });
    const answer = await open.call('POST', '/labors/ack', { labors: ['x'] });
    expect([answer.body, 'hermes-position' in answer.headers]).toEqual([{ results: [] }, false]);
  });
});

const quest = { type: 'a-b', hosts: ['h'], description: 'd' };
const faulty: readonly (readonly [path: string, body: unknown, faults: readonly string[]])[] = [
  [
    '/event-types',
    { category: 'A', state: '', description: '', restricted: 'yes' },
    ['category', 'state', 'description', 'restricted'],
  ],
  ['/event-types', { category: 'a', state: 'b', description: null, restricted: null }, ['description', 'restricted']],
  ['/event-types', [{ category: 'a', state: 'b' }, { category: 'a' }, 7], ['[1].state', '[2]']],
  ['/event-types', { category: 'a', state: 'b', description: 'bell \u0007' }, ['description']],
  ['/event-types', { category: 'a', state: 'b', description: 'x'.repeat(4001) }, ['description']],
  ['/event-types', { category: 'a', state: 'b', id: 7 }, ['id']],
  ['/fates', {}, ['creates', 'completedBy']],
  ['/fates', { creates: 'ab', completedBy: { category: 'a', state: 'b', more: 1 } }, ['creates', 'completedBy']],
  [
    '/fates',
    {
      creates: 'a-b',
      completedBy: 'a-c',
      intermediate: 1,
      follows: 0,
      onRepeat: 'never',
      name: '',
      actors: ['owner', 'someone'],
    },
    ['intermediate', 'follows', 'onRepeat', 'name', 'actors'],
  ],
  ['/quests', { ...quest, claim: false, hostQuery: {} }, ['claim', 'hostQuery']],
  [
    '/quests',
    { ...quest, creator: 'two\nlines', description: '', target: '2999-01-01' },
    ['creator', 'description', 'target'],
  ],
  ['/quests', { ...quest, hosts: 'h' }, ['hosts']],
  ['/quests', { ...quest, hosts: ['h', null] }, ['hosts']],
  ['/quests', { ...quest, references: [{ label: 'only' }] }, ['references']],
  ['/quests', { ...quest, references: [{ key: 'k', url: 'javascript:alert(1)' }] }, ['references']],
  ['/quests', { ...quest, references: [{ url: 'https://' + 'x'.repeat(2000) }] }, ['references']],
  ['/quests', { ...quest, references: [[{ key: 'k' }]] }, ['references']],
  ['/quests', { ...quest, references: [{ key: 'k', constructor: 'x' }] }, ['references[0].constructor']],
  ['/quests', { ...quest, references: Array.from({ length: 21 }, () => ({ key: 'k' })) }, ['references']],
  ['/quests/7/hosts', {}, ['hosts']],
  ['/labors/a~0/ack', { by: '', note: 7, where: {} }, ['by', 'note', 'where']],
  ['/labors/a~0/assign', {}, ['to']],
  ['/labors/a~0/waive', { by: 'ann' }, ['reason']],
  ['/labors/ack', { labors: [] }, ['labors']],
  ['/labors/ack', { labors: Array.from({ length: 1001 }, () => 'a~0') }, ['labors']],
  ['/labors/assign', { labors: ['a~0', 7], to: 'bob' }, ['labors']],
  ['/labors/waive', { where: {} }, ['reason', 'labors', 'where']],
];

test.each(faulty.map(([path, body, faults], index) => [path, index, body, faults] as const))(
  'POST %s names every fault (%d)',
  async (path, _index, body, faults) => {
    const answer = await open.call('POST', path, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    const { errors } = answer.body as { errors: { path: string }[] };
    expect([...new Set(errors.map((fault) => fault.path))].sort()).toEqual([...faults].sort());
    expect(calls).toEqual([]);
  },
);

const attempts: readonly (readonly [method: 'POST' | 'PATCH', path: string, body: unknown, least: Role])[] = [
  ['POST', '/event-types', { category: 'a', state: 'b' }, 'admin'],
  ['PATCH', '/event-types/a-b', {}, 'admin'],
  ['POST', '/fates', { creates: 'a-b', completedBy: 'a-c' }, 'admin'],
  ['PATCH', '/fates/1', {}, 'admin'],
  ['POST', '/events', { type: 'a-b', host: 'h' }, 'report'],
  ['POST', '/quests', quest, 'operate'],
  ['PATCH', '/quests/1', {}, 'operate'],
  ['POST', '/quests/1/hosts', { hosts: ['h'] }, 'operate'],
  ['POST', '/labors/h~0/ack', {}, 'operate'],
  ['POST', '/labors/h~0/assign', { to: null }, 'operate'],
  ['POST', '/labors/h~0/waive', { reason: 'r' }, 'operate'],
  ['POST', '/labors/ack', { labors: ['h~0'] }, 'operate'],
  ['POST', '/labors/assign', { labors: ['h~0'], to: null }, 'operate'],
  ['POST', '/labors/waive', { labors: ['h~0'], reason: 'r' }, 'operate'],
];

test.each(attempts)('%s %s needs its role', async (method, path, body, least) => {
  outcome = failed({ code: 'conflict', detail: 'it was reached' });
  for (const [level, role] of ROLES.entries()) {
    const { status } = await guarded.call(method, path, body, role);
    expect([role, status]).toEqual([role, level >= ROLES.indexOf(least) ? 409 : 403]);
  }
  const callers = calls.map((call) => call.at(-1));
  const reached = ROLES.slice(ROLES.indexOf(least));
  expect(callers).toEqual(
    reached.map((role) => ({ name: `agent-${role}`, mayReportRestricted: role !== 'report', trace })),
  );
});
