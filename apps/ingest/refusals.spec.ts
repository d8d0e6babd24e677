/** What ingest refuses before a use case is called: bodies with faults, and callers without the role. */
import { failed } from '#contracts';
import { INGEST, ROLES, type Role } from '#platform';
import { newTrace, overFake } from '../../test/harness/served.js';
import { IngestModule } from './index.js';

const ingest = overFake(IngestModule, INGEST);

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
  ['/quests', { ...quest, claim: 'some', hostQuery: {} }, ['claim', 'hostQuery']],
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
  ['/quests/7/hosts', { hosts: 'a', hostQuery: 7 }, ['hosts', 'hostQuery']],
  ['/events/a~0/redact', { by: '', note: 'x' }, ['by', 'reason', 'note']],
  ['/operations/x/cancel', { by: '', note: 'x' }, ['by', 'reason', 'note']],
  ['/labors/a~0/ack', { by: '', note: 7, where: {} }, ['by', 'note', 'where']],
  ['/labors/a~0/assign', {}, ['to']],
  ['/labors/a~0/waive', { by: 'ann' }, ['reason']],
  ['/labors/ack', { labors: [] }, ['labors']],
  ['/labors/ack', { labors: Array.from({ length: 1001 }, () => 'a~0') }, ['labors']],
  ['/labors/assign', { labors: ['a~0', 7], to: 'bob' }, ['labors']],
  ['/labors/waive', { where: {} }, ['reason', 'where']],
];

test.each(faulty.map(([path, body, faults], index) => [path, index, body, faults] as const))(
  'POST %s names every fault (%d)',
  async (path, _index, body, faults) => {
    const answer = await ingest.call('POST', path, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    const { errors } = answer.body as { errors: { path: string }[] };
    expect([...new Set(errors.map((fault) => fault.path))].sort()).toEqual([...faults].sort());
    expect(ingest.calls).toEqual([]);
  },
);

const attempts: readonly (readonly [method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown, least: Role])[] =
  [
    ['POST', '/event-types', { category: 'a', state: 'b' }, 'admin'],
    ['PATCH', '/event-types/a-b', {}, 'admin'],
    ['POST', '/fates', { creates: 'a-b', completedBy: 'a-c' }, 'admin'],
    ['PATCH', '/fates/1', {}, 'admin'],
    ['POST', '/event-types/a-b/retire', undefined, 'admin'],
    ['POST', '/event-types/a-b/restore', undefined, 'admin'],
    ['DELETE', '/event-types/a-b', undefined, 'admin'],
    ['POST', '/fates/1/retire', undefined, 'admin'],
    ['POST', '/fates/1/restore', undefined, 'admin'],
    ['DELETE', '/fates/1', undefined, 'admin'],
    ['POST', '/events', { type: 'a-b', host: 'h' }, 'report'],
    ['POST', '/events/h~0/redact', { reason: 'r' }, 'admin'],
    ['POST', '/quests', quest, 'operate'],
    ['PATCH', '/quests/1', {}, 'operate'],
    ['POST', '/quests/1/hosts', { hosts: ['h'] }, 'operate'],
    ['POST', '/quests/1/hosts/remove', { hosts: ['h'] }, 'operate'],
    ['POST', '/quests/1/claim', { hosts: ['h'] }, 'operate'],
    ['POST', '/quests/1/abandon', { reason: 'r' }, 'operate'],
    ['POST', '/hosts/h/attributes', { set: { a: 'b' } }, 'operate'],
    ['POST', '/hosts/h/retire', { reason: 'r' }, 'operate'],
    ['POST', '/hosts/retire', { hosts: ['h'], reason: 'r' }, 'operate'],
    ['POST', '/operations/x/cancel', { reason: 'r' }, 'operate'],
    ['POST', '/labors/h~0/ack', {}, 'operate'],
    ['POST', '/labors/h~0/assign', { to: null }, 'operate'],
    ['POST', '/labors/h~0/waive', { reason: 'r' }, 'operate'],
    ['POST', '/labors/ack', { labors: ['h~0'] }, 'operate'],
    ['POST', '/labors/assign', { labors: ['h~0'], to: null }, 'operate'],
    ['POST', '/labors/waive', { labors: ['h~0'], reason: 'r' }, 'operate'],
  ];

test.each(attempts)('%s %s needs its role', async (method, path, body, least) => {
  ingest.answer(failed({ code: 'conflict', detail: 'it was reached' }));
  for (const [level, role] of ROLES.entries()) {
    const { status } = await ingest.call(method, path, body, role);
    expect([role, status]).toEqual([role, level >= ROLES.indexOf(least) ? 409 : 403]);
  }
  // behind the caller stands what an amendment demands, which nothing does here
  const callers = ingest.calls.map((call) => call.findLast((argument) => argument !== undefined));
  const reached = ROLES.slice(ROLES.indexOf(least));
  expect(callers).toEqual(
    reached.map((role) => ({
      principal: `agent-${role}`,
      holder: `token agent-${role}`,
      mayReportRestricted: role !== 'report',
      trace: newTrace,
    })),
  );
});
