/** Standing still is told from being behind, and from being idle. */
import { START, type Position } from '#contracts';
import type { Instant } from '#domain';
import { createMemoryJournal, newEntry } from '#testing';
import { Progress } from './progress.js';
import { Standstill } from './standstill.js';

const MAX_LAG_MS = 60_000;
const PARTITIONS = 4;

async function rig() {
  const journal = createMemoryJournal();
  const head = (await journal.head()).position;
  const progress = new Progress(PARTITIONS);
  let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  const clock = { nowMs: () => nowMs };
  const moveTo = (partition: number, position: Position) => {
    progress.moved([{ partition, position, entryId: null, number: null, heardAtMs: nowMs }]);
  };
  for (let partition = 0; partition < PARTITIONS; partition += 1) moveTo(partition, head);
  return {
    standstill: new Standstill({ journal, progress, clock, maxLagMs: MAX_LAG_MS }),
    progress,
    moveTo,
    wait: (ms: number) => (nowMs += ms),
    /** Recorded now. */
    append: async () => {
      const entry = { ...newEntry(), recordedAt: new Date(nowMs).toISOString() as Instant };
      await journal.append([{ stream: 'host-a', expected: 'any', entries: [entry] }]);
      return (await journal.head()).position;
    },
  };
}

test('an idle system stands still for ever, and rightly', async () => {
  const { standstill, wait } = await rig();
  wait(100 * MAX_LAG_MS);
  expect(await standstill.reason()).toBeNull();
});

test('an old entry that the views lack while nothing moves is told, and green again once it is in', async () => {
  const { standstill, wait, append, moveTo, progress } = await rig();
  const position = await append();
  wait(MAX_LAG_MS);
  expect(await standstill.reason()).toBeNull();
  wait(1000);
  expect(await standstill.reason()).toBe(
    'an entry recorded 61 s ago is not in the views, and partition 0 has not moved for 61 s',
  );
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const before = progress.positionOf(partition);
    moveTo(partition, position);
    standstill.handled(partition, before);
  }
  expect(await standstill.reason()).toBeNull();
});

test('an entry that has just come after a long quiet time is no standstill yet', async () => {
  const { standstill, wait, append } = await rig();
  wait(10 * MAX_LAG_MS);
  await append();
  wait(1000);
  expect(await standstill.reason()).toBeNull();
});

test('views that are far behind, but move, are ready', async () => {
  const { standstill, wait, append, moveTo, progress } = await rig();
  const first = await append();
  await append();
  for (let nth = 0; nth < 5; nth += 1) {
    wait(MAX_LAG_MS - 1000);
    const before = progress.positionOf(0);
    moveTo(0, (first - 5n + BigInt(nth)) as Position);
    standstill.handled(0, before);
    moveTo(1, first);
    moveTo(2, first);
    moveTo(3, first);
    expect(await standstill.reason()).toBeNull();
  }
  expect(progress.least().partition).toBe(0);
});

test('a batch that moves nothing, such as a repeated tick, is no movement', async () => {
  const { standstill, wait, append, progress } = await rig();
  await append();
  wait(MAX_LAG_MS + 1000);
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    standstill.handled(partition, progress.positionOf(partition));
  expect(await standstill.reason()).not.toBeNull();
  expect(progress.positionOf(0)).toBeGreaterThan(START);
});
