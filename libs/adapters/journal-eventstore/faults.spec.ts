/** What the journal answers when the store loses answers, hangs, refuses, dies and comes back. */
import { jest } from '@jest/globals';
import { START, type StoredEntry } from '#contracts';
import { StoreUnavailable, type Journal, type WriteOutcome } from '#ports';
import { eventually, newEntry, streamWrite as write, until } from '#testing';
import { doublePerTest, PATIENT } from './testing-double.js';

jest.setTimeout(60_000);

const store = doublePerTest();
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

async function streamOf(journal: Journal, stream: string): Promise<readonly StoredEntry[]> {
  return (await journal.read([{ stream, direction: 'forwards', limit: 1000 }]))[0]!;
}

describe('an answer that is lost', () => {
  test('J3: is `unknown` after the limit; a sure append finds the entry, and it is stored once', async () => {
    const journal = await store().open({}, { ...PATIENT, appendTimeoutMs: 300 });
    await journal.append([write('host-a', 1)]);
    store().double.faults.unanswered = 1;
    const entry = newEntry();
    const unsure = { stream: 'host-a', expected: 0, entries: [entry] };
    expect(await journal.append([unsure])).toEqual([
      { kind: 'unknown', reason: 'the event store did not answer within 300 ms' },
    ]);
    const [[end]] = (await journal.read([{ stream: 'host-a', direction: 'backwards', limit: 1 }])) as [[StoredEntry]];
    expect(end.id).toBe(entry.id);
    // also where it is sent again at the revision that was seen before it
    expect(await journal.append([unsure])).toMatchObject([{ kind: 'appended', firstRevision: 1 }]);
    expect(await streamOf(journal, 'host-a')).toHaveLength(2);
  });

  test('J1: what follows to the same stream in the same call is not sent; other streams are not held up', async () => {
    const journal = await store().open({}, { ...PATIENT, appendTimeoutMs: 300 });
    await journal.append([write('host-a', 1)]);
    store().double.faults.unanswered = 1;
    const outcomes = await journal.append([write('host-a', 1), write('host-a', 1), write('host-b', 1)]);
    expect(kinds(outcomes)).toEqual(['unknown', 'failed', 'appended']);
    expect(await streamOf(journal, 'host-a')).toHaveLength(2);
  });

  test('it occupies its place no longer than until a later append is answered', async () => {
    const journal = await store().open({}, { ...PATIENT, appendTimeoutMs: 300, maxInFlight: 2 });
    await journal.append([write('host-a', 1)]);
    for (let round = 0; round < 3; round += 1) {
      store().double.faults.unanswered = 1;
      expect(kinds(await journal.append([write('host-a', 1)]))).toEqual(['unknown']);
      expect(kinds(await journal.append([write('host-b', 1)]))).toEqual(['appended']);
    }
  });

  test('J7: a state of unknown outcome is read again', async () => {
    const journal = await store().open({}, { ...PATIENT, appendTimeoutMs: 300 });
    await journal.writeState('relay', '1', 0);
    store().double.faults.unanswered = 1;
    expect(await journal.writeState('relay', '2', 1)).toBe('unknown');
    expect(await journal.readState('relay')).toEqual({ value: '2', version: 2 });
    expect(await journal.writeState('relay', '3', 2)).toBe('written');
  });
});

describe('a store that hangs', () => {
  test('J3: appends that were sent are `unknown`, waiting ones are `failed` and not stored; then all goes on', async () => {
    const journal = await store().open({}, { ...PATIENT, appendTimeoutMs: 300, readTimeoutMs: 300, maxInFlight: 3 });
    await journal.append([write('host-a', 1)]);
    store().double.faults.stall();
    const writes = Array.from({ length: 5 }, (_, index) => write(`host-${index}`, 1));
    expect(kinds(await journal.append(writes))).toEqual(['unknown', 'unknown', 'unknown', 'failed', 'failed']);
    // its places are occupied still: nothing piles up before a server that hangs
    expect(kinds(await journal.append([write('host-z', 1)]))).toEqual(['failed']);
    await expect(journal.head()).rejects.toThrow(StoreUnavailable);
    store().double.faults.resume();
    expect(kinds(await journal.append([write('host-y', 1)]))).toEqual(['appended']);
    const stored = (await journal.readAll(START, 100)).map(({ stream }) => stream);
    expect(stored.sort()).toEqual(['host-0', 'host-1', 'host-2', 'host-a', 'host-y', 'journal']);
  });
});

