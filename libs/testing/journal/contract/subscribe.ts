/** J4, J5: subscriptions show every entry once, in order, at the pace of the reader. */
import { START, type StoredEntry } from '#contracts';
import { StoreUnavailable } from '#ports';
import { allAfter, firstOf, ids, mustPut, write, type Bench } from './harness.js';

export function subscribeSuite(bench: Bench): void {
  test('J4: from START, the middle and the end, a subscription shows what stands after and what comes', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 20));
    const stored = await allAfter(journal, START);
    const places = [START, stored[9]!.position, stored.at(-1)!.position];
    const counts = [21, 11, 0].map((count) => count + 3);
    const running = places.map((after, index) => firstOf(journal, { after, count: counts[index]! }));
    for (let n = 0; n < 3; n += 1) await mustPut(journal, write('host-b', 1));
    const whole = await allAfter(journal, START);
    const [fromStart, fromMiddle, fromEnd] = await Promise.all(running);
    expect(fromStart).toEqual(whole);
    expect(fromMiddle).toEqual(whole.slice(10));
    expect(fromEnd).toEqual(whole.slice(21));
  });

  test('J4: catching up and going live under concurrent appends shows no gap and no repeat', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-0', 200));
    const writers = 8;
    const rounds = 40;
    const total = 1 + 200 + writers * rounds * 2;
    const subscribers = [1, 3, 50].map((batchSize) => firstOf(journal, { after: START, count: total, batchSize }));
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let round = 0; round < rounds; round += 1) await mustPut(journal, write(`host-${writer}`, 2));
      }),
    );
    const whole = await allAfter(journal, START);
    expect(whole).toHaveLength(total);
    for (const shown of await Promise.all(subscribers)) expect(ids(shown)).toEqual(ids(whole));
  });

  test('J4: once an entry was shown, every read shows it, and nothing appears before it later', async () => {
    const { journal } = bench();
    const ending = new AbortController();
    const seen: StoredEntry[] = [];
    const watching = (async () => {
      for await (const batch of journal.subscribe({ after: START, batchSize: 5, signal: ending.signal })) {
        seen.push(...batch);
        const last = batch.at(-1)!;
        expect(await journal.entryAt(last.position)).toEqual(last);
        expect((await journal.head()).position >= last.position).toBe(true);
        if (seen.length === 121) ending.abort();
      }
    })();
    await Promise.all(Array.from({ length: 60 }, (_, index) => mustPut(journal, write(`host-${index % 7}`, 2))));
    await watching;
    expect(ids(seen)).toEqual(ids(await allAfter(journal, START)));
  });

  test('J5: a subscriber that does not ask reads nothing, and slows neither appends nor others', async () => {
    const { journal, roundTrips } = bench();
    const slow = journal
      .subscribe({ after: START, batchSize: 2, signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    expect((await slow.next()).value).toHaveLength(1);
    const before = roundTrips();
    for (let n = 0; n < 50; n += 1) await mustPut(journal, write('host-a', 10));
    expect(roundTrips() - before).toBeLessThanOrEqual(55);
    expect(await firstOf(journal, { after: START, count: 501 })).toHaveLength(501);
    const next = (await slow.next()).value as readonly StoredEntry[];
    expect(next.map(({ revision }) => revision).slice(0, 2)).toEqual([0, 1].slice(0, next.length));
    expect(next.length).toBeLessThanOrEqual(2);
    await slow.return?.();
  });

  test('a subscription ends when its signal aborts: while it waits, and before it began', async () => {
    const { journal } = bench();
    const { position } = await journal.head();
    const ending = new AbortController();
    const waiting = journal.subscribe({ after: position, batchSize: 5, signal: ending.signal })[Symbol.asyncIterator]();
    const next = waiting.next();
    await journal.head();
    ending.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const late = journal.subscribe({ after: START, batchSize: 5, signal: ending.signal })[Symbol.asyncIterator]();
    expect(await late.next()).toEqual({ done: true, value: undefined });
  });

  test('leaving a subscription in the middle harms nobody', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 30));
    for (let n = 0; n < 30; n += 1) {
      const { signal } = new AbortController();
      for await (const batch of journal.subscribe({ after: START, batchSize: 3, signal })) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(await firstOf(journal, { after: START, count: 31 })).toHaveLength(31);
  });

  test('closing ends subscriptions, waiting ones and busy ones', async () => {
    const { journal } = bench();
    await mustPut(journal, write('host-a', 30));
    const { position } = await journal.head();
    const { signal } = new AbortController();
    const waiting = journal.subscribe({ after: position, batchSize: 5, signal })[Symbol.asyncIterator]();
    const middle = journal.subscribe({ after: START, batchSize: 5, signal })[Symbol.asyncIterator]();
    await middle.next();
    const next = waiting.next();
    await journal.close();
    expect((await next).done).toBe(true);
    expect((await middle.next()).done).toBe(true);
  });

  test('closing finishes the appends in flight: each is stored or was refused', async () => {
    const { journal, reopen } = bench();
    const writes = Array.from({ length: 40 }, (_, index) => write(`host-${index}`, 3, 'none'));
    const answers = Promise.allSettled(writes.map((one) => journal.append([one])));
    await journal.close();
    const again = await reopen();
    const stored = new Set(ids(await allAfter(again, START)));
    (await answers).forEach((answer, index) => {
      const own = ids(writes[index]!.entries).filter((id) => stored.has(id)).length;
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(StoreUnavailable);
      const kind = answer.status === 'fulfilled' ? answer.value[0]!.kind : 'failed';
      if (kind === 'appended') expect(own).toBe(3);
      else if (kind === 'unknown') expect([0, 3]).toContain(own);
      else expect(own).toBe(0);
    });
  });

  test('a batch size outside the limits of reading is a defect of the caller: a RangeError', async () => {
    const { journal } = bench();
    for (const batchSize of [0, journal.maxReadEntries + 1]) {
      const { signal } = new AbortController();
      const first = async () => journal.subscribe({ after: START, batchSize, signal })[Symbol.asyncIterator]().next();
      await expect(first()).rejects.toThrow(RangeError);
    }
  });
}
