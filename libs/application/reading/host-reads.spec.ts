/** Hosts and events as they are read. */
import { newHost } from '#domain';
import { ABOUT, at, BEFORE, eventOf, hostName, hostOf, laborOf, PARKED, questId, typeOf } from './testing-documents.js';
import { readingOf, viewsOfHost } from './testing-views.js';

function world() {
  const views = viewsOfHost();
  return { views, reading: readingOf(views) };
}

test('hosts as the views list them', async () => {
  const { views, reading } = world();
  views.hostsNow = [{ host: hostName('web-1'), openLabors: 2, updatedAt: BEFORE, ...ABOUT, parked: PARKED }];
  const filter = { hostPrefix: ['web'], open: true };
  const page = { sort: 'host', limit: 9, after: ['db-1'], count: 100_000 } as const;
  expect(await reading.hosts(filter, page, {})).toMatchObject({
    value: { position: 10n, body: { items: views.hostsNow, next: ['more'], total: 77 } },
  });
  expect(views.argumentsOf('hosts')).toEqual([[7, filter, page]]);
});

test('all about one host, within limits, also where it is parked', async () => {
  const { views, reading } = world();
  const answer = await reading.host(' WEB-1. ', {});
  expect(answer).toEqual({
    ok: true,
    value: {
      position: 10n,
      ageMs: 0,
      hostsBehind: 0,
      generation: 7,
      body: {
        host: 'web-1',
        aliases: [],
        updatedAt: BEFORE,
        parked: PARKED,
        ...ABOUT,
        behind: false,
        openLabors: [
          { labor: laborOf('web-1~0'), stranded: false, parked: true },
          { labor: laborOf('web-1~2', { type: typeOf('x-b') }), stranded: true, parked: true },
        ],
        next: [],
        newestEvents: [eventOf('web-1~2'), eventOf('web-1~0')],
        lastByCategory: [eventOf('web-1~0')],
        quests: [expect.objectContaining({ id: 4, overdue: true }) as object],
      },
    },
  });
  const whole = { after: null, count: false };
  const host = ['web-1'];
  expect(views.argumentsOf('labors')).toEqual([
    [7, { host, state: ['open'] }, { ...whole, sort: 'openedAt', limit: 1000 }],
  ]);
  expect(views.argumentsOf('events')).toEqual([[{ host }, { ...whole, sort: '-position', limit: 20 }]]);
  expect(views.argumentsOf('lastByCategory')).toEqual([['web-1', 100]]);
  expect(views.argumentsOf('quests')).toEqual([[7, { host }, { ...whole, sort: '-id', limit: 100 }]]);
});

test('rule 16: what would advance the host, and one of its labors, by the host as it is', async () => {
  const { views, reading } = world();
  const open = ['web-1~0', 'web-1~2'].map((id) => {
    const { type, chain } = laborOf(id);
    return { id: laborOf(id).id, type, quest: null, chain, earlier: 0 };
  });
  views.hostDocuments = [{ ...hostOf('web-1'), state: { ...newHost, revision: 2, open } }];
  const next = [{ type: 'x-b', closes: ['web-1~0', 'web-1~2'], follows: [], opens: false, absorbedBy: null }];
  expect(await reading.host('web-1', {})).toMatchObject({ value: { body: { next } } });
  expect(await reading.labor('web-1~0', {})).toMatchObject({ value: { body: { next } } });
  // of another type, which nothing completes
  expect(await reading.labor('web-1~2', {})).toMatchObject({ value: { body: { next: [] } } });
});

test('Q: a dossier waits for the numbers of its own quests, and of no others', async () => {
  const { views, reading } = world();
  views.behind = (_, only) => only === null || only.includes(questId(9));
  expect(await reading.host('web-1', { minPosition: at(9), waitS: 0.02 })).toMatchObject({ ok: true });
  expect(views.argumentsOf('questsBehind')).toEqual([[7, at(9), [4, 3]]]);
  views.behind = (_, only) => only === null || only.includes(questId(4));
  expect(await reading.host('web-1', { minPosition: at(9), waitS: 0.02 })).toMatchObject({
    problem: { code: 'not-caught-up' },
  });
  expect(await reading.host('web-1', {})).toMatchObject({ ok: true });
});

test.each(['web-2', 'web 1', '', '-'])('no host %j', async (host) => {
  const { reading } = world();
  expect(await reading.host(host, {})).toMatchObject({
    problem: { code: 'host-unknown', detail: expect.stringContaining(`no host "${host}": `) as string },
  });
});

test('events as the views list them, and one by its id', async () => {
  const { views, reading } = world();
  const page = { sort: '-position', limit: 9, after: null, count: false } as const;
  const filter = { type: [typeOf('no-such')], afterPosition: at(3) };
  expect(await reading.events(filter, page, {})).toMatchObject({ value: { body: { items: views.eventsNow } } });
  expect(views.argumentsOf('events')).toEqual([[filter, page]]);
  expect(await reading.event('Web-1~2', {})).toMatchObject({
    value: { position: 10n, body: { event: { id: 'web-1~2' } } },
  });
});

test.each([
  ['web-1~1', 'GET /events lists them'],
  ['web-1', 'an id is <host>~<revision>'],
  ['web-1~2.1', 'an id is <host>~<revision>'],
])('no event %s', async (id, hint) => {
  const { reading } = world();
  expect(await reading.event(id, {})).toMatchObject({
    ok: false,
    problem: { code: 'event-unknown', detail: `no event "${id}": ${hint}` },
  });
});
