/** The journal in memory is held to the same contract as the stores it stands for. */
import { START } from '#contracts';
import { journalContract } from './contract/index.js';
import { entry, mustPut, put, streamOf, write } from './contract/harness.js';
import { countingJournal } from './counting-journal.js';
import { scriptedFaults, seededFaults } from './faults.js';
import { faultyJournal } from './faulty-journal.js';
import { createMemoryJournal, MemoryStore } from './memory-journal.js';

journalContract('memory', async () => {
  const store = new MemoryStore();
  const counted = countingJournal(createMemoryJournal({ store }));
  const { calls } = counted;
  return {
    journal: counted,
    reopen: async () => createMemoryJournal({ store }),
    roundTrips: () => Object.values(calls).reduce((sum: number, count: number) => sum + count, 0),
    dispose: () => counted.close(),
  };
});

describe('memory journal', () => {
  test('J2: positions are sparse and beyond what a double holds', async () => {
    const journal = createMemoryJournal();
    const first = (await journal.head()).position;
    expect(first > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect((await mustPut(journal, write('host-a', 1))) - first).toBeGreaterThan(1n);
  });

  test('first position and gaps can be chosen', async () => {
    const journal = createMemoryJournal({ firstPosition: 0n, gaps: (nth) => BigInt(nth) });
    expect((await journal.head()).position).toBe(0n);
    expect(await mustPut(journal, write('host-a', 3))).toBe(6n);
  });

  test('a copy of the store is a backup: what is written later is not in it', async () => {
    const store = new MemoryStore();
    const journal = createMemoryJournal({ store });
    await mustPut(journal, write('host-a', 1));
    const restored = createMemoryJournal({ store: store.copy() });
    await mustPut(journal, write('host-a', 1));
    expect(restored.identity).toBe(journal.identity);
    expect(await streamOf(restored, 'host-a')).toHaveLength(1);
  });
});

describe('faulty journal', () => {
  test('each fault stores what it says and answers what it says', async () => {
    const journal = faultyJournal(
      createMemoryJournal(),
      scriptedFaults({
        writes: ['lost', 'stored', 'failed', 'late', 'hung', null, 'overtaken'],
        rival: () => entry('{"rival":true}'),
        hangMs: 1,
      }),
    );
    const streams = ['lost', 'stored', 'failed', 'late', 'hung', 'good'];
    const kinds: string[] = [];
    const lengths = async () => {
      const all = await Promise.all(streams.map((stream) => streamOf(journal, stream)));
      return all.map(({ length }) => length);
    };
    for (const stream of streams.slice(0, 4)) kinds.push((await put(journal, write(stream, 1, 'none'))).kind);
    expect(await lengths()).toEqual([0, 1, 0, 0, 0, 0]);
    for (const stream of streams.slice(4)) kinds.push((await put(journal, write(stream, 1, 'none'))).kind);
    expect(kinds).toEqual(['unknown', 'unknown', 'failed', 'unknown', 'unknown', 'appended']);
    expect(await lengths()).toEqual([0, 1, 0, 1, 1, 1]);
    expect(await put(journal, write('overtaken', 1, 'none'))).toEqual({ kind: 'conflict', actual: 0 });
    expect((await streamOf(journal, 'overtaken'))[0]!.json).toBe('{"rival":true}');
    expect(journal.suffered).toMatchObject({ lost: 1, stored: 1, late: 1, hung: 1, failed: 1, overtaken: 1 });
  });

  test('reads, states and subscriptions go away by plan and come back', async () => {
    const down = 'unavailable';
    const journal = faultyJournal(createMemoryJournal(), scriptedFaults({ reads: [down, null, down, down, null] }));
    await expect(journal.head()).rejects.toThrow('by plan');
    await journal.head();
    await expect(journal.readState('x')).rejects.toThrow('by plan');
    const first = () =>
      journal
        .subscribe({ after: START, batchSize: 1, signal: new AbortController().signal })
        [Symbol.asyncIterator]()
        .next();
    await expect(first()).rejects.toThrow('by plan');
    expect((await first()).done).toBe(false);
    expect(journal.suffered.unavailable).toBe(3);
  });

  test('the same seed gives the same faults', async () => {
    const run = async (seed: number) => {
      const journal = faultyJournal(createMemoryJournal(), seededFaults({ seed, writes: 0.5 }));
      const outcomes = await journal.append(Array.from({ length: 50 }, () => write('host-a', 1)));
      return outcomes.map(({ kind }) => kind).join(' ');
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
    expect(await run(7)).toMatch(/appended.*unknown|unknown.*appended/);
  });
});
