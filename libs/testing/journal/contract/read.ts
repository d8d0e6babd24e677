/** J2, J4, J6: reading streams, the whole journal, single places. */
import { JOURNAL_STREAM, positionOf, START } from '#contracts';
import { identityOf, mayHaveMore, StoreUnavailable } from '#ports';
import { allAfter, entry, ids, mustPut, streamOf, write, type Bench } from './harness.js';

export function readSuite(bench: Bench): void {
  test('J6: the first entry carries the identity', async () => {
    const { journal } = bench();
    const [first, ...others] = await journal.readAll(START, 10);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ stream: JOURNAL_STREAM, revision: 0 });
    expect(identityOf(first!)).toBe(journal.identity);
    expect(journal.identity).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await journal.head()).toEqual(first);
    expect(await journal.entryAt(first!.position)).toEqual(first);
  });

  test('streams are read forwards and backwards, from anywhere, many in one call', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 5));
    await mustPut(journal, write('host-b', 1));
    const forwards = { stream: 'host-a', direction: 'forwards' } as const;
    const backwards = { stream: 'host-a', direction: 'backwards' } as const;
    const answers = await journal.read([
      { ...forwards, limit: 1000 },
      { ...forwards, limit: 2 },
      { ...forwards, from: 3, limit: 10 },
      { ...forwards, from: 5, limit: 10 },
      { ...backwards, limit: 10 },
      { ...backwards, limit: 2 },
      { ...backwards, from: 2, limit: 2 },
      { ...backwards, from: 99, limit: 1 },
      { stream: 'host-none', direction: 'forwards', limit: 1 },
      { stream: 'host-none', direction: 'backwards', limit: 1 },
      { stream: 'host-b', direction: 'backwards', limit: 3 },
    ]);
    expect(answers.map((entries) => entries.map(({ revision }) => revision).join(' '))).toEqual([
      '0 1 2 3 4',
      '0 1',
      '3 4',
      '',
      '4 3 2 1 0',
      '4 3',
      '2 1',
      '4',
      '',
      '',
      '0',
    ]);
    expect(answers[10]![0]).toMatchObject({ stream: 'host-b' });
    expect(await journal.read([])).toEqual([]);
  });

  test('J4: pages of the whole journal hold every entry once, in order, from any place shown', async () => {
    const { journal } = bench();
    for (let round = 0; round < 5; round += 1) {
      await journal.append(Array.from({ length: 9 }, (_, index) => write(`host-${index}`, 1 + (index % 3))));
    }
    const whole = await allAfter(journal, START);
    expect(whole).toHaveLength(1 + 5 * 18);
    for (const limit of [1, 2, 7]) expect(await allAfter(journal, START, limit)).toEqual(whole);
    for (const index of [0, 13, whole.length - 2]) {
      expect(await allAfter(journal, whole[index]!.position, 10)).toEqual(whole.slice(index + 1));
    }
    expect(await journal.readAll(whole.at(-1)!.position, 10)).toEqual([]);
    expect(await journal.head()).toEqual(whole.at(-1));
  });

  test('J4: reading the whole journal passes large entries, too', async () => {
    const { journal } = bench();
    const size = Math.floor(journal.maxAppendBytes * 0.9);
    const large = Array.from({ length: 6 }, () => entry(JSON.stringify('x'.repeat(size))));
    for (const one of large) await mustPut(journal, { stream: 'host-a', expected: 'any', entries: [one] });
    expect(ids((await allAfter(journal, START)).slice(1))).toEqual(ids(large));
    expect(ids(await streamOf(journal, 'host-a'))).toEqual(ids(large));
  });

  test('J2: positions exceed 2^53 somewhere: those a journal never gave answer with nothing', async () => {
    const { journal } = bench();
    const position = await mustPut(journal, write('host-a', 1));
    for (const foreign of [position + 1n, 2n ** 53n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(await journal.entryAt(positionOf(foreign))).toBeUndefined();
    }
    expect(await journal.entryAt(START)).toBeUndefined();
    expect(await journal.entryAt(position)).toMatchObject({ stream: 'host-a', revision: 0, position });
  });

  test('limits of reading are named; what is beyond them is a defect of the caller: a RangeError', async () => {
    const { journal } = bench();
    const stream = { stream: 'host-a', direction: 'forwards' } as const;
    for (const limit of [0, -1, 1.5, Number.NaN, journal.maxReadEntries + 1]) {
      await expect(journal.readAll(START, limit)).rejects.toThrow(RangeError);
      await expect(journal.read([{ ...stream, limit }])).rejects.toThrow(RangeError);
    }
    await expect(journal.read([{ ...stream, from: -1, limit: 1 }])).rejects.toThrow(RangeError);
    expect(await journal.readAll(START, journal.maxReadEntries)).toHaveLength(1);
  });

  test('round trips: reading the ends of 500 streams in one call waits for the store a few times', async () => {
    const { journal, roundTrips } = bench();
    const streams = Array.from({ length: 500 }, (_, index) => `host-${index}`);
    await journal.append(streams.map((stream) => write(stream, 2)));
    const before = roundTrips();
    const answers = await journal.read(streams.map((stream) => ({ stream, direction: 'backwards', limit: 1 })));
    expect(answers.map(([last]) => `${last!.stream} ${last!.revision}`)).toEqual(
      streams.map((stream) => `${stream} 1`),
    );
    expect(roundTrips() - before).toBeLessThanOrEqual(20);
  });

  test('memory is bounded: where the answers of a call are large, they are shorter or missing, and asking on brings the rest', async () => {
    const { journal } = bench();
    const json = JSON.stringify({ note: 'n'.repeat(journal.maxAppendBytes / 10) });
    const each = Math.ceil((journal.maxReadCharacters / json.length) * 0.7);
    const streams = ['host-a', 'host-b', 'host-c'];
    for (const stream of streams) {
      for (let nth = 0; nth < each; nth += 1)
        await mustPut(journal, { stream, expected: 'any', entries: [{ ...entry(), json }] });
    }
    for (const direction of ['forwards', 'backwards'] as const) {
      const found = new Map(streams.map((stream) => [stream, [] as number[]]));
      for (;;) {
        const reads = [...found].flatMap(([stream, revisions]) => {
          const from = direction === 'forwards' ? revisions.length : each - 1 - revisions.length;
          return revisions.length < each ? [{ stream, direction, from, limit: each - revisions.length }] : [];
        });
        if (reads.length === 0) break;
        const answers = await journal.read(reads);
        const size = answers.flat().reduce((sum, { json: { length } }) => sum + length, 0);
        expect(size).toBeLessThan(journal.maxReadCharacters + streams.length * json.length);
        expect(answers.map(({ length }) => length)).not.toContain(0);
        expect(answers.length).toBeGreaterThan(0);
        for (const answer of answers) for (const { stream, revision } of answer) found.get(stream)!.push(revision);
      }
      const all = Array.from({ length: each }, (_, nth) => (direction === 'forwards' ? nth : each - 1 - nth));
      for (const revisions of found.values()) expect(revisions).toEqual(all);
    }
    const reading = { stream: 'host-a', direction: 'forwards', limit: 1000 } as const;
    const [whole = []] = await journal.read([reading]);
    expect([whole.length, mayHaveMore(whole, 1000, journal)]).toEqual([each, false]);
    await mustPut(journal, {
      stream: 'host-a',
      expected: 'any',
      entries: Array.from({ length: 9 }, () => ({ ...entry(), json })),
    });
    await mustPut(journal, {
      stream: 'host-a',
      expected: 'any',
      entries: Array.from({ length: 9 }, () => ({ ...entry(), json })),
    });
    const [part = []] = await journal.read([reading]);
    expect(part.length).toBeLessThan(each + 18);
    expect(mayHaveMore(part, 1000, journal)).toBe(true);
  });

  test('after the close everything is refused with StoreUnavailable', async () => {
    const { journal } = bench();
    await journal.close();
    await journal.close();
    await expect(journal.append([write('host-a', 1)])).rejects.toThrow(StoreUnavailable);
    await expect(journal.read([{ stream: 'host-a', direction: 'forwards', limit: 1 }])).rejects.toThrow(
      StoreUnavailable,
    );
    await expect(journal.readAll(START, 1)).rejects.toThrow(StoreUnavailable);
    await expect(journal.head()).rejects.toThrow(StoreUnavailable);
    await expect(journal.entryAt(START)).rejects.toThrow(StoreUnavailable);
    await expect(journal.readState('relay')).rejects.toThrow(StoreUnavailable);
    await expect(journal.writeState('relay', '1', 0)).rejects.toThrow(StoreUnavailable);
    const subscribe = async () => {
      const { signal } = new AbortController();
      for await (const batch of journal.subscribe({ after: START, batchSize: 1, signal }))
        throw new Error(`shown: ${batch.length}`);
    };
    await expect(subscribe()).rejects.toThrow(StoreUnavailable);
  });
}
