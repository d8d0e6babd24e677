/** F2: one batch at a time per partition, committed when it was handled, and again when it was not. */
import { Gate, inTime, Listener, type Bench } from './harness.js';
import { namesOf, run, runs } from './messages.js';

export function handlingSuite({ harness, patienceMs, test }: Bench): void {
  test('F2: a partition has one batch in flight; the others go on beside it', async () => {
    const { feed } = harness();
    const gate = new Gate();
    const listener = new Listener(patienceMs, ({ partition }) => (partition === 0 ? gate.pass() : Promise.resolve()));
    await listener.join(feed, 'group');
    await feed.publish(runs(feed.partitions, 3));
    await listener.until('a batch of partition 0 is in flight', () => listener.running > 0);
    await feed.publish(runs(feed.partitions, 3, 3));
    const others = 6 * (feed.partitions - 1);
    await listener.until('all of the other partitions have come', () => listener.all.length >= others);
    expect(listener.names(0)).toEqual([]);
    expect(listener.batches.filter(({ partition }) => partition === 0)).toHaveLength(1);
    gate.open();
    await listener.until('partition 0 has come', () => listener.names(0).length >= 6);
    expect(listener.names(0)).toEqual(namesOf(run(0, 6)));
    expect(listener.overlaps).toEqual([]);
  });

  test('F2: a batch whose handler fails comes again, the same messages first, until it is handled; then what follows', async () => {
    const { feed } = harness();
    let failures = 0;
    const listener = new Listener(patienceMs, ({ partition }) => {
      if (partition !== 1 || failures === 4) return Promise.resolve();
      failures += 1;
      // a handler may also throw before it promises anything
      if (failures === 2) throw new Error('at once');
      return Promise.reject(new Error('by plan'));
    });
    await listener.join(feed, 'group');
    await feed.publish(runs(feed.partitions, 5));
    await listener.until('all have come', () => listener.all.length >= 5 * feed.partitions);
    const tries = listener.batches.filter(({ partition }) => partition === 1).slice(0, 5);
    const first = namesOf(tries[0]!.messages);
    for (const { messages } of tries) {
      // from the same one on; a feed may bring fewer at once
      const again = namesOf(messages).slice(0, first.length);
      expect(again).toEqual(first.slice(0, again.length));
    }
    await feed.publish(run(1, 3, 5));
    await listener.until('the rest has come', () => listener.names(1).length >= 8);
    expect(listener.names(1)).toEqual(namesOf(run(1, 8)));
  });

  test('F2: closing a consumer finishes and commits the batches in flight; the next one gets the unhandled messages, and no more', async () => {
    const { feed } = harness();
    const gate = new Gate();
    const first = new Listener(patienceMs, ({ partition }) =>
      partition === 0 ? gate.pass() : Promise.reject(new Error('by plan')),
    );
    await first.join(feed, 'group');
    await feed.publish(runs(feed.partitions, 4));
    await first.until('batches of all partitions were begun', () => {
      return new Set(first.batches.map(({ partition }) => partition)).size === feed.partitions;
    });
    let closed = false;
    const closing = first.consumer.close().then(() => (closed = true));
    const again = first.consumer.close();
    expect(closed).toBe(false);
    gate.open();
    await inTime(patienceMs, 'the consumer is closed', Promise.all([closing, again]));
    expect(first.running).toBe(0);
    expect([...first.consumer.assigned]).toEqual([]);
    const handled = first.names(0).length;
    expect(handled).toBeGreaterThan(0);

    const next = await new Listener(patienceMs).join(feed, 'group');
    await feed.publish(runs(feed.partitions, 1, 4));
    await next.until('the rest has come', () => next.all.length >= 5 * feed.partitions - handled);
    expect(next.names(0)).toEqual(namesOf(run(0, 5).slice(handled)));
    for (let partition = 1; partition < feed.partitions; partition += 1) {
      expect(next.names(partition)).toEqual(namesOf(run(partition, 5)));
    }
  });

  test('F2: a stalled handler holds one batch of bounded size, however much is published', async () => {
    const { feed, overfill } = harness();
    const gate = new Gate();
    const listener = new Listener(patienceMs, () => gate.pass());
    await listener.join(feed, 'group');
    const count = overfill * 3;
    const publishing = feed.publish(run(2, count));
    await listener.until('a batch is in flight', () => listener.running === 1);
    expect(listener.batches[0]!.messages.length).toBeLessThanOrEqual(overfill);
    gate.open();
    await listener.until('all have come', () => listener.names(2).length >= count);
    await inTime(patienceMs, 'all is acknowledged', publishing);
    expect(listener.names(2)).toEqual(namesOf(run(2, count)));
    expect(listener.overlaps).toEqual([]);
  });
}
