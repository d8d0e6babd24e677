/** `PUT /catalogue` over a fake of the use cases: which files reach it, how the outcome is answered, and which faults are named. */
import { done, failed, positionOf } from '#contracts';
import { INGEST, tagOf } from '#platform';
import { localCaller, overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);
const type = {
  id: 1,
  category: 'a',
  state: 'b',
  name: 'a-b',
  description: 'old',
  restricted: false,
  status: 'in-force',
};
const fate = {
  ...{ id: 3, creates: 'a-b', completedBy: 'a-c', intermediate: false, follows: null },
  ...{ onRepeat: 'open', name: 'x', description: null, actors: [], status: 'in-force' },
};
const changes = {
  eventTypes: [
    { change: 'amended', before: type, after: { ...type, description: null, restricted: true } },
    { change: 'retired', before: { ...type, name: 'a-d' }, after: { ...type, name: 'a-d', status: 'retired' } },
  ],
  fates: [
    { change: 'defined', after: fate },
    {
      change: 'restored',
      before: { ...fate, id: 4, name: 'y', status: 'retired' },
      after: { ...fate, id: 4, name: null },
    },
  ],
  unchanged: 7,
};
const shown = {
  revision: 12,
  changes: [
    {
      ...{ change: 'amended', eventType: 'a-b' },
      ...{ from: { description: 'old', restricted: false }, to: { description: null, restricted: true } },
    },
    { change: 'retired', eventType: 'a-d' },
    { change: 'defined', fate: 3, name: 'x', creates: 'a-b', completedBy: 'a-c' },
    {
      ...{ change: 'restored', fate: 4, name: null, creates: 'a-b', completedBy: 'a-c' },
      ...{ from: { name: 'y' }, to: { name: null } },
    },
  ],
  unchanged: 7,
  position: String(position),
};
const file = {
  eventTypes: [{ category: 'a', state: 'b', restricted: true }],
  fates: [
    { creates: 'a-b', completedBy: { category: 'a', state: 'c' }, follows: 7, intermediate: true },
    { creates: 'a-b', completedBy: 'a-c', name: 'n' },
  ],
};
const wanted = {
  eventTypes: [{ category: 'a', state: 'b', description: null, restricted: true }],
  fates: [
    {
      ...{ creates: 'a-b', completedBy: { category: 'a', state: 'c' }, intermediate: true, follows: 7 },
      ...{ onRepeat: 'open', name: null, description: null, actors: [] },
    },
    {
      ...{ creates: 'a-b', completedBy: 'a-c', intermediate: false, follows: null },
      ...{ onRepeat: 'open', name: 'n', description: null, actors: [] },
    },
  ],
};
const YAML = `eventTypes:
  - {category: a, state: b, restricted: true}
fates:
  - creates: a-b
    completedBy: {category: a, state: c}
    follows: 7
    intermediate: true
  - {creates: a-b, completedBy: a-c, name: n}
`;

test.each([
  ['application/json', JSON.stringify(file)],
  ['application/yaml', YAML],
  ['text/yaml; charset=utf-8', YAML],
])('a file as %s', async (media, body) => {
  ingest.answer(done({ position, revision: 12, entries: 5, changes }));
  const answer = await ingest.send('/catalogue', { 'content-type': media, 'idempotency-key': 'k' }, body, 'PUT');
  expect([answer.status, answer.body]).toEqual([200, shown]);
  expect(answer.headers).toMatchObject({ 'hermes-position': String(position), etag: tagOf('12') });
  expect(ingest.calls).toEqual([['replaceCatalogue', wanted, { ...localCaller, idempotencyKey: 'k' }, undefined]]);
});

test('dryRun=true is foreseen, and If-Match goes with it', async () => {
  const labors = [{ type: 'a-b', effect: 'stranded', open: 3, quests: [{ quest: null, open: 3 }], examples: ['a~0'] }];
  ingest.answer(done({ position, revision: 12, entries: 5, changes, labors, typesOmitted: 2 }));
  const headers = { 'content-type': 'application/yaml', 'if-match': tagOf('a body', 11) };
  const answer = await ingest.send('/catalogue?dryRun=true', headers, YAML, 'PUT');
  expect([answer.status, answer.body]).toEqual([200, { ...shown, dryRun: true, labors, typesOmitted: 2 }]);
  const [[useCase, , , unchanged]] = ingest.calls as [[string, unknown, unknown, (revision: number) => boolean]];
  expect([useCase, unchanged(11), unchanged(12)]).toEqual(['foreseeCatalogue', true, false]);
});

test('all faults of form are named with their places, and nothing is asked of the use cases', async () => {
  const { status, body } = await ingest.call('PUT', '/catalogue', {
    eventTypes: [{ category: 'A', state: 'b' }, 7],
    fates: [null, { creates: 'a-b', completedBy: 'a-c', id: 7, follows: '' }],
  });
  const { errors } = body as { errors: readonly { path: string }[] };
  expect([status, errors.map(({ path }) => path)]).toEqual([
    422,
    ['eventTypes[0].category', 'eventTypes[1]', 'fates[0]', 'fates[1].id', 'fates[1].follows'],
  ]);
  for (const wrong of [
    {},
    { eventTypes: [] },
    { eventTypes: {}, fates: [] },
    { eventTypes: [], fates: [], more: [] },
    [],
  ])
    expect((await ingest.call('PUT', '/catalogue', wrong)).status).toBe(422);
  const unread = [
    await ingest.send('/catalogue', { 'content-type': 'application/yaml' }, 'fates: &a []\neventTypes: *a\n', 'PUT'),
    await ingest.send('/catalogue', { 'content-type': 'application/yaml' }, '', 'PUT'),
    await ingest.send('/catalogue', { 'content-type': 'text/plain' }, YAML, 'PUT'),
    await ingest.send('/event-types', { 'content-type': 'application/yaml' }, 'category: a\nstate: b\n'),
  ];
  expect(unread.map((each) => each.status)).toEqual([400, 400, 415, 415]);
  expect(ingest.calls).toEqual([]);
});

test('what the use case refuses is answered with its places; another role than admin is not let in', async () => {
  const errors = [{ path: 'fates[3].follows', code: 'fate-unknown', message: 'so it is' } as const];
  ingest.answer(failed({ code: 'fate-unknown', detail: 'so it is', errors }));
  const answer = await ingest.call('PUT', '/catalogue', file);
  expect([answer.status, answer.body]).toEqual([422, expect.objectContaining({ code: 'fate-unknown', errors })]);
  expect((await ingest.call('PUT', '/catalogue', file, 'operate')).status).toBe(403);
});
