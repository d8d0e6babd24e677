/** P2, P3: a projector that dies between any two writes; holes that the feed does not show; progress that never runs ahead. */
import { expectedPart, hostStream, START, type Position } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import { StoreUnavailable, type FeedMessage, type Journal, type ViewsWriter } from '#ports';
import {
  canonicalViews,
  type CanonicalViews,
  countingJournal,
  createMemoryJournal,
  faultyViews,
  joinAlone,
  Play,
  until,
} from '#testing';
import {
  acceptAdoption,
  acceptQuest,
  appendHistory,
  cleanFold,
  follow,
  never,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

/** Everything that a document can go through: quests, chains, absorbed repeats, commands, redactions. */
function eventful(): Play {
  const play = new Play('a-required => a-ready', 'a-ready => a-done intermediate', 'b-required => b-done absorb');
  for (const host of ['one', 'two'] as HostName[]) {
    play.embark(1, 'a-required', { host });
    play.event('b-required', { host });
    play.ack(`${host}~0`, 'ann');
    play.event('b-required', { host });
    play.event('a-ready', { host, by: 'agent', note: 'secret' });
    play.event('b-required', { host });
    play.event('a-done', { host });
    play.embark(2, 'b-required', { host });
    play.redact(`${host}~4`, 'ann', 'a password');
  }
  play.waive('one~7', 'ann', 'scrapped');
  return play;
}

/** Writes go document by document; the store goes away for good before the nth. */
function dyingAt(writer: ViewsWriter, nth: number): { readonly writer: ViewsWriter; readonly died: () => boolean } {
  const single = faultyViews(writer, { random: () => 0, torn: 1, away: 0 });
  let writes = 0;
  let died = false;
  const counted: ViewsWriter = {
    ...writer,
    apply: async (generation, batch) => {
      writes += 1;
      if (writes > nth) {
        died = true;
        throw new StoreUnavailable('views', 'it died');
      }
      return writer.apply(generation, batch);
    },
  };
  return {
    writer: { ...single, apply: faultyViews(counted, { random: () => 0, torn: 1, away: 0 }).apply },
    died: () => died,
  };
}

function paged(journal: Journal, size: number): Journal {
  return { ...countingJournal(journal), readAll: (after, limit) => journal.readAll(after, Math.min(limit, size)) };
}

test('P2: dying between any two writes and beginning again ends as a clean fold does', async () => {
  const plain = createMemoryJournal();
  for (const quest of [1, 2] as QuestId[]) await acceptQuest(plain, quest, ['one', 'two'] as HostName[]);
  const [quest, host] = [2 as QuestId, 'three' as HostName];
  const since = await acceptAdoption(plain, quest, [`${host}~0` as LaborId], 'accepted');
  const awaited = expectedPart(quest, host, since);
  await appendHistory(plain, eventful().history);
  const expected: CanonicalViews = await cleanFold(plain);
  let cuts = 0;
  for (let nth = 0; ; nth += 1) {
    const views = await newViews();
    const dying = dyingAt(views.writer, nth);
    const first = projectorOver(paged(plain, 6), views, { writer: dying.writer });
    const ending = new AbortController();
    await first.prepare({ rebuild: false });
    const seen = { following: false };
    const running = first.run({
      join: joinAlone(PARTITIONS),
      signal: ending.signal,
      following: () => {
        seen.following = true;
      },
    });
    await until('it has died or follows', () => dying.died() || seen.following, { everyMs: 0 });
    ending.abort();
    await running;
    const second = projectorOver(plain, views);
    await second.prepare({ rebuild: false });
    await follow(second);
    await settle(views);
    const generation = await served(views);
    expect({ nth, ...(await canonicalViews(views.reader, generation)) }).toEqual({ nth, ...expected });
    const { parts } = await views.writer.load(generation, { parts: [awaited] });
    expect({ nth, parts }).toEqual({ nth, parts: [awaited] });
    await tidyUp();
    if (!dying.died()) break;
    cuts += 1;
  }
  expect(cuts).toBeGreaterThan(45);
}, 120_000);

/** A message as a feed brings it that has lost what came before and does not say so. */
function lying(journal: Journal, entry: Awaited<ReturnType<Journal['head']>>, partition: number): FeedMessage {
  return {
    kind: 'entry',
    partition,
    journal: journal.identity,
    previous: START,
    number: 1,
    entry,
    catalogueRevision: 3,
  };
}

test('P3: entries of a host that never came are read from the journal, also more than one round takes, and progress waits for them', async () => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const play = new Play('x-required => x-done');
  await appendHistory(journal, play.history);
  const before = play.history.steps.length;
  let progressed: Position = START;
  let revisionThen = -2;
  const host = 'far' as HostName;
  const writer: ViewsWriter = {
    ...bindWriter(views.writer),
    apply: async (generation, batch) => {
      const answer = await views.writer.apply(generation, batch);
      const [moved] = batch.progress?.moved ?? [];
      if (moved !== undefined && moved.position > progressed) {
        progressed = moved.position;
        revisionThen = (await views.reader.host(generation, host))?.state.revision ?? -1;
      }
      return answer;
    },
  };
  const projector = projectorOver(journal, views, { writer });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  for (let index = 0; index < 450; index += 1) play.event(index % 2 === 0 ? 'x-required' : 'x-done', { host });
  await appendHistory(journal, { steps: play.history.steps.slice(before) });
  const [[last] = []] = await journal.read([{ stream: hostStream(host), direction: 'backwards', limit: 1 }]);
  if (last === undefined) throw new Error('no entry');
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await projector.handle({ partition, messages: [lying(journal, last, partition)] }, never);
  }
  const state = (await views.reader.host(await served(views), host))?.state;
  expect(state).toMatchObject({ revision: 449, events: 450, open: [] });
  expect(progressed).toBe(last.position);
  expect(revisionThen).toBe(449);
});

function bindWriter(writer: ViewsWriter): ViewsWriter {
  return faultyViews(writer, { random: () => 1, torn: 0, away: 0 });
}
