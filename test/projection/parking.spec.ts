/** P4: an entry that cannot be judged stops its host or quest, and no other; an unreadable catalogue stops projection. */
import {
  CATALOGUE_STREAM,
  hostStream,
  partitionOf,
  questStream,
  type HostDocument,
  type NewEntry,
  type StoredEntry,
} from '#contracts';
import type { HostEntry, HostName, Instant, LaborId, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { canonicalViews, countingJournal, createMemoryJournal, Play, until } from '#testing';
import {
  acceptAdoption,
  acceptQuest,
  append,
  appendHistory,
  cleanFold,
  folded,
  follow,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

const HOST = 'parked.example.com' as HostName;
const QUEST = 1 as QuestId;

/** An entry of a version that no Hermes knows yet. */
function fromTheFuture(): NewEntry {
  return {
    id: crypto.randomUUID(),
    type: 'EventLogged',
    version: 999,
    recordedAt: '2026-01-01T01:00:00.000Z' as Instant,
    json: '{}',
  };
}

/** The same journal as a Hermes sees it that cannot read one kind of entry, until it is mended. */
function misread(journal: Journal): { readonly journal: Journal; mend(): void } {
  let mended = false;
  const spoil = (entry: StoredEntry): StoredEntry =>
    !mended && entry.json.includes('poison') ? { ...entry, version: 999 } : entry;
  return {
    mend: () => (mended = true),
    journal: {
      ...countingJournal(journal),
      read: async (reads) => (await journal.read(reads)).map((page) => page.map(spoil)),
      readAll: async (after, limit) => (await journal.readAll(after, limit)).map(spoil),
    },
  };
}

/** A quest's host with a poisoned event in the middle of its stream, and another host beside it. */
function poisoned(): Play {
  const play = new Play('x-required => x-done');
  play.embark(1, 'x-required', { host: HOST });
  play.event('x-required', { host: HOST, note: 'poison' });
  play.event('x-done', { host: HOST });
  play.event('x-required', { host: 'other' as HostName });
  return play;
}

test('P4: the host stands at the entry before, says why, and every other host goes on', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, poisoned().history);
  const { journal } = misread(plain);
  const views = await newViews();
  const projector = await folded(journal, views);
  const generation = await served(views);
  const host = await views.reader.host(generation, HOST);
  expect(host).toMatchObject({ state: { revision: 0 }, parked: { state: 'parked', revision: 1 } });
  expect(host?.parked?.reason).toContain('999');
  expect((await views.reader.host(generation, 'other' as HostName))?.state.open).toHaveLength(1);
  expect(await projector.operating.parked(10)).toMatchObject([{ kind: 'host', name: HOST, revision: 1 }]);
  expect(await projector.operating.status()).toMatchObject({ parkedHosts: 1, parkedQuests: 0, halted: null });
  expect(projector.notReady()).toBeNull();
});

test('P4: released with the cause still there it is parked again; once it is mended, it ends where a clean fold does', async () => {
  const plain = createMemoryJournal();
  await acceptQuest(plain, QUEST, [HOST]);
  await appendHistory(plain, poisoned().history);
  const { journal, mend } = misread(plain);
  const views = await newViews();
  const projector = await folded(journal, views);
  await settle(views);
  expect(await projector.operating.release(HOST)).toMatchObject({
    ok: false,
    problem: { code: 'still-parked' },
  });
  mend();
  expect(await projector.operating.release(HOST.toUpperCase())).toEqual({
    ok: true,
    value: { name: HOST },
  });
  expect(await projector.operating.release(HOST)).toMatchObject({ ok: false, problem: { code: 'not-parked' } });
  const again = projectorOver(plain, views);
  await again.prepare({ rebuild: false });
  await follow(again);
  await settle(views);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(plain));
});

test('P4: a quest says that a host of it is parked, when it parks and when it is released', async () => {
  const plain = createMemoryJournal();
  await acceptQuest(plain, QUEST, [HOST]);
  const play = new Play('x-required => x-done');
  play.embark(1, 'x-required', { host: HOST });
  await appendHistory(plain, play.history);
  const views = await newViews();
  await stop(await folded(plain, views));
  await settle(views);
  const counts = async () => (await views.reader.quest(await served(views), QUEST))?.recount?.hosts;
  expect(await counts()).toEqual({ done: 0, open: 1, without: 0, parked: 0 });
  await plain.append([{ stream: hostStream(HOST), expected: 'any', entries: [fromTheFuture()] }]);
  await hearHead(await folded(plain, views), plain);
  await settle(views);
  expect(await counts()).toEqual({ done: 0, open: 1, without: 0, parked: 1 });
});

