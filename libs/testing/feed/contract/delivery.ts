/** F1, F3, F4: what is published comes, whole and in order. */
import { positionOf, START } from '#contracts';
import { MIN_PARTITIONS, type FeedMessage } from '#ports';
import { Listener, type Bench } from './harness.js';
import { entryMessage, namesOf, run, runs, tickMessage } from './messages.js';

export function deliverySuite({ harness, patienceMs, test }: Bench): void {
  const listening = () => new Listener(patienceMs).join(harness().feed, 'group');

  test(`F1: there are at least ${MIN_PARTITIONS} partitions`, async () => {
    expect(harness().feed.partitions).toBeGreaterThanOrEqual(MIN_PARTITIONS);
  });

  test('F1: every message comes once, in the order published within its partition, in batches of one partition', async () => {
    const { feed } = harness();
    const listener = await listening();
    const count = 40;
    for (let call = 0; call < 5; call += 1) await feed.publish(runs(feed.partitions, count / 5, (call * count) / 5));
    await listener.until('all have come', () => listener.all.length >= count * feed.partitions);
    for (let partition = 0; partition < feed.partitions; partition += 1) {
      expect(listener.names(partition)).toEqual(namesOf(run(partition, count)));
    }
    for (const { partition, messages } of listener.batches) {
      expect(messages.length).toBeGreaterThan(0);
      expect(new Set(messages.map((message) => message.partition))).toEqual(new Set([partition]));
    }
  });

  test('F3, F4: entries and ticks are carried whole, to the last character and digit', async () => {
    const { feed } = harness();
    const listener = await listening();
    const text = JSON.stringify({ text: 'é 😀 \u202e \u2028 \u0000 \ud83d "\\', n: 1.0 });
    const last = positionOf(2n ** 64n - 1n);
    const third = entryMessage({ partition: 1, place: 2 });
    const sent: readonly FeedMessage[] = [
      tickMessage(1, { previous: START, position: START, entryId: null, number: 0 }),
      tickMessage(1, { previous: START, position: positionOf(0n), entryId: crypto.randomUUID(), number: 1 }),
      entryMessage({ partition: 1, place: 0, json: text }),
      {
        ...entryMessage({ partition: 1, place: 1, json: `{"n": 12345678901234567890.10,  "n":[ ]}` }),
        number: 2 ** 40,
      },
      { ...third, catalogueRevision: 0, entry: { ...third.entry, principal: 'ünï 😀 \u202e"\\' } },
      tickMessage(1, {
        previous: positionOf(2n ** 63n),
        position: last,
        entryId: crypto.randomUUID(),
        number: 2 ** 41,
      }),
    ];
    await feed.publish(sent);
    const got = () => listener.handled.get(1) ?? [];
    await listener.until('all have come', () => got().length >= sent.length);
    expect(got()).toEqual(sent);
  });

  test('F3: an entry as large as the journal takes is carried', async () => {
    const { feed } = harness();
    const listener = await listening();
    const large = entryMessage({ partition: 0, place: 0, json: JSON.stringify('x'.repeat(1_000_000)) });
    await feed.publish([large, entryMessage({ partition: 0, place: 1 })]);
    await listener.until('both have come', () => listener.all.length >= 2);
    expect(listener.handled.get(0)![0]).toEqual(large);
  });

  test('publishing nothing is done at once and brings nothing', async () => {
    const { feed } = harness();
    const listener = await listening();
    await feed.publish([]);
    await feed.publish(run(0, 1));
    await listener.until('the message after it has come', () => listener.all.length > 0);
    expect(listener.all).toEqual(['0/0']);
  });

  test('a partition that the feed has not is a defect of the caller: a RangeError, and nothing of the call is published', async () => {
    const { feed } = harness();
    const listener = await listening();
    for (const partition of [feed.partitions, -1, 0.5]) {
      const wrong = { ...entryMessage({ partition: 0, place: 7 }), partition };
      await expect(feed.publish([...run(0, 1, 5), wrong])).rejects.toThrow(RangeError);
    }
    await feed.publish(run(0, 1, 9));
    await listener.until('a message has come', () => listener.all.length > 0);
    expect(listener.all).toEqual(['0/9']);
  });
}
