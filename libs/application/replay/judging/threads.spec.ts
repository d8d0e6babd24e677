/** Threads that judge come to what one thread comes to, whatever is ahead of whom; the threads run from the build, under end-to-end tests. */
import v8 from 'node:v8';
import { atOnce } from '#contracts';
import type { EncodedDocuments, LoadedDocuments } from '#ports';
import { temporaryFolder } from '#testing';
import { nodeDisk } from '../splitting/disk.js';
import { StoredSplit } from '../splitting/stored-split.js';
import { cutTimeline } from './cut-timeline.js';
import { encodeBuckets } from './encode-buckets.js';
import { judgeHere, type Judging } from './judging.js';
import { at, cutJournal, served } from './testing-cuts.js';
import { JudgingThreads, type JudgingThread } from './threads.js';

const path = temporaryFolder();
const encoder = { encode: (documents: LoadedDocuments): EncodedDocuments['bytes'] => v8.serialize(documents) };

const termsOf = ({ content: { to: end } }: StoredSplit) => ({ end, now: at });

function thread(cut: StoredSplit, mostAheadBytes?: number): JudgingThread<EncodedDocuments> {
  return served(encodeBuckets(encoder, cut, termsOf(cut)), mostAheadBytes);
}

/** All that is given of the file. */
async function given(judging: Pick<Judging, 'give'>, file: StoredSplit['content']['quests']) {
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
  const cut = await cutJournal(path('split'), 60, 2000);
  const { buckets } = cut.content;
  expect(buckets.length).toBeGreaterThan(5);
  const here = judgeHere(cut, { ...termsOf(cut), timeline: await cutTimeline(cut), withEvents: false, run: atOnce });
  const judging = new JudgingThreads(
    Array.from({ length: threads }, () => thread(cut)),
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
  const cut = await cutJournal(path('split'), 2500, 10_000_000);
  const [file] = cut.content.buckets as [StoredSplit['content']['quests']];
  const ahead = thread(cut, 1);
  let pieces = 0;
  ahead.port.on('message', ({ kind }) => {
    if (kind === 'piece') pieces += 1;
  });
  const judging = new JudgingThreads([ahead], cut.content.buckets);
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
  const cut = await cutJournal(path('split'), 60, 2000);
  const [first, second, third] = cut.content.buckets as [
    StoredSplit['content']['quests'],
    ...typeof cut.content.buckets,
  ];
  await nodeDisk.append(path('split', second!.name), Buffer.from('x'));
  const damaged = new StoredSplit(path('split'), nodeDisk, {
    ...cut.content,
    buckets: [first, { ...second!, bytes: second!.bytes + 1 }, third!],
  });
  const judging = new JudgingThreads([thread(damaged)], damaged.content.buckets);
  await given(judging, first);
  await expect(given(judging, damaged.content.buckets[1]!)).rejects.toThrow('damaged');
  await given(judging, third!);
  await judging.close();

  const dying = thread(cut);
  const half = new JudgingThreads([dying], [first, second!]);
  await dying.close();
  await expect(given(half, first)).rejects.toThrow('a thread that judges has ended');
  await expect(given(half, second!)).rejects.toThrow('a thread that judges has ended');
  await half.close();

  const closing = new JudgingThreads([thread(cut)], [first]);
  const giving = closing.give(first, async () => {
    await closing.close();
  });
  await expect(giving).rejects.toThrow('not judged any more');
});
