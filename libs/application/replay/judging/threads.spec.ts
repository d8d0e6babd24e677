/** Threads that judge come to what one thread comes to, whatever is ahead of whom; the threads run from the build, under end-to-end tests. */
import { MessageChannel } from 'node:worker_threads';
import v8 from 'node:v8';
import { atOnce, CATALOGUE_STREAM, encodeEntry, hostStream, type Position, type StoredEntry } from '#contracts';
import type { CatalogueEntry, EventLogged, EventTypeId, FateId, HostName, Instant, TypeName } from '#domain';
import type { EncodedDocuments, LoadedDocuments } from '#ports';
import { createMemoryJournal, temporaryFolder } from '#testing';
import { CatalogueTimeline } from '../../catalogue/timeline.js';
import { nodeDisk } from '../splitting/disk.js';
import { split } from '../splitting/split.js';
import { StoredSplit } from '../splitting/stored-split.js';
import { judgeHere } from './judging.js';
import { serveJudging } from './serve.js';
import { JudgingThreads, type JudgingThread } from './threads.js';

const path = temporaryFolder();
const at = '2026-01-01T00:00:00.000Z' as Instant;
const signed = { by: null, recordedAt: at };
const encoder = { encode: (documents: LoadedDocuments): EncodedDocuments['bytes'] => v8.serialize(documents) };

const typeOf = (id: number, state: string): CatalogueEntry => ({
  ...{ kind: 'EventTypeDefined', id: id as EventTypeId, category: 'x', state, description: null, restricted: false },
  ...signed,
});
const FATE: CatalogueEntry = {
  ...{ kind: 'FateDefined', id: 1 as FateId, creates: 'x-required' as TypeName, completedBy: 'x-done' as TypeName },
  ...{ intermediate: false, follows: null, onRepeat: 'open', name: null, description: null, actors: ['owner'] },
  ...signed,
};
const eventOf = (host: string, state: string): EventLogged => ({
  ...{ kind: 'EventLogged', host: host as HostName, type: `x-${state}` as TypeName, category: 'x', state, at },
  ...{ key: null, note: null, attributes: null, quest: null },
  ...signed,
});

/** Hosts whose labors open, and half of which close; the fate comes in the middle of it. */
async function cutJournal(hosts: number, bucketBytes: number): Promise<StoredSplit> {
  const journal = createMemoryJournal();
  const store = async (stream: string, entry: CatalogueEntry | EventLogged): Promise<Position> => {
    const entries = [encodeEntry(entry, crypto.randomUUID())];
    const [outcome] = await journal.append([{ stream, expected: 'any', entries }]);
    if (outcome?.kind !== 'appended') throw new Error('not appended');
    return outcome.position;
  };
  let to = await store(CATALOGUE_STREAM, typeOf(1, 'required'));
  await store(CATALOGUE_STREAM, typeOf(2, 'done'));
  for (const state of ['required', 'required', 'done']) {
    for (let n = 0; n < hosts; n += 1)
      if (state === 'required' || n % 2 === 0)
        to = await store(hostStream(`h${n}` as HostName), eventOf(`h${n}`, state));
    if ((await journal.read([{ stream: CATALOGUE_STREAM, direction: 'forwards', from: 2, limit: 1 }]))[0]?.length === 0)
      await store(CATALOGUE_STREAM, FATE);
  }
  return split({ journal, folder: path('split'), to, bucketBytes }, new AbortController().signal);
}

const termsOf = ({ content: { to: end } }: StoredSplit) => ({ end, now: at });

function served(cut: StoredSplit, mostAheadBytes?: number): JudgingThread {
  const { port1, port2 } = new MessageChannel();
  serveJudging(port1, encoder, cut, termsOf(cut), mostAheadBytes);
  const ended = new Promise((resolve) => port2.once('close', resolve));
  return {
    port: port2,
    ended,
    close: () => {
      port1.close();
      return ended;
    },
  };
}

async function timelineOf(cut: StoredSplit): Promise<CatalogueTimeline> {
  const entries: StoredEntry[] = [];
  for await (const page of cut.pages(cut.content.catalogue)) entries.push(...page);
  const timeline = new CatalogueTimeline({
    maxReadEntries: 100,
    read: async ([read]) => [entries.slice(read?.from ?? 0)],
  });
  await timeline.refresh();
  return timeline;
}

/** All that is given of the file. */
async function given(judging: Pick<JudgingThreads, 'give'>, file: StoredSplit['content']['quests']) {
  const all: LoadedDocuments[] = [];
  await judging.give(file, async (documents) => {
    all.push('bytes' in documents ? (v8.deserialize(documents.bytes) as LoadedDocuments) : documents);
  });
  return {
    hosts: all.flatMap(({ hosts = [] }) => hosts),
    labors: all.flatMap(({ labors = [] }) => labors),
  };
}

test.each([1, 2, 5])('%i threads give each file the documents that this thread gives it', async (threads) => {
  const cut = await cutJournal(60, 2000);
  const { buckets } = cut.content;
  expect(buckets.length).toBeGreaterThan(5);
  const here = judgeHere(cut, { ...termsOf(cut), timeline: await timelineOf(cut), withEvents: false, run: atOnce });
  const judging = new JudgingThreads(
    Array.from({ length: threads }, () => served(cut)),
    buckets,
  );
  let labors = 0;
  for (const file of buckets) {
    const expected = await given(here, file);
    labors += expected.labors.length;
    expect(await given(judging, file)).toEqual(expected);
  }
  // those of the second time: the fate was not there before
  expect(labors).toBe(60);
  await judging.close();
});

test('R2: a thread is ahead of who takes by a limit, and goes on as that takes', async () => {
  // a batch has 2000 documents
  const cut = await cutJournal(2500, 10_000_000);
  const [file] = cut.content.buckets as [StoredSplit['content']['quests']];
  const thread = served(cut, 1);
  let pieces = 0;
  thread.port.on('message', ({ kind }) => {
    if (kind === 'piece') pieces += 1;
  });
  const judging = new JudgingThreads([thread], cut.content.buckets);
  let seen = 0;
  await judging.give(file, async () => {
    seen += 1;
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(pieces).toBe(seen);
  });
  expect(seen).toBeGreaterThan(1);
  await judging.close();
});

test('a file that is damaged is said so; a thread that ends fails what is given and what would be; so does the close', async () => {
  const cut = await cutJournal(60, 2000);
  const [first, second, third] = cut.content.buckets as [
    StoredSplit['content']['quests'],
    ...typeof cut.content.buckets,
  ];
  await nodeDisk.append(path('split', second!.name), Buffer.from('x'));
  const damaged = new StoredSplit(path('split'), nodeDisk, {
    ...cut.content,
    buckets: [first, { ...second!, bytes: second!.bytes + 1 }, third!],
  });
  const judging = new JudgingThreads([served(damaged)], damaged.content.buckets);
  await given(judging, first);
  await expect(given(judging, damaged.content.buckets[1]!)).rejects.toThrow('damaged');
  await given(judging, third!);
  await judging.close();

  const dying = served(cut);
  const half = new JudgingThreads([dying], [first, second!]);
  await dying.close();
  await expect(given(half, first)).rejects.toThrow('a thread that judges has ended');
  await expect(given(half, second!)).rejects.toThrow('a thread that judges has ended');
  await half.close();

  const closing = new JudgingThreads([served(cut)], [first]);
  const giving = closing.give(first, async () => {
    await closing.close();
  });
  await expect(giving).rejects.toThrow('not judged any more');
});
