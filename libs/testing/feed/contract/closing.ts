/** Closing a feed: batches in flight end well, later calls are refused. */
import { StoreUnavailable } from '#ports';
import { Gate, inTime, Listener, type Bench } from './harness.js';
import { run, runs } from './messages.js';

export function closingSuite({ harness, patienceMs, test }: Bench): void {
  test('closing closes the consumers: batches in flight end, no handler runs or is called afterwards', async () => {
    const { feed } = harness();
    const gate = new Gate();
    const listeners = [0, 1, 2].map(() => new Listener(patienceMs, () => gate.pass()));
    for (const listener of listeners) await listener.join(feed, 'group');
    await feed.publish(runs(feed.partitions, 5));
    const running = () => listeners.reduce((sum, listener) => sum + listener.running, 0);
    for (const listener of listeners) await listener.until('all are in flight', () => running() >= feed.partitions);
    let closed = false;
    const closing = Promise.all([feed.close(), feed.close()]).then(() => (closed = true));
    expect(closed).toBe(false);
    gate.open();
    await inTime(patienceMs, 'the feed is closed', closing);
    const begun = listeners.map(({ batches }) => batches.length);
    expect(running()).toBe(0);
    await inTime(patienceMs, 'closing once more', feed.close());
    for (const { consumer } of listeners) await inTime(patienceMs, 'closing a consumer', consumer.close());
    expect(listeners.map(({ batches }) => batches.length)).toEqual(begun);
  });

  test('closing hands out no further batch, not even the messages behind those in flight', async () => {
    const { feed } = harness();
    const gates = [new Gate(), new Gate()];
    const listeners = gates.map((gate) => {
      return new Listener(patienceMs, () => gate.pass().then(() => Promise.reject(new Error('by plan'))));
    });
    for (const listener of listeners) await listener.join(feed, 'group');
    await feed.publish(runs(feed.partitions, 5));
    const begun = () => listeners.reduce((sum, { batches }) => sum + batches.length, 0);
    const running = () => listeners.reduce((sum, listener) => sum + listener.running, 0);
    for (const listener of listeners) await listener.until('all are in flight', () => running() >= feed.partitions);
    const before = begun();
    const closing = feed.close();
    gates[0]!.open();
    await listeners[0]!.until('the first has nothing in flight', () => listeners[0]!.running === 0);
    gates[1]!.open();
    await inTime(patienceMs, 'the feed is closed', closing);
    expect(begun()).toBe(before);
  });

  test('closing a consumer waits for batches of partitions that it has lost, too', async () => {
    const { feed } = harness();
    const gates = Array.from({ length: feed.partitions }, () => new Gate());
    const first = await new Listener(patienceMs, ({ partition }) => gates[partition]!.pass()).join(feed, 'group');
    await feed.publish(runs(feed.partitions, 1));
    await first.until('batches of all partitions are in flight', () => first.running === feed.partitions);
    const second = await new Listener(patienceMs).join(feed, 'group');
    await second.until('it has won partitions', () => second.assigned.size > 0);
    const lost = [...second.assigned];
    let closed = false;
    const closing = first.consumer.close().then(() => (closed = true));
    gates
      .filter((_, partition) => !lost.includes(partition))
      .forEach((gate) => {
        gate.open();
      });
    await second.until('it has all partitions', () => second.assigned.size === feed.partitions);
    // by the time that these have come, a close that did not wait would be over
    for (let place = 1; place <= 3; place += 1) {
      await feed.publish(runs(feed.partitions, 1, place));
      await second.until('the next ones have come', () => second.names(lost[0]!).at(-1) === `${lost[0]}/${place}`);
    }
    expect(closed).toBe(false);
    for (const gate of gates) gate.open();
    await inTime(patienceMs, 'the first is closed', closing);
    expect(first.running).toBe(0);
  });

  test('after the close publishing and joining are refused with StoreUnavailable', async () => {
    const { feed } = harness();
    await new Listener(patienceMs).join(feed, 'group');
    await feed.close();
    await expect(feed.publish(run(0, 1))).rejects.toThrow(StoreUnavailable);
    await expect(new Listener(patienceMs).join(feed, 'group')).rejects.toThrow(StoreUnavailable);
  });

  test('closing while publishing waits: the call ends, acknowledged or with StoreUnavailable', async () => {
    const { feed, overfill } = harness();
    const gate = new Gate();
    const listener = await new Listener(patienceMs, () => gate.pass()).join(feed, 'group');
    const publishing = [1, 2, 1].map((partition, call) => feed.publish(run(partition, overfill * 2, call * overfill)));
    const outcomes = Promise.allSettled(publishing);
    await listener.until('a batch is in flight', () => listener.running > 0);
    const closing = feed.close();
    for (const outcome of await inTime(patienceMs, 'publishing has ended', outcomes)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
    }
    gate.open();
    await inTime(patienceMs, 'the feed is closed', closing);
  });

  test('a feed that nobody uses closes', async () => {
    await inTime(patienceMs, 'the feed is closed', harness().feed.close());
  });
}
