/** P4, P6: a crash in the middle of a release leaves no quest with numbers that nobody counts again. */
import type { StoredEntry } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { StoreUnavailable, type Journal, type Views, type ViewsWriter } from '#ports';
import { countingJournal, createMemoryJournal, Play, until } from '#testing';
import { acceptQuest, appendHistory, follow, newViews, projectorOver, served, settle, stop, tidyUp } from './rig.js';

afterEach(tidyUp);

const HOST = 'parked.example.com' as HostName;
const QUEST = 1 as QuestId;

/** The journal as a Hermes sees it that cannot read entries with one of these words. */
function misread(journal: Journal, ...words: string[]): Journal {
  const spoil = (entry: StoredEntry): StoredEntry =>
    words.some((word) => entry.json.includes(word)) ? { ...entry, version: 999 } : entry;
  return {
    ...countingJournal(journal),
    read: async (reads) => (await journal.read(reads)).map((page) => page.map(spoil)),
    readAll: async (after, limit) => (await journal.readAll(after, limit)).map(spoil),
  };
}

/**
 * A process that dies when it has committed what a release applies to the host: before the quests' touch counters, as a
 * store without transactions may leave it, or right after the batch.
 */
function dying({ writer }: Views, cut: 'before the touches' | 'after the batch'): ViewsWriter {
  let dead = false;
  const down = new StoreUnavailable('views', 'killed');
  const apply: ViewsWriter['apply'] = async (generation, batch) => {
    if (!(batch.hosts ?? []).some(({ host, state }) => host === HOST && state.revision > 0)) {
      return writer.apply(generation, batch);
    }
    await writer.apply(generation, cut === 'before the touches' ? { ...batch, touches: [] } : batch);
    dead = true;
    throw down;
  };
  return new Proxy(writer, {
    get: (target, name: keyof ViewsWriter) => {
      if (dead) return () => Promise.reject(down);
      return name === 'apply' ? apply : target[name].bind(target);
    },
  });
}

/** A quest's host whose second event cannot be read; behind it what completes the quest, and perhaps one more such event. */
async function parkedHost(...last: string[]) {
  const journal = createMemoryJournal();
  await acceptQuest(journal, QUEST, [HOST]);
  const play = new Play('x-required => x-done');
  play.embark(1, 'x-required', { host: HOST });
  play.event('x-other', { host: HOST, note: 'poison' });
  play.event('x-done', { host: HOST });
  for (const note of last) play.event('x-other', { host: HOST, note });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const projector = projectorOver(misread(journal, 'poison', ...last), views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await settle(views);
  await stop(projector);
  expect(await tally(views)).toMatchObject({ open: 1 });
  return { journal, views };
}

async function tally(views: Views) {
  return (await views.reader.quest(await served(views), QUEST))?.recount?.tally;
}

async function releaseAndDie(journal: Journal, views: Views, cut: Parameters<typeof dying>[1]): Promise<void> {
  const projector = projectorOver(journal, views, { writer: dying(views, cut) });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await expect(projector.operating.release(HOST)).rejects.toThrow(StoreUnavailable);
  await stop(projector);
}

async function restart(journal: Journal, views: Views): Promise<void> {
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
}

test('killed before the touches were written: the projector that finds the host releasing touches its quests', async () => {
  const { journal, views } = await parkedHost();
  await releaseAndDie(journal, views, 'before the touches');
  await restart(journal, views);
  await until('the host goes on', async () => (await views.reader.host(await served(views), HOST))?.parked === null);
  await settle(views);
  expect(await tally(views)).toMatchObject({ open: 0 });
});

test('killed when it has parked the host again: the quests were touched in the same batch', async () => {
  const { journal, views } = await parkedHost('venom');
  const half = misread(journal, 'venom');
  await releaseAndDie(half, views, 'after the batch');
  await restart(half, views);
  await settle(views);
  const host = await views.reader.host(await served(views), HOST);
  expect(host).toMatchObject({ state: { revision: 2 }, parked: { state: 'parked', revision: 3 } });
  expect(await tally(views)).toMatchObject({ open: 0 });
});

test('stopping does not wait for the rest of a long stream: the release goes on after the next start', async () => {
  const { journal, views } = await parkedHost(...Array.from({ length: 1000 }, () => 'more'));
  let stopped: Promise<void> | undefined;
  const watched: Journal = {
    ...countingJournal(journal),
    read: (all) => {
      if (all.some(({ stream, from }) => stream === `host-${HOST}` && Number(from) > 1)) stopped ??= stop(projector);
      return journal.read(all);
    },
  };
  const projector = projectorOver(watched, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await expect(projector.operating.release(HOST)).rejects.toThrow('stopping');
  await stopped;
  const halfway = await views.reader.host(await served(views), HOST);
  expect(halfway).toMatchObject({ parked: { state: 'releasing' } });
  expect(halfway?.state.revision).toBeLessThan(500);
  await restart(journal, views);
  await until('the host goes on', async () => (await views.reader.host(await served(views), HOST))?.parked === null);
  expect(await views.reader.host(await served(views), HOST)).toMatchObject({ state: { revision: 1002 } });
});
