/** J1, J2, J3: what an append stores, answers and refuses. */
import { START } from '#contracts';
import type { WriteOutcome } from '#ports';
import { allAfter, entry, ids, mustPut, put, streamOf, write, type Bench } from './harness.js';

export function appendSuite(bench: Bench): void {
  test('J1: a write is stored whole, in order, next to each other in its stream', async () => {
    const { journal } = bench();
    const first = write('host-a', 3, 'none');
    const second = write('host-a', 2, 2);
    expect(await put(journal, first)).toMatchObject({ kind: 'appended', firstRevision: 0 });
    expect(await put(journal, second)).toMatchObject({ kind: 'appended', firstRevision: 3 });
    const stored = await streamOf(journal, 'host-a');
    expect(stored).toEqual(
      [...first.entries, ...second.entries].map((one, revision) => ({
        ...one,
        stream: 'host-a',
        revision,
        position: expect.any(BigInt) as bigint,
      })),
    );
  });

  test('J2: revisions have no holes; positions grow, and the answer names that of the last entry', async () => {
    const { journal } = bench();
    const outcomes = await journal.append([write('host-a', 2), write('host-b', 3), write('host-a', 1)]);
    const all = (await allAfter(journal, START)).slice(1);
    expect(all.map(({ stream, revision }) => `${stream} ${revision}`).sort()).toEqual(
      ['host-a 0', 'host-a 1', 'host-a 2', 'host-b 0', 'host-b 1', 'host-b 2'].sort(),
    );
    all.reduce((before, { position }) => (expect(position > before).toBe(true), position), START);
    const lastOf = (stream: string, revision: number) =>
      all.find((one) => one.stream === stream && one.revision === revision)!.position;
    expect(outcomes).toEqual([
      { kind: 'appended', firstRevision: 0, position: lastOf('host-a', 1) },
      { kind: 'appended', firstRevision: 0, position: lastOf('host-b', 2) },
      { kind: 'appended', firstRevision: 2, position: lastOf('host-a', 2) },
    ]);
  });

  test('J1: two writes of one call on one stream are done in their order', async () => {
    const { journal } = bench();
    const one = write('host-a', 2, 'none');
    const two = write('host-a', 2, 1);
    const outcomes = await journal.append([one, two]);
    expect(outcomes).toMatchObject([{ firstRevision: 0 }, { firstRevision: 2 }]);
    expect(ids(await streamOf(journal, 'host-a'))).toEqual([...ids(one.entries), ...ids(two.entries)]);
  });

  test('J3: a conflict is a value, stores nothing, and says where the stream ends', async () => {
    const { journal } = bench();
    expect(await put(journal, write('host-a', 1, 0))).toEqual({ kind: 'conflict', actual: -1 });
    await mustPut(journal, write('host-a', 2));
    const before = await journal.head();
    expect(await put(journal, write('host-a', 1, 'none'))).toEqual({ kind: 'conflict', actual: 1 });
    expect(await put(journal, write('host-a', 1, 0))).toEqual({ kind: 'conflict', actual: 1 });
    expect(await put(journal, write('host-a', 1, 5))).toEqual({ kind: 'conflict', actual: 1 });
    expect(await journal.head()).toEqual(before);
  });

  test('J3: within one call a write meets what the writes before it have left', async () => {
    const { journal } = bench();
    const first = write('host-a', 2, 'none');
    const second = write('host-a', 1, 1);
    const outcomes = await journal.append([first, write('host-a', 1, 'none'), write('host-a', 1, 0), second]);
    expect(outcomes).toMatchObject([
      { kind: 'appended', firstRevision: 0 },
      { kind: 'conflict', actual: 1 },
      { kind: 'conflict', actual: 1 },
      { kind: 'appended', firstRevision: 2 },
    ]);
    expect(ids(await streamOf(journal, 'host-a'))).toEqual([...ids(first.entries), ...ids(second.entries)]);
  });

  test('an empty write is answered with the end of its stream, whatever it expected', async () => {
    const { journal } = bench();
    const position = await mustPut(journal, write('host-a', 2));
    for (const expected of ['none', 'any', 0, 1, 7] as const) {
      expect(await put(journal, write('host-a', 0, expected))).toEqual({
        kind: 'appended',
        firstRevision: 2,
        position,
      });
    }
  });

  test('J1: a conflict of one write touches no other of the call', async () => {
    const { journal } = bench();
    const outcomes = await journal.append([write('host-a', 1), write('host-b', 4, 7), write('host-c', 1)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'conflict', 'appended']);
    expect(await streamOf(journal, 'host-b')).toEqual([]);
    expect(await streamOf(journal, 'host-c')).toHaveLength(1);
  });

  test('an empty write stores nothing and answers with the end of its stream; an empty call with nothing', async () => {
    const { journal } = bench();
    expect(await journal.append([])).toEqual([]);
    expect(await put(journal, write('host-a', 0))).toEqual({ kind: 'appended', firstRevision: 0, position: START });
    const position = await mustPut(journal, write('host-a', 2));
    const head = await journal.head();
    expect(await put(journal, write('host-a', 0))).toEqual({ kind: 'appended', firstRevision: 2, position });
    expect(await journal.head()).toEqual(head);
    expect(await put(journal, write('host-b', 1, 'none'))).toMatchObject({ kind: 'appended', firstRevision: 0 });
  });

  test('what is too large is refused before anything of it is stored, and its neighbours are stored', async () => {
    const { journal } = bench();
    const long = (characters: number) => JSON.stringify('x'.repeat(characters - 2));
    const full = { stream: 'host-a', expected: 'none', entries: [entry(long(journal.maxAppendBytes))] } as const;
    const heavy = { ...full, stream: 'host-b', entries: [entry(long(journal.maxAppendBytes - 4)), entry('"ü-"')] };
    const many = write('host-c', journal.maxAppendEntries + 1);
    const outcomes = await journal.append([full, heavy, many, write('host-d', 1)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'too-large', 'too-large', 'appended']);
    expect(await streamOf(journal, 'host-a')).toHaveLength(1);
    expect(await streamOf(journal, 'host-b')).toEqual([]);
    expect(await streamOf(journal, 'host-c')).toEqual([]);
  });

  test('J1: many calls at once on one stream: each whole, each once, and one winner per exact revision', async () => {
    const { journal } = bench();
    const calls = Array.from({ length: 50 }, () => write('host-a', 3));
    const outcomes = await Promise.all(calls.map((one) => put(journal, one)));
    const stored = await streamOf(journal, 'host-a');
    expect(stored).toHaveLength(150);
    outcomes.forEach((outcome, index) => {
      expect(outcome.kind).toBe('appended');
      const from = outcome.kind === 'appended' ? outcome.firstRevision : -1;
      expect(ids(stored.slice(from, from + 3))).toEqual(ids(calls[index]!.entries));
    });
    const rivals = await Promise.all(Array.from({ length: 20 }, () => put(journal, write('host-b', 1, 'none'))));
    const won = ({ kind }: WriteOutcome) => kind === 'appended';
    expect(rivals.filter(won)).toHaveLength(1);
    expect(rivals.filter((outcome) => !won(outcome))).toEqual(Array(19).fill({ kind: 'conflict', actual: 0 }));
  });

  test('the same id may stand in two streams: ids are the caller’s', async () => {
    const { journal } = bench();
    const twin = entry();
    await mustPut(journal, { stream: 'host-a', expected: 'any', entries: [twin] });
    await mustPut(journal, { stream: 'host-b', expected: 'any', entries: [twin] });
    expect(ids(await streamOf(journal, 'host-b'))).toEqual([twin.id]);
  });

  test('round trips: 1,000 writes to 1,000 streams in one call wait for the store a few times, not a thousand', async () => {
    const { journal, roundTrips } = bench();
    const before = roundTrips();
    const outcomes = await journal.append(
      Array.from({ length: 1000 }, (_, index) => write(`host-${index}`, 1, 'none')),
    );
    expect(outcomes.every(({ kind }) => kind === 'appended')).toBe(true);
    expect(roundTrips() - before).toBeGreaterThan(0);
    expect(roundTrips() - before).toBeLessThanOrEqual(5);
  });
}
