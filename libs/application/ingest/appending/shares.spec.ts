/** Holders that send little beside one that sends much: they have room, and their turn comes with the next batch. */
import type { NewEntry } from '#contracts';
import type { Instant } from '#domain';
import type { StreamWrite } from '#ports';
import { createMemoryJournal, intercept, until } from '#testing';
import { Appender } from './appender.js';
import { APPENDER_LIMITS, type AppenderLimits } from './limits.js';
import { AppendJob, NO_LOOK_BACK } from './job.js';

function job(stream: string, count = 1): AppendJob {
  const made = new AppendJob(stream, NO_LOOK_BACK);
  const recordedAt = '2024-05-01T08:00:00.000Z' as Instant;
  const entry = (): NewEntry => ({ id: crypto.randomUUID(), type: 'EventLogged', version: 1, json: '{}', recordedAt });
  for (let nth = 0; nth < count; nth += 1) made.add(entry());
  return made;
}

/** As many streams, each with as many entries. */
function jobsOf(streams: number, count: number, prefix = 'host'): readonly AppendJob[] {
  return Array.from({ length: streams }, (_, nth) => job(`${prefix}-${nth}`, count));
}

/** An appender over a journal whose appends wait until each is let go. */
function rig(limits: Partial<AppenderLimits> = {}, { writesAtOnce = Infinity } = {}) {
  const journal = createMemoryJournal();
  Object.assign(journal, { writesAtOnce });
  const batches: (readonly StreamWrite[])[] = [];
  const held: (() => void)[] = [];
  intercept(journal, 'append', async (original, writes) => {
    batches.push(writes);
    await new Promise<void>((letGo) => held.push(letGo));
    return original(writes);
  });
  const letGo = (): void => {
    for (const next of held.splice(0)) next();
  };
  return {
    appender: new Appender(journal, { ...APPENDER_LIMITS, ...limits }),
    batches,
    letGo,
    /** Until all of it is over. */
    async finish(...runs: readonly Promise<unknown>[]): Promise<void> {
      const all = Promise.all(runs).then(() => 'over');
      const turn = () => new Promise<string>((next) => setImmediate(next, 'open'));
      while ((await Promise.race([all, turn()])) === 'open') letGo();
    },
  };
}

const sizeOf = (writes: readonly StreamWrite[] | undefined) =>
  (writes ?? []).reduce((sum, { entries }) => sum + entries.length, 0);

test('one event is in the next batch, whatever another holder has waiting', async () => {
  const { appender, batches, letGo, finish } = rig();
  const runs = Array.from({ length: 10 }, (_, nth) => appender.run(jobsOf(1000, 5, `request-${nth}`), 'heavy'));
  expect(appender.waiting.entries).toBe(50_000);
  runs.push(appender.run([job('quiet')], 'light'));
  // two are in flight: they were made before it came
  await until('full batches are in flight', () => batches.length === 2);
  letGo();
  await until('the next batch', () => batches.length > 2);
  expect(batches[2]?.map(({ stream }) => stream)).toContain('quiet');
  expect(Math.max(...batches.map(sizeOf))).toBeLessThan(3000);
  await finish(...runs);
});

test('over a store that works on few writes at once, one event waits for few others, however many holders send many', async () => {
  const { appender, batches, letGo, finish } = rig({}, { writesAtOnce: 256 });
  const heavy = ['one', 'two', 'three', 'four'];
  const runs = heavy.map((holder) => appender.run(jobsOf(5000, 1, `${holder}-host`), holder));
  await until('full batches are in flight', () => batches.length === 2);
  expect(batches.map(({ length }) => length)).toEqual([128, 128]);
  runs.push(appender.run([job('quiet')], 'light'));
  letGo();
  await until('the next batches', () => batches.length > 3);
  const writes = batches.flat().map(({ stream }) => stream);
  expect(writes.indexOf('quiet')).toBeGreaterThan(0);
  expect(writes.indexOf('quiet')).toBeLessThan(2 * 256);
  await finish(...runs);
});

test('over such a store entries of one stream still go together', async () => {
  const { appender, batches, finish } = rig({}, { writesAtOnce: 256 });
  await finish(appender.run([job('long', 2000)], 'heavy'));
  expect(batches.map((writes) => writes.map(({ entries }) => entries.length))).toEqual([[2000]]);
});

test('a holder has a bounded part of a batch while others wait, also of one stream; alone, all of it', async () => {
  const { appender, batches, finish } = rig({ maxBatches: 1 });
  const first = appender.run([job('first')], 'heavy');
  const runs = [appender.run([job('long', 2000)], 'heavy'), appender.run([job('quiet')], 'light')];
  await finish(first, ...runs);
  expect(batches[1]?.map(({ stream, entries }) => [stream, entries.length])).toEqual([
    // its turn had begun with the first entry
    ['long', APPENDER_LIMITS.maxTurnEntries - 1],
    ['quiet', 1],
  ]);
  expect(batches.slice(2).map(sizeOf)).toEqual([1501]);
});

test('where it is for a stream in which others wait too, the holder’s turn is that stream’s, and its jobs stay in order', async () => {
  const { appender, batches, finish } = rig({ maxBatches: 1, maxBatchEntries: 4, maxTurnEntries: 2 });
  const runs = [appender.run(jobsOf(1, 1), 'heavy'), appender.run(jobsOf(50, 1), 'heavy')];
  const theirs = job('host-49');
  runs.push(appender.run([theirs], 'light'));
  await finish(...runs);
  expect(batches[1]?.map(({ stream, entries }) => [stream, entries.length])).toContainEqual(['host-49', 2]);
  expect(theirs.items[0]?.revision).toBe(1);
});

test('one holder leaves room for the others; alone it may have three quarters', async () => {
  const { appender, finish } = rig({ maxWaitingEntries: 100 });
  const taken = [appender.begin(jobsOf(70, 1), 'heavy'), appender.begin(jobsOf(5, 1), 'heavy')];
  expect(appender.begin([job('more')], 'heavy')).toBeUndefined();
  taken.push(appender.begin([job('quiet')], 'light'));
  expect(taken).not.toContain(undefined);
  expect(appender.waiting.entries).toBe(76);
  await finish(...taken.map((each) => each ?? Promise.reject(new Error('refused'))));
  expect(appender.waiting).toEqual({ entries: 0, bytes: 0 });
  const all = appender.begin(jobsOf(75, 1), 'heavy');
  expect(all).toBeDefined();
  await finish(all!);
});

test('the first request of a holder is taken while there is any room, so that nobody’s large ones wait for ever', async () => {
  const { appender, finish } = rig({ maxWaitingEntries: 100 });
  const taken = [appender.begin(jobsOf(75, 1), 'heavy'), appender.begin(jobsOf(40, 1), 'light')];
  expect(taken).not.toContain(undefined);
  expect(appender.begin([job('more')], 'third')).toBeUndefined();
  await finish(...taken.map((each) => each!));
});
