/** Measuring changes nothing about the journal, and knows whether it takes writes. */
import { StoreUnavailable, type WriteOutcome } from '#ports';
import { countingJournal, createMemoryJournal, journalContract, MemoryStore, streamWrite, wrapJournal } from '#testing';
import { measuredJournal, REMEMBERED_MS } from './measured-journal.js';

const nothing = { appended: () => undefined };

journalContract('measured', async () => {
  const store = new MemoryStore();
  const counted = countingJournal(createMemoryJournal({ store }));
  const journal = measuredJournal(counted, nothing);
  return {
    journal,
    reopen: async () => measuredJournal(createMemoryJournal({ store }), nothing),
    roundTrips: () => Object.values(counted.calls).reduce((sum: number, count: number) => sum + count, 0),
    dispose: () => journal.close(),
  };
});

test('each append is reported with its outcomes', async () => {
  const reported: (readonly WriteOutcome[])[] = [];
  const journal = measuredJournal(createMemoryJournal(), {
    appended: (durationMs, outcomes) => {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      reported.push(outcomes);
    },
  });
  await journal.append([streamWrite('host-a', 1), streamWrite('host-a', 1, 7)]);
  expect(reported).toEqual([[expect.objectContaining({ kind: 'appended' }), { kind: 'conflict', actual: 0 }]]);
});

test('trouble is what was refused last, until a write is taken, or for a while', async () => {
  let outcome: WriteOutcome = { kind: 'failed', reason: 'the disk is full' };
  let nowMs = 0;
  const inner = wrapJournal(createMemoryJournal(), { append: async () => [outcome] });
  const journal = measuredJournal(inner, nothing, () => nowMs);
  expect(journal.trouble()).toBeNull();
  await journal.append([]);
  expect(journal.trouble()).toBe('it takes no writes: the disk is full');
  outcome = { kind: 'conflict', actual: 1 };
  await journal.append([]);
  expect(journal.trouble()).not.toBeNull();
  nowMs += REMEMBERED_MS + 1;
  expect(journal.trouble()).toBeNull();
  outcome = { kind: 'unknown', reason: 'the connection broke' };
  await journal.append([]);
  expect(journal.trouble()).toContain('the connection broke');
  outcome = { kind: 'appended', firstRevision: 0, position: 1n as never };
  await journal.append([]);
  expect(journal.trouble()).toBeNull();
});

test('how long it has owed an answer: from the first call that got none, until one is answered well', async () => {
  let nowMs = 0;
  const inner = createMemoryJournal();
  const waiting: (() => void)[] = [];
  const journal = measuredJournal(
    wrapJournal(inner, {
      append: async (writes) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return inner.append(writes);
      },
      head: () => Promise.reject(new StoreUnavailable('journal', 'by plan')),
    }),
    nothing,
    () => nowMs,
  );
  expect(journal.silentMs()).toBe(0);
  const appends = [journal.append([streamWrite('host-a', 1)]), journal.append([streamWrite('host-b', 1)])];
  nowMs = 100;
  // failing is no answer
  await expect(journal.head()).rejects.toThrow(StoreUnavailable);
  expect(journal.silentMs()).toBe(100);
  waiting.shift()?.();
  await appends[0];
  nowMs = 130;
  expect(journal.silentMs()).toBe(30);
  waiting.shift()?.();
  await appends[1];
  nowMs = 500;
  expect(journal.silentMs()).toBe(0);
});