test('P4, rule 20: a quest that adopts labors of a host that is parked before that is not completed until it is released', async () => {
  const plain = createMemoryJournal();
  const play = new Play('x-required => x-done');
  const other = 'other' as HostName;
  await acceptQuest(plain, QUEST, [other]);
  play.event('x-required', { host: HOST, note: 'poison' });
  play.embark(1, 'x-required', { host: other });
  play.event('x-done', { host: other });
  const labor = `${HOST}~0` as LaborId;
  await acceptAdoption(plain, QUEST, [labor], 'accepted');
  play.adopt(labor, 1, 'ann');
  await appendHistory(plain, play.history);
  await acceptAdoption(plain, QUEST, [labor], 'adopted');
  const { journal, mend } = misread(plain);
  const views = await newViews();
  const projector = await folded(journal, views);
  await settle(views);
  const counted = async () => (await views.reader.quest(await served(views), QUEST))?.recount;
  expect(await counted()).toMatchObject({ phase: 'open', tally: { labors: 1, open: 0 } });
  mend();
  await projector.operating.release(HOST);
  await settle(views);
  expect(await counted()).toMatchObject({ phase: 'open', tally: { labors: 2, open: 1 } });
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(plain));
});

test('P4: a release that was begun is carried through by the next start', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, poisoned().history);
  const views = await newViews();
  await stop(await folded(misread(plain).journal, views));
  const generation = await served(views);
  const {
    hosts: [document],
  } = await views.writer.load(generation, { hosts: [HOST] });
  if (!document?.parked) throw new Error('not parked');
  await views.writer.apply(generation, {
    hosts: [{ ...document, parked: { ...document.parked, state: 'releasing' } }],
  });
  const projector = await folded(plain, views);
  await until('the host goes on', async () => (await views.reader.host(generation, HOST))?.parked === null);
  await stop(projector);
  expect((await views.reader.host(generation, HOST))?.state.revision).toBe(2);
});

/** Parks the host as a build does whose newest version of assignments is the first. */
async function parkedByFormerBuild(journal: Journal, views: Views): Promise<number> {
  await append(journal, assignment);
  await stop(await folded(misread(journal).journal, views));
  const generation = await served(views);
  const document = await hostDocument(views, generation);
  const { parked } = document;
  if (parked === null) throw new Error('not parked');
  const unread = { type: 'LaborAssigned', version: 2 };
  await views.writer.apply(generation, { hosts: [{ ...document, parked: { ...parked, unread } }] });
  return generation;
}

async function hostDocument(views: Views, generation: number): Promise<HostDocument> {
  const {
    hosts: [document],
  } = await views.writer.load(generation, { hosts: [HOST] });
  if (document === undefined) throw new Error('no such host');
  return document;
}

const assignment: HostEntry = {
  ...{ kind: 'LaborAssigned', host: HOST, labor: `${HOST}~0` as LaborId, to: 'ann', by: null, note: 'poison' },
  recordedAt: '2026-01-01T02:00:00.000Z' as Instant,
};

test('R13: a host that an earlier build has parked goes on by itself with one that reads its entry, and ends as a clean fold does', async () => {
  const journal = createMemoryJournal();
  await acceptQuest(journal, QUEST, [HOST]);
  const play = new Play('x-required => x-done');
  play.embark(1, 'x-required', { host: HOST });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const generation = await parkedByFormerBuild(journal, views);
  const projector = await folded(journal, views);
  await until('the host goes on', async () => (await hostDocument(views, generation)).parked === null);
  await settle(views);
  expect(await projector.operating.parked(10)).toEqual([]);
  expect(await canonicalViews(views.reader, generation)).toEqual(await cleanFold(journal));
});

test('R13: a park says which entry was not read; one that this build does not read either stays as it is', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, poisoned().history);
  const views = await newViews();
  await stop(await folded(misread(plain).journal, views));
  const generation = await served(views);
  const before = await hostDocument(views, generation);
  expect(before.parked).toMatchObject({ unread: { type: 'EventLogged', version: 999 } });
  const journal = countingJournal(plain);
  const projector = await folded(journal, views);
  await hearHead(projector, journal);
  await stop(projector);
  expect(await hostDocument(views, generation)).toEqual(before);
});

