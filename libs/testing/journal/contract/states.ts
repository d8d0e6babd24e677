/** J7: named states, and J1's durability across a restart for both. */
import { START } from '#contracts';
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
