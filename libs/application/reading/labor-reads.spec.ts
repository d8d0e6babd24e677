/** Labors as they are read: stranded, parked, and why. */
import { createReading } from './create-reading.js';
import {
  at,
  catalogueOf,
  fateId,
  laborOf,
  NOW,
  questId,
  questOf,
  typeOf,
  eventIdOf,
  hostName,
  hostOf,
  PARKED,
} from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const PAGE = { sort: '-openedAt', limit: 50, after: ['k'], count: 100_000 } as const;
const CLOSED = {
  event: eventIdOf('web-1~4'),
  type: typeOf('x-c'),
  position: at(6),
  at: NOW,
  recordedAt: NOW,
  by: null,
  principal: null,
  note: null,
  redacted: false,
  fate: fateId(3),
  catalogueRevision: 7,
};

function world(): { readonly views: FakeViews; readonly reading: ReturnType<typeof createReading> } {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(
    ['a', 'b', 'c', 'd'],
    [
      { rule: 'a => b' },
      { rule: 'd => b', status: 'retired' },
      { rule: 'a => c' },
      { rule: 'a => b', intermediate: true },
      { rule: 'a => b', onRepeat: 'absorb', intermediate: true, status: 'retired' },
    ],
  );
  views.questsNow = [questOf(4, 'open')];
  views.laborsNow = [
    { labor: laborOf('web-1~0'), parked: false },
    { labor: laborOf('web-1~1', { type: typeOf('x-d') }), parked: true },
    { labor: laborOf('web-1~2.1', { type: typeOf('x-d'), state: 'completed', closed: CLOSED }), parked: false },
    {
      labor: laborOf('web-1~3', { state: 'waived', closed: { ...CLOSED, event: null, type: null, fate: null } }),
      parked: false,
    },
  ];
  return { views, reading: createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 }) };
}

test('P4: what may be among the entries of a parked host that nobody judged is host-parked, not unknown', async () => {
  const { views, reading } = world();
  views.hostDocuments = [hostOf('web-1', { ...PARKED, revision: 4 })];
  const parked = { problem: { code: 'host-parked', detail: expect.stringContaining('"web-1~4.1"') as string } };
  expect(await reading.labor('web-1~4.1', {})).toMatchObject(parked);
  expect(await reading.why('web-1~4.1', {})).toMatchObject(parked);
  expect(await reading.event('web-1~5', {})).toMatchObject({ problem: { code: 'host-parked' } });
  expect(await reading.labor('web-1~3.7', {})).toMatchObject({ problem: { code: 'labor-unknown' } });
  expect(await reading.event('web-2~5', {})).toMatchObject({ problem: { code: 'event-unknown' } });
});

test('P9: of a host that is behind, what its later entries may have made is not known yet', async () => {
  const { views, reading } = world();
  const behind = { state: 'behind', position: at(9), since: NOW } as const;
  views.hostDocuments = [{ ...hostOf('web-1'), behind }];
  const applied = hostOf('web-1').state.revision;
  const later = applied + 50;
  expect(await reading.labor(`web-1~${later}`, {})).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect(await reading.event(`web-1~${later}`, {})).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect(await reading.labor(`web-1~${applied}.9`, {})).toMatchObject({ problem: { code: 'labor-unknown' } });
});

test('rule 10: open and closed by no fate in force is stranded; what is closed never is', async () => {
  const { views, reading } = world();
  const answer = await reading.labors({}, PAGE, {});
  expect(answer).toEqual({
    ok: true,
    value: {
      position: 10n,
      ageMs: 0,
      hostsBehind: 0,
      generation: 7,
      body: {
        items: views.laborsNow.map((row, index) => ({ ...row, stranded: index === 1 })),
        next: ['more'],
        total: 77,
      },
    },
  });
});

