/** J7: named states, and J1's durability across a restart for both. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { START } from '#contracts';
import type { Journal } from '#ports';
import { allAfter, ids, mustPut, put, streamOf, write, type Bench } from './harness.js';

export function statesSuite(bench: Bench): void {
  test('J7: a state is written by compare-and-set on its version', async () => {
    const { journal } = bench();
    expect(await journal.readState('relay')).toBeUndefined();
    expect(await journal.writeState('relay', '{"at":1}', 1)).toBe('conflict');
    expect(await journal.writeState('relay', '{"at":1}', 0)).toBe('written');
    expect(await journal.writeState('relay', '{"at":2}', 0)).toBe('conflict');
    expect(await journal.readState('relay')).toEqual({ value: '{"at":1}', version: 1 });
    expect(await journal.writeState('relay', '{"at":"é\\u0000"}', 1)).toBe('written');
    expect(await journal.readState('relay')).toEqual({ value: '{"at":"é\\u0000"}', version: 2 });
    expect(await journal.readState('other')).toBeUndefined();
  });

  test('J7: a state that no store keeps as it is, is a defect of the caller: a TypeError or RangeError', async () => {
    const { journal } = bench();
    await expect(journal.writeState('', '1', 0)).rejects.toThrow(TypeError);
    await expect(journal.writeState('relay', '"a\0b"', 0)).rejects.toThrow(TypeError);
    await expect(journal.writeState('relay', '"a\ud83db"', 0)).rejects.toThrow(TypeError);
    for (const version of [-1, 0.5, Number.NaN]) {
      await expect(journal.writeState('relay', '1', version)).rejects.toThrow(RangeError);
    }
    const large = JSON.stringify('x'.repeat(journal.maxAppendBytes - 1));
    await expect(journal.writeState('relay', large, 0)).rejects.toThrow(RangeError);
    expect(await journal.readState('relay')).toBeUndefined();
  });

  test('J7: a state expires after its time to live; the next write begins again, at a greater version', async () => {
    const { journal } = bench();
    const ttlMs = 150;
    const writtenAfterMs = Date.now();
    expect(await journal.writeState('request', '1', 0, { ttlMs: 60_000 })).toBe('written');
    expect(await journal.writeState('request', '2', 1, { ttlMs })).toBe('written');
    const goneAtMs = await goneAt(journal, 'request');
    expect(goneAtMs - writtenAfterMs).toBeGreaterThanOrEqual(ttlMs);
    expect(await journal.writeState('request', '3', 2)).toBe('conflict');
    expect(await journal.writeState('request', '3', 0)).toBe('written');
    const state = await journal.readState('request');
    expect(state).toEqual({ value: '3', version: expect.any(Number) as number });
    expect(state!.version).toBeGreaterThan(2);
    expect(await journal.writeState('request', '4', 0)).toBe('conflict');
    expect(await journal.writeState('request', '4', state!.version, { ttlMs })).toBe('written');
    expect((await journal.readState('request'))!.version).toBeGreaterThan(state!.version);
  });

  test('J7: each write sets the time to live again, and one without keeps the state for ever', async () => {
    const { journal, reopen } = bench();
    const ttlMs = 150;
    await journal.writeState('kept', '1', 0, { ttlMs });
    await journal.writeState('renewed', '1', 0, { ttlMs });
    expect(await journal.writeState('kept', '2', 1)).toBe('written');
    expect(await journal.writeState('renewed', '2', 1, { ttlMs: 3_600_000 })).toBe('written');
    await journal.writeState('later', '1', 0, { ttlMs });
    await goneAt(journal, 'later');
    expect(await journal.readState('kept')).toEqual({ value: '2', version: 2 });
    expect(await journal.readState('renewed')).toEqual({ value: '2', version: 2 });
    await journal.close();
    const again = await reopen();
    expect(await again.readState('renewed')).toEqual({ value: '2', version: 2 });
    expect(await again.readState('later')).toBeUndefined();
    expect(await again.writeState('later', '2', 0)).toBe('written');
    await again.close();
  });

  test('J7: a time to live that is none is a defect of the caller: a RangeError', async () => {
    const { journal } = bench();
    for (const ttlMs of [0, -1, 0.5, Number.NaN, Infinity]) {
      await expect(journal.writeState('request', '1', 0, { ttlMs })).rejects.toThrow(RangeError);
    }
    expect(await journal.readState('request')).toBeUndefined();
  });

  test('J7: of many that write one version at once, one wins', async () => {
    const { journal } = bench();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => journal.writeState('lease', String(n), 0)));
    expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
    const winner = answers.indexOf('written');
    expect(await journal.readState('lease')).toEqual({ value: String(winner), version: 1 });
  });

  test('J7: states are no entries: no reader, subscriber or head shows them', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 1));
    const before = await allAfter(journal, START);
    const head = await journal.head();
    const ending = new AbortController();
    const live = journal
      .subscribe({ after: head.position, batchSize: 10, signal: ending.signal })
      [Symbol.asyncIterator]();
    const next = live.next();
    for (let version = 0; version < 5; version += 1) await journal.writeState('relay', String(version), version);
    expect(await allAfter(journal, START)).toEqual(before);
    expect(await journal.head()).toEqual(head);
    expect(await streamOf(journal, 'relay')).toEqual([]);
    const one = write('host-b', 1);
    await mustPut(journal, one);
    expect(ids((await next).value as typeof before)).toEqual(ids(one.entries));
    ending.abort();
  });

  test('J1, J6, J7: what was acknowledged is there after a restart, and the numbering goes on', async () => {
    const { journal, reopen } = bench();
    const acknowledged = Array.from({ length: 30 }, (_, index) => write(`host-${index % 4}`, 2));
    await Promise.all(acknowledged.map((one) => mustPut(journal, one)));
    await journal.writeState('relay', '7', 0);
    const whole = await allAfter(journal, START);
    await journal.close();

    const again = await reopen();
    expect(again.identity).toBe(journal.identity);
    expect(await allAfter(again, START)).toEqual(whole);
    expect(await again.readState('relay')).toEqual({ value: '7', version: 1 });
    const length = (await streamOf(again, 'host-0')).length;
    expect(await put(again, write('host-0', 1, length - 1))).toMatchObject({ kind: 'appended', firstRevision: length });
    expect((await again.head()).position > whole.at(-1)!.position).toBe(true);
    await again.close();
  });
}

/** Longest wait for a state that has expired to be gone, in milliseconds. */
const GONE_WITHIN_MS = 5000;

/** When the state was first read as gone, in milliseconds after 1970. Until then every read shows it as it was. */
async function goneAt(journal: Journal, name: string): Promise<number> {
  const state = await journal.readState(name);
  expect(state).toBeDefined();
  const limitMs = Date.now() + GONE_WITHIN_MS;
  while (Date.now() < limitMs) {
    const present = await journal.readState(name);
    if (present === undefined) return Date.now();
    expect(present).toEqual(state);
    await nextTurn();
  }
  throw new Error(`state ${name} is still there ${GONE_WITHIN_MS} ms later`);
}
