/** The order over many streams that an import keeps: writes one behind the other, up to the first that is not stored. */
import { START } from '#contracts';
import { allAfter, entry, ids, mustPut, streamOf, write, type Bench } from './harness.js';

export function appendInOrderSuite(bench: Bench): void {
  test('writes to many streams stand in the whole journal in the order in which they are given, and answer where', async () => {
    const { journal } = bench();
    const writes = Array.from({ length: 60 }, (_, nth) => {
      const stream = `host-${nth % 7}`;
      const revision = Math.floor(nth / 7) - 1;
      return write(stream, 1, revision < 0 ? 'none' : revision);
    });
    const outcomes = await journal.appendInOrder(writes);
    const all = (await allAfter(journal, START)).slice(1);
    expect(ids(all)).toEqual(ids(writes.flatMap(({ entries }) => entries)));
    expect(outcomes).toEqual(
      all.map(({ revision, position }) => ({ kind: 'appended', firstRevision: revision, position })),
    );
  });

  test('it ends with the first conflict: what stands before it is stored, and nothing behind it', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 2));
    const before = write('host-b', 2, 'none');
    const outcomes = await journal.appendInOrder([before, write('host-a', 1, 0), write('host-c', 1, 'none')]);
    expect(outcomes).toMatchObject([
      { kind: 'appended', firstRevision: 0 },
      { kind: 'conflict', actual: 1 },
    ]);
    expect(outcomes).toHaveLength(2);
    expect(ids(await streamOf(journal, 'host-b'))).toEqual(ids(before.entries));
    expect(await streamOf(journal, 'host-a')).toHaveLength(2);
    expect(await streamOf(journal, 'host-c')).toEqual([]);
  });

  test('all writes of a call have the limits of one; nothing is stored of more, or of none', async () => {
    const { journal } = bench();
    const head = await journal.head();
    const long = JSON.stringify('x'.repeat(Math.floor(journal.maxAppendBytes / 2)));
    const heavy = ['host-a', 'host-b'].map((stream) => ({
      ...{ stream, expected: 'none' as const, entries: [entry(long)] },
    }));
    expect(await journal.appendInOrder(heavy)).toMatchObject([{ kind: 'too-large' }]);
    const half = Math.floor(journal.maxAppendEntries / 2) + 1;
    const many = [write('host-a', half), write('host-b', half)];
    expect(await journal.appendInOrder(many)).toMatchObject([{ kind: 'too-large' }]);
    expect(await journal.appendInOrder([])).toEqual([]);
    expect(await journal.head()).toEqual(head);
  });
}