describe('a store that is away', () => {
  test('appends are `failed` and reads StoreUnavailable at once; the same journal works when it is back', async () => {
    const journal = await store().open();
    await journal.append([write('host-a', 1)]);
    const head = await journal.head();
    await store().double.kill();
    for (let round = 0; round < 3; round += 1) {
      const [outcome] = await journal.append([write('host-a', 1)]);
      expect(outcome).toEqual({ kind: 'failed', reason: expect.stringContaining('ECONNREFUSED') as string });
      await expect(journal.head()).rejects.toThrow(StoreUnavailable);
      await expect(streamOf(journal, 'host-a')).rejects.toThrow(StoreUnavailable);
      await expect(journal.writeState('relay', '1', 0)).rejects.toThrow(StoreUnavailable);
    }
    await store().double.start();
    expect(await journal.head()).toEqual(head);
    expect(await streamOf(journal, 'host-a')).toEqual([head]);
    await until('it is appended', async () => kinds(await journal.append([write('host-a', 1)]))[0] === 'appended');
    expect(await journal.writeState('relay', '1', 0)).toBe('written');
  });

  test('a client whose first read meets a server that is down would never read again: it is replaced', async () => {
    const journal = await store().open({}, { ...PATIENT, readTimeoutMs: 300 });
    const head = await journal.head();
    store().double.faults.stall();
    // a read that ends by our limit leaves a new client behind
    await expect(journal.head()).rejects.toThrow('within 300 ms');
    await store().double.kill();
    for (let round = 0; round < 3; round += 1) await expect(journal.head()).rejects.toThrow(StoreUnavailable);
    await store().double.start();
    await eventually('the head is read', async () => {
      expect((await journal.head()).id).toBe(head.id);
    });
  });

  test('an append in flight when it dies is `unknown`, and stored or not', async () => {
    const journal = await store().open();
    await journal.append([write('host-a', 1)]);
    store().double.faults.stall();
    const appending = journal.append(Array.from({ length: 20 }, (_, index) => write(`host-${index}`, 1)));
    await new Promise((resolve) => setImmediate(resolve));
    await store().double.kill();
    expect(new Set(kinds(await appending))).toEqual(new Set(['unknown']));
  });

  test('J4: a subscription ends with StoreUnavailable; one from the last position shown goes on without gap or repeat', async () => {
    const journal = await store().open();
    const written: string[] = [];
    const put = async (): Promise<void> => {
      const one = write('host-a', 1);
      if (kinds(await journal.append([one]))[0] === 'appended') written.push(...ids(one.entries));
    };
    const shown: StoredEntry[] = [];
    const { signal } = new AbortController();
    const watch = async (count: number): Promise<void> => {
      const after = shown.at(-1)?.position ?? START;
      for await (const batch of journal.subscribe({ after, batchSize: 10, signal })) {
        shown.push(...batch);
        if (shown.length >= count) return;
      }
    };
    for (let n = 0; n < 5; n += 1) await put();
    const dying = expect(watch(1000)).rejects.toThrow(StoreUnavailable);
    await until('all are shown', () => shown.length === 6, { everyMs: 0 });
    await store().double.kill();
    await dying;
    await expect(watch(1000)).rejects.toThrow(StoreUnavailable);
    await store().double.start();
    await until('eight are written', async () => (await put(), written.length === 8));
    await watch(9);
    expect(ids(shown).slice(1)).toEqual(written);
  });
});
