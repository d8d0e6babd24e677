/** Quests and their hosts as they are read. */
import { NO_PART_PAST } from '#contracts';
import { createReading } from './create-reading.js';
import {
  ABOUT,
  at,
  BEFORE,
  catalogueOf,
  hostName,
  laborOf,
  NOW,
  PARKED,
  questId,
  questOf,
  TALLY,
  typeOf,
} from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const QUESTS = { sort: 'target', limit: 50, after: null, count: 100_000 } as const;
const HOSTS = { sort: 'host', limit: 50, after: null, count: false } as const;

function world(): { readonly views: FakeViews; readonly reading: ReturnType<typeof createReading> } {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(['a', 'b'], [{ rule: 'a => b' }]);
  views.questsNow = [questOf(4, 'open', { target: BEFORE }), questOf(3, null, { embarking: ['a batch'] })];
  return { views, reading: createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 }) };
}

test('quests with what is derived; overdue goes to the views with the present', async () => {
  const { views, reading } = world();
  const filter = { state: ['open'], creator: ['ann'], overdue: false } as const;
  expect(await reading.quests(filter, QUESTS, {})).toMatchObject({
    ok: true,
    value: {
      position: 10n,
      body: {
        items: [
          { id: 4, state: 'open', overdue: true, percent: 66.6 },
          { id: 3, state: 'embarking', overdue: false, percent: null },
        ],
        next: ['more'],
        total: 77,
      },
    },
  });
  expect(views.argumentsOf('quests')).toEqual([[7, { ...filter, overdue: { is: false, now: NOW } }, QUESTS]]);
});

test('one quest', async () => {
  const { views, reading } = world();
  expect(await reading.quest(questId(4), {})).toMatchObject({ value: { body: { id: 4, overdue: true } } });
  views.questsNow = [questOf(4, 'open', { embarkedAt: null })];
  expect(await reading.quest(questId(4), {})).toMatchObject({
    ok: false,
    problem: { code: 'quest-unknown', detail: 'no quest 4: GET /quests lists them' },
  });
});

test("a quest's hosts: each one's part with its open labors, stranded and parked ones marked", async () => {
  const { views, reading } = world();
  const part = { quest: questId(4), tally: TALLY, emptied: null, past: NO_PART_PAST, position: at(8) };
  const [web1, web2, web3] = [hostName('web-1'), hostName('web-2'), hostName('web-3')];
  const stuck = laborOf('web-2~1', { type: typeOf('x-b') });
  views.questHostsNow = [
    { part: { ...part, host: web1 }, open: [laborOf('web-1~1')] },
    { part: { ...part, host: web2 }, open: [stuck] },
    { part: { ...part, host: web3 }, open: [] },
  ];
  views.hostsNow = [{ host: web2, openLabors: 1, updatedAt: BEFORE, ...ABOUT, parked: PARKED }];
  const answer = await reading.questHosts(questId(4), {}, HOSTS, {});
  expect(answer).toMatchObject({
    value: {
      body: {
        items: [
          { host: web1, tally: TALLY, open: [{ labor: laborOf('web-1~1'), stranded: false, parked: false }] },
          { host: web2, tally: TALLY, open: [{ labor: stuck, stranded: true, parked: true }] },
          { host: web3, tally: TALLY, open: [] },
        ],
        next: ['more'],
      },
    },
  });
  expect(views.argumentsOf('questHosts')).toEqual([[7, 4, {}, HOSTS]]);
  // one question for the whole page
  expect(views.argumentsOf('hosts')).toEqual([[7, { host: [web1, web2], parked: true }, { ...HOSTS, limit: 2 }]]);
});

test("hosts of a quest without open labors need no look at the hosts' documents", async () => {
  const { views, reading } = world();
  await reading.questHosts(questId(4), {}, HOSTS, {});
  expect(views.argumentsOf('hosts')).toEqual([]);
  expect(await reading.questHosts(questId(9), {}, HOSTS, {})).toMatchObject({ problem: { code: 'quest-unknown' } });
});
