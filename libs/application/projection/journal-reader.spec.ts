/** P3: a partition that waits for an entry of the journal gets it, or the reason why it cannot, also where another one waits. */
import { positionOf, START, type PartitionProgress } from '#contracts';
import { createMemoryJournal, streamWrite } from '#testing';
import type { Applier } from './applier.js';
import { JournalReader } from './journal-reader.js';
import { Progress } from './progress.js';
import type { ProgressWriter } from './progress-writer.js';

const never = new AbortController().signal;
const clock = { nowMs: () => 0 };

/** Of two partitions; `apply` is waited for. */
async function reader(apply: () => Promise<void> = () => Promise.resolve()) {
  const journal = createMemoryJournal();
  await journal.append([streamWrite('host-a', 3), streamWrite('host-b', 3)]);
  const progress = new Progress(2);
  const store = async (moved: readonly PartitionProgress[]): Promise<void> => {
    progress.moved(moved);
  };
  const parts = { applier: { apply } as unknown as Applier, writer: { store } as unknown as ProgressWriter };
  const { position } = await journal.head();
  return {
    journal,
    progress,
    position,
    reader: new JournalReader({ journal, progress, clock, applied: () => undefined, ...parts }),
  };
}

test('a handler that ends leaves the one that waits for the same partition after it', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { journal, progress, position, reader: reading } = await reader(() => held);
  const revoked = new AbortController();
  const former = reading.readTo(0, position, revoked.signal);
  await journal.append([streamWrite('host-c', 1)]);
  const { position: later } = await journal.head();
  const again = reading.readTo(0, later, never);
  revoked.abort();
  release();
  await former;
  await again;
  expect(progress.positionOf(0)).toBe(later);
});

test('what the journal does not hold is refused, however many wait for it', async () => {
  const { reader: reading, position } = await reader();
  const beyond = positionOf(position + 5n);
  const both = await Promise.allSettled([reading.readTo(1, beyond, never), reading.readTo(1, beyond, never)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(START).toBeLessThan(position);
});
