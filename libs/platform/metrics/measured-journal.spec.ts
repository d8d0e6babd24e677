/** Measuring changes nothing about the journal, and knows whether it takes writes. */
import type { WriteOutcome } from '#ports';
import { createMemoryJournal, journalContract, MemoryStore, streamWrite } from '#testing';
import { measuredJournal, REMEMBERED_MS } from './measured-journal.js';

const nothing = { appended: () => undefined };

describe('the contract holds through it', () => {
  journalContract(async () => {
    const store = new MemoryStore();
    let trips = 0;
    const open = () => {
      const journal = measuredJournal(createMemoryJournal({ store }), nothing);
      return {
        ...journal,
        append: (...args: Parameters<typeof journal.append>) => ((trips += 1), journal.append(...args)),
        read: (...args: Parameters<typeof journal.read>) => ((trips += 1), journal.read(...args)),
      };
    };
    const journal = open();
    return { journal, reopen: async () => open(), roundTrips: () => trips, dispose: () => journal.close() };
  });
});

test('each append is told with its outcomes', async () => {
  const told: (readonly WriteOutcome[])[] = [];
  const journal = measuredJournal(createMemoryJournal(), {
    appended: (durationMs, outcomes) => {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      told.push(outcomes);
    },
  });
  await journal.append([streamWrite('host-a', 1), streamWrite('host-a', 1, 7)]);
  expect(told).toEqual([[expect.objectContaining({ kind: 'appended' }), { kind: 'conflict', actual: 0 }]]);
});

test('trouble is what was refused last, until a write is taken, or for a while', async () => {
  let outcome: WriteOutcome = { kind: 'failed', reason: 'the disk is full' };
  let nowMs = 0;
  const inner = { ...createMemoryJournal(), append: async () => [outcome] };
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
