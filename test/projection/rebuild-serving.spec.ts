/** P9, R14: what a rebuild serves is whole, and what it judged is history: hosts that its replay left to single steps included. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '#application';
import { encodeEntry, positionOf, type StoredEntry } from '#contracts';
import { FOLD_VERSION, type HostName } from '#domain';
import { StoreUnavailable, wrapJournal, type Journal, type Views } from '#ports';
import { createMemoryJournal, Play, until } from '#testing';
import {
  allJudged,
  append,
  appendHistory,
  folded,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { comparedViews } from './testing-replays.js';

afterEach(tidyUp);

const LARGE = 'large' as HostName;

/** How the generation was when it was first served. */
interface Served {
  readonly behind: number;
  readonly revision: number | undefined;
}

/** The same object, with other methods for some. */
function withOthers<T extends object>(object: T, others: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value = Reflect.get(Object.hasOwn(others, name) ? others : target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The same views as if their generations so far were of the fold before; `at` gets how the host was when another was served. */
async function aged(views: Views, at: Served[]): Promise<Views> {
  const { control, reader } = views;
  const old = new Set((await control.generations()).map(({ number }) => number));
  const generations: typeof control.generations = async () =>
    (await control.generations()).map((each) =>
      old.has(each.number) ? { ...each, foldVersion: FOLD_VERSION - 1 } : each,
    );
  const activate: typeof control.activate = async (generation) => {
    const host = await reader.host(generation, LARGE);
    at.push({ behind: await reader.hostsBehind(generation), revision: host?.state.revision });
    return control.activate(generation);
  };
  return { ...views, control: withOthers(control, { activate, generations }), close: () => views.close() };
}

async function foldedOnce(journal: Journal, views: Views): Promise<void> {
  const projector = await folded(journal, views);
  await hearHead(projector, journal);
  await allJudged(views);
  await settle(views);
  await stop(projector);
}

/** Rebuilds; answers what was published of the new generation. */
async function rebuilt(journal: Journal, views: Views, over: Views): Promise<number> {
  const before = await served(views);
  const projector = projectorOver(journal, over);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await hearHead(projector, journal);
  await allJudged(views);
  await settle(views);
  await stop(projector);
  const after = await served(views);
  expect(after).not.toBe(before);
  return (await views.reader.changedLabors(after, { seenAt: positionOf(0n), after: null }, 1000)).length;
}

test('a host with more entries than a replay holds is whole when its generation is served, and publishes nothing', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  play.event('x-required', { host: 'small' as HostName });
  play.event('x-required', { host: LARGE });
  await appendHistory(journal, play.history);
  const like = play.history.steps.at(-1)!.entry;
  play.event('x-done', { host: LARGE });
  const end = play.history.steps.at(-1)!.entry;
  for (let n = 0; n < 11; n += 1) {
    const entries = Array.from({ length: 1000 }, () => encodeEntry(like, crypto.randomUUID(), { principal: null }));
    await journal.append([{ stream: `host-${LARGE}`, expected: 'any', entries }]);
  }
  const views = await newViews();
  await foldedOnce(journal, views);
  const before = await comparedViews(views);
  const at: Served[] = [];
  const published = await rebuilt(journal, views, await aged(views, at));
  expect({ published, at }).toEqual({ published: 0, at: [{ behind: 0, revision: 11_000 }] });
  expect(await comparedViews(views)).toEqual(before);
  // what comes from now on is
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await append(journal, end);
  await hearHead(projector, journal);
  const changed = await views.reader.changedLabors(await served(views), { seenAt: positionOf(0n), after: null }, 1000);
  expect(changed.length).toBeGreaterThan(0);
}, 120_000);

/** A journal of which the build before could not judge all of the host, and the views that it has left. */
async function parkedBefore(): Promise<{ readonly journal: Journal; readonly views: Views }> {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 30; n += 1)
    play.event(n % 3 === 2 ? 'x-done' : 'x-required', { host: n % 2 ? LARGE : ('h' as HostName) });
  await appendHistory(journal, play.history);
  const spoil = (entries: readonly StoredEntry[]) =>
    entries.map((entry) =>
      entry.stream === `host-${LARGE}` && entry.revision >= 2 ? { ...entry, version: 999 } : entry,
    );
  const misread = wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map(spoil),
    readAll: async (after, limit) => spoil(await journal.readAll(after, limit)),
  });
  const views = await newViews();
  await foldedOnce(misread, views);
  expect(await views.reader.host(await served(views), LARGE)).toMatchObject({ parked: { state: 'parked' } });
  return { journal, views };
}

test('a host that was parked before is judged before its generation is served', async () => {
  const { journal, views } = await parkedBefore();
  const at: Served[] = [];
  const published = await rebuilt(journal, views, await aged(views, at));
  expect({ published, at }).toEqual({ published: 0, at: [{ behind: 0, revision: 14 }] });
});

test('R5: failing at each other write of such a host, it is served whole all the same, and nothing is published', async () => {
  const { journal, views } = await parkedBefore();
  let writes = 0;
  const apply: Views['writer']['apply'] = async (generation, batch) => {
    const isLarge = batch.hosts?.some(({ host }) => host === LARGE) === true;
    if (isLarge && (writes += 1) % 2 === 1) throw new StoreUnavailable('views', 'away');
    return views.writer.apply(generation, batch);
  };
  const writer = withOthers(views.writer, { apply });
  const at: Served[] = [];
  const over = await aged(views, at);
  const published = await rebuilt(journal, views, { ...over, writer, close: () => views.close() });
  expect(writes).toBeGreaterThan(5);
  // its mark may still be there
  expect({ published, at }).toMatchObject({ published: 0, at: [{ revision: 14 }] });
});

test('R5: ended between the last document and the end of its files, the next attempt serves it, and the files go', async () => {
  const { journal, views } = await parkedBefore();
  const over = await aged(views, []);
  const finish: Views['loader']['finish'] = async (...args) => {
    await views.loader.finish(...args);
    throw new StoreUnavailable('views', 'ended');
  };
  const loader = withOthers(views.loader, { finish });
  const folder = await mkdtemp(join(tmpdir(), 'hermes-left-'));
  try {
    const replayFolder = join(folder, 'replay');
    const projector = projectorOver(journal, { ...over, loader, close: () => views.close() }, { replayFolder });
    await projector.prepare({ rebuild: false });
    await follow(projector);
    await until('the files are gone', async () => (await readdir(folder)).length === 0);
    expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready', 'ready']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('beside an embedded journal a rebuild waits while the disk is nearly full, and says so', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 30; n += 1) play.event('x-required', { host: `h${n}` as HostName });
  await appendHistory(journal, play.history);
  const views = await newViews();
  await foldedOnce(journal, views);
  const before = await served(views);
  let free = 60_000_000;
  const disk = { replayRoom: { isOfViews: true }, replayDisk: { ...nodeDisk, freeBytes: async () => free } };
  const projector = projectorOver(journal, await aged(views, []), { disk });
  await projector.prepare({ rebuild: false });
  const following = follow(projector);
  await until('it says why', async () => projector.notReady()?.includes('60 MB are free') === true);
  expect(await served(views)).toBe(before);
  free = 1e12;
  await following;
  expect(await served(views)).not.toBe(before);
});
