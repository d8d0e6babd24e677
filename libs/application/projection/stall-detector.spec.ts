/** A stall differs from being behind, from being idle, and from another projector's partitions. */
import { START, type Position } from '#contracts';
import type { Instant } from '#domain';
import { StoreUnavailable, wrapJournal, type Journal } from '#ports';
import { createMemoryJournal, newEntry } from '#testing';
import { Progress } from './progress.js';
import { StallDetector } from './stall-detector.js';

const MAX_LAG_MS = 60_000;
const PARTITIONS = 4;

async function rig(readAll?: (journal: Journal) => Journal['readAll']) {
  const memory = createMemoryJournal();
  const journal = readAll === undefined ? memory : wrapJournal(memory, { readAll: readAll(memory) });
  const head = (await journal.head()).position;
  const progress = new Progress(PARTITIONS);
  let nowMs = 5000;
  const moveTo = (partition: number, position: Position) => {
    progress.moved([{ partition, position, entryId: null, number: null, heardAtMs: nowMs }]);
  };
  for (let partition = 0; partition < PARTITIONS; partition += 1) moveTo(partition, head);
  const stalls = new StallDetector({ journal, progress, monotonicMs: () => nowMs, maxLagMs: MAX_LAG_MS });
  stalls.assign([0, 1, 2, 3]);
  return {
    stalls,
    progress,
    moveTo,
    wait: (ms: number) => (nowMs += ms),
    append: async (recordedAt = '2026-01-01T00:00:00.000Z' as Instant) => {
      const entries = [{ ...newEntry(), recordedAt }];
      await journal.append([{ stream: 'host-a', expected: 'any', entries }]);
      return (await journal.head()).position;
    },
  };
}

test('an idle system is never stalled', async () => {
  const { stalls, wait } = await rig();
  wait(100 * MAX_LAG_MS);
  expect(await stalls.stalled()).toBeNull();
});

test('an old entry that is missing from the views while nothing moves is reported; readiness is green again once it is in', async () => {
  const { stalls, wait, append, moveTo } = await rig();
  const position = await append();
  expect(await stalls.stalled()).toBeNull();
  wait(MAX_LAG_MS);
  expect(await stalls.stalled()).toBeNull();
  wait(1000);
  expect(await stalls.stalled()).toBe(
    'an entry of the journal has been missing from the views for 61 s, and partition 0 has not moved for 61 s',
  );
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await stalls.during(partition, async () => {
      moveTo(partition, position);
    });
  }
  expect(await stalls.stalled()).toBeNull();
});

test.each([
  ['hangs', () => () => new Promise<never>(() => undefined)],
  ['is away', () => () => Promise.reject(new StoreUnavailable('journal', 'by plan'))],
] as const)('a journal that %s is no stall of a partition that moves', async (_how, readAll) => {
  const { stalls, wait } = await rig(readAll);
  expect(await stalls.stalled()).toBeNull();
  wait(MAX_LAG_MS + 1000);
  expect(await stalls.stalled()).toBe('the journal does not answer, and partition 0 has not moved for 61 s');
});

test('an entry that has just come after a long quiet time is no stall yet', async () => {
  const { stalls, wait, append } = await rig();
  wait(10 * MAX_LAG_MS);
  await append();
  expect(await stalls.stalled()).toBeNull();
  wait(1000);
  expect(await stalls.stalled()).toBeNull();
});

test('clocks of other machines do not count: an entry recorded in the future, or long ago, is missing since it was seen missing', async () => {
  for (const recordedAt of ['2099-01-01T00:00:00.000Z', '2001-01-01T00:00:00.000Z'] as Instant[]) {
    const { stalls, wait, append } = await rig();
    wait(10 * MAX_LAG_MS);
    await append(recordedAt);
    expect(await stalls.stalled()).toBeNull();
    wait(MAX_LAG_MS + 1000);
    expect(await stalls.stalled()).toContain('has been missing from the views for 61 s');
  }
});

test('views that are far behind, but move, are ready', async () => {
  const { stalls, wait, append, moveTo, progress } = await rig();
  const first = await append();
  await append();
  for (let nth = 0; nth < 5; nth += 1) {
    wait(MAX_LAG_MS - 1000);
    await stalls.during(0, async () => {
      moveTo(0, (first - 5n + BigInt(nth)) as Position);
    });
    moveTo(1, first);
    moveTo(2, first);
    moveTo(3, first);
    expect(await stalls.stalled()).toBeNull();
  }
  expect(progress.least().partition).toBe(0);
});

test('a batch that moves nothing, such as a repeated tick, is no movement', async () => {
  const { stalls, wait, append, progress } = await rig();
  await append();
  expect(await stalls.stalled()).toBeNull();
  wait(MAX_LAG_MS + 1000);
  for (let partition = 0; partition < PARTITIONS; partition += 1) await stalls.during(partition, async () => undefined);
  expect(await stalls.stalled()).not.toBeNull();
  expect(progress.positionOf(0)).toBeGreaterThan(START);
});

test('P5: only partitions that are assigned count', async () => {
  const { stalls, wait, append, moveTo } = await rig();
  const position = await append();
  for (const partition of [0, 1]) moveTo(partition, position);
  expect(await stalls.stalled()).toBeNull();
  wait(MAX_LAG_MS + 1000);
  expect(await stalls.stalled()).toContain('partition 2 has not moved');
  stalls.revoke([2, 3]);
  expect(await stalls.stalled()).toBeNull();
  // a projector that gets a partition has the time to move it
  stalls.assign([3]);
  expect(await stalls.stalled()).toBeNull();
  wait(MAX_LAG_MS + 1000);
  expect(await stalls.stalled()).toContain('partition 3 has not moved');
});

test('F4: silence of an assigned partition is a relay that does not work; a long batch is none', async () => {
  const { stalls, wait } = await rig();
  wait(11_000);
  expect(stalls.silent()).toBe('nothing was heard from the relay for 11 s');
  stalls.revoke([1, 2, 3]);
  await stalls.during(0, async () => {
    wait(11_000);
    expect(stalls.silent()).toBeNull();
  });
  expect(stalls.silent()).toBeNull();
  wait(11_000);
  expect(stalls.silent()).not.toBeNull();
  stalls.revoke([0]);
  expect(stalls.silent()).toBeNull();
});