test('filters go to the views as they came; of overdue and stranded, with the present and the types', async () => {
  const { views, reading } = world();
  const filter = { state: ['open'], type: [typeOf('no-such')], quest: ['none'], acked: false } as const;
  await reading.labors(filter, PAGE, {});
  await reading.labors({ overdue: true, stranded: false }, PAGE, {});
  expect(views.argumentsOf('labors')).toEqual([
    [7, filter, PAGE],
    [7, { overdue: { is: true, now: NOW }, stranded: { is: false, types: ['x-d'] } }, PAGE],
  ]);
});

test('one labor, by an id as a client writes it', async () => {
  const { reading } = world();
  expect(await reading.labor('WEB-1.~1', {})).toMatchObject({
    value: { body: { labor: { id: 'web-1~1' }, stranded: true, parked: true } },
  });
  expect(await reading.labor('web-1~2.1', {})).toMatchObject({ value: { body: { stranded: false } } });
  expect(await reading.labor('web-1~9', {})).toMatchObject({
    ok: false,
    problem: { code: 'labor-unknown', detail: 'no labor "web-1~9": GET /labors lists them' },
  });
  expect(await reading.labor('nonsense', {})).toMatchObject({
    problem: { code: 'labor-unknown', detail: expect.stringContaining('an id is <host>~<revision>') as string },
  });
});

test('rule 16: why open: the event, the fate, and every type that would complete it, with the fates that say so', async () => {
  const { reading } = world();
  expect(await reading.why('web-1~0', {})).toMatchObject({
    value: {
      body: {
        labor: 'web-1~0',
        state: 'open',
        opened: { event: 'web-1~0', fate: 1, catalogueRevision: 3 },
        openingFate: { id: 1, creates: 'x-a' },
        closed: null,
        closingFate: null,
        completedBy: [
          { type: 'x-b', fates: [1, 4] },
          { type: 'x-c', fates: [3] },
        ],
      },
    },
  });
  expect(await reading.why('web-1~1', {})).toMatchObject({ value: { body: { completedBy: [] } } });
});

test('rule 16: why closed: the event and the fate; a waive has neither', async () => {
  const { reading } = world();
  expect(await reading.why('web-1~2.1', {})).toMatchObject({
    value: { body: { state: 'completed', closed: CLOSED, closingFate: { id: 3 }, completedBy: [] } },
  });
  expect(await reading.why('web-1~3', {})).toMatchObject({
    value: { body: { state: 'waived', closed: { event: null }, closingFate: null, completedBy: [] } },
  });
  expect(await reading.why('web-1~9', {})).toMatchObject({ problem: { code: 'labor-unknown' } });
});

test('rule 16: a fate that was deleted since is shown as null', async () => {
  const { views, reading } = world();
  const labor = laborOf('web-1~0');
  views.laborsNow = [{ labor: { ...labor, opened: { ...labor.opened, fate: fateId(99) } }, parked: false }];
  expect(await reading.why('web-1~0', {})).toMatchObject({ value: { body: { openingFate: null } } });
});

test.each([
  [undefined, [4]],
  [[questId(4), questId(5)], [4]],
  [[questId(5)], []],
  [['none'], []],
] as const)("a quest's labors, where the filter says quest %j: %j", async (quest, asked) => {
  const { views, reading } = world();
  const answer = await reading.questLabors(
    questId(4),
    { host: [hostName('web-1')], ...(quest && { quest }) },
    PAGE,
    {},
  );
  expect(answer).toMatchObject({ value: { body: { items: [{ stranded: false }, { stranded: true }, {}, {}] } } });
  expect(views.argumentsOf('labors')).toEqual([[7, { host: ['web-1'], quest: asked }, PAGE]]);
});

test('labors of a quest that is none are not asked for', async () => {
  const { views, reading } = world();
  expect(await reading.questLabors(questId(5), {}, PAGE, {})).toMatchObject({
    ok: false,
    problem: { code: 'quest-unknown', detail: 'no quest 5: GET /quests lists them' },
  });
  expect(views.argumentsOf('labors')).toEqual([]);
});