test('R13: where the entry that is read now cannot be judged, the host is released once, and keeps since when it is parked', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  play.event('x-required', { host: HOST });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const generation = await parkedByFormerBuild(journal, views);
  const { parked } = await hostDocument(views, generation);
  const damaged = damagedAt(journal, parked?.revision ?? -1);
  await folded(damaged, views);
  await until('it is tried', async () => (await hostDocument(views, generation)).parked?.unread === undefined);
  const after = await hostDocument(views, generation);
  expect(after.parked).toMatchObject({ state: 'parked', revision: parked?.revision, since: parked?.since });
  expect(after.parked?.reason).toContain('damaged');
  // no look releases it again
  expect(after.parked).not.toHaveProperty('unread');
});

/** The same journal with damaged data of the host's entry. */
function damagedAt(journal: Journal, revision: number): Journal {
  const spoil = (entry: StoredEntry): StoredEntry =>
    entry.stream === hostStream(HOST) && entry.revision === revision ? { ...entry, json: '{}' } : entry;
  return {
    ...countingJournal(journal),
    read: async (reads) => (await journal.read(reads)).map((page) => page.map(spoil)),
  };
}

test('R13: a quest that an earlier build has parked goes on by itself', async () => {
  const journal = createMemoryJournal();
  await acceptQuest(journal, QUEST, [HOST]);
  const views = await newViews();
  await stop(await folded(journal, views));
  const generation = await served(views);
  const {
    quests: [document],
  } = await views.writer.load(generation, { quests: [QUEST] });
  if (!document?.record) throw new Error('no such quest');
  const parked = {
    ...({ state: 'parked', reason: 'of the test', revision: 3, position: document.record.position } as const),
    ...{ since: '2026-01-01T02:00:00.000Z' as Instant, unread: { type: 'QuestHostsAccepted', version: 2 } },
  };
  await views.writer.apply(generation, { quests: [{ ...document.record, parked }] });
  const projector = await folded(journal, views);
  await until('it goes on', async () => (await projector.operating.parked(10)).length === 0);
});

test('P4: a host whose first entry cannot be judged is there, parked', async () => {
  const journal = createMemoryJournal();
  await journal.append([{ stream: hostStream(HOST), expected: 'none', entries: [fromTheFuture()] }]);
  const views = await newViews();
  await folded(journal, views);
  expect(await views.reader.host(await served(views), HOST)).toMatchObject({
    state: { revision: -1 },
    entryId: null,
    parked: { revision: 0 },
  });
});

test('P4: an unreadable entry of a quest parks that quest, its hosts are judged on', async () => {
  const journal = createMemoryJournal();
  await acceptQuest(journal, QUEST, [HOST]);
  await journal.append([
    { stream: questStream(QUEST), expected: 'any', entries: [{ ...fromTheFuture(), type: 'QuestAmended' }] },
  ]);
  await appendHistory(journal, poisoned().history);
  const views = await newViews();
  const projector = await folded(journal, views);
  await settle(views);
  expect(await projector.operating.parked(10)).toMatchObject([{ kind: 'quest', name: 'quest-1', revision: 4 }]);
  const quest = await views.reader.quest(await served(views), QUEST);
  expect(quest).toMatchObject({
    record: { state: { description: 'x' }, revision: 3 },
    recount: { tally: { labors: 1 } },
  });
  expect(await projector.operating.release('quest-1')).toMatchObject({ ok: false, problem: { code: 'still-parked' } });
  expect(await projector.operating.release('quest-2')).toMatchObject({ ok: false });
});

test('P4: an unreadable entry of the catalogue stops projection: readiness says so, and nothing is judged beyond it', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, poisoned().history);
  const views = await newViews();
  await folded(journal, views);
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries: [fromTheFuture()] }]);
  await append(journal, poisoned().history.steps.at(-1)!.entry);
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await expect(hearHead(projector, journal)).rejects.toThrow('cannot be read');
  await until('it is halted', () => projector.notReady()?.includes('catalogue') === true);
  expect((await projector.operating.status()).halted).toContain('cannot be read');
  expect((await views.reader.host(await served(views), 'other' as HostName))?.state.revision).toBe(0);
});

test('P4: what stands before an unreadable entry of the catalogue is judged', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  const names = Array.from({ length: 50 }, (_, nth) => `h${nth}` as HostName);
  const isApart = (name: HostName): boolean =>
    partitionOf(hostStream(name), PARTITIONS) !== partitionOf(CATALOGUE_STREAM, PARTITIONS);
  const host = names.find(isApart) ?? HOST;
  play.event('x-required', { host });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const projector = await folded(journal, views);
  await append(journal, play.history.steps.at(-1)!.entry);
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries: [fromTheFuture()] }]);
  await expect(hearHead(projector, journal)).rejects.toThrow('cannot be read');
  const generation = await served(views);
  await until('it is judged', async () => (await views.reader.host(generation, host))?.state.revision === 1);
});
