/** F2: groups, and how a group's consumers share the partitions, win and lose them. */
import { Gate, inTime, Listener, type Bench } from './harness.js';
import { namesOf, run, runs } from './messages.js';

export function groupsSuite({ harness, patienceMs, test }: Bench): void {
  const partitions = () => harness().feed.partitions;
  const join = (listener: Listener, group = 'group') => listener.join(harness().feed, group);
  const idle = () => join(new Listener(patienceMs));

  /** Until each partition is with one of these consumers, and they know it. */
  async function shared(...members: readonly Listener[]): Promise<void> {
    const settled = () =>
      members.reduce((sum, { consumer }) => sum + consumer.assigned.size, 0) === partitions() &&
      members.every(({ consumer, assigned }) => consumer.assigned.size === assigned.size);
    for (const member of members) await member.until('the partitions are shared out', settled);
  }

  test('F2: consumers of a group share the partitions; each message is handled by the one that has its partition', async () => {
    const { feed } = harness();
    const members = [await idle(), await idle(), await idle()];
    await shared(...members);
    const owned = members.flatMap(({ consumer }) => [...consumer.assigned]);
    expect(owned.sort((a, b) => a - b)).toEqual(Array.from({ length: partitions() }, (_, partition) => partition));
    for (const { consumer, assigned } of members) {
      expect(consumer.assigned.size).toBeGreaterThan(0);
      expect(new Set(consumer.assigned)).toEqual(assigned);
    }
    await feed.publish(runs(partitions(), 6));
    for (const member of members) {
      await member.until('its share has come', () => member.all.length >= 6 * member.assigned.size);
      for (const partition of member.assigned) expect(member.names(partition)).toEqual(namesOf(run(partition, 6)));
      expect(member.all).toHaveLength(6 * member.assigned.size);
    }
  });

  test('more consumers than partitions: some wait, and take over when others leave', async () => {
    const { feed } = harness();
    const members: Listener[] = [];
    for (let n = 0; n < partitions() + 2; n += 1) members.push(await idle());
    await shared(...members);
    const [busy, waiting] = [
      members.filter(({ assigned }) => assigned.size > 0),
      members.filter(({ assigned }) => assigned.size === 0),
    ];
    expect(waiting.length).toBeGreaterThan(0);
    for (const { consumer } of busy) await consumer.close();
    await shared(...waiting);
    await feed.publish(runs(partitions(), 1));
    for (const member of waiting) {
      await member.until('its share has come', () => member.all.length >= member.assigned.size);
    }
    expect(waiting.flatMap(({ all }) => all)).toHaveLength(partitions());
  });

  test('F2: a batch of a lost partition is signalled to stop and not committed: its next consumer gets the same messages', async () => {
    const { feed, repeatsKept = false } = harness();
    const gate = new Gate();
    const signals = new Map<number, AbortSignal>();
    const first = new Listener(patienceMs, ({ partition }, signal) => {
      signals.set(partition, signal);
      return gate.pass();
    });
    await join(first);
    await feed.publish(runs(partitions(), 3));
    await first.until('batches of all partitions are in flight', () => first.running === partitions());
    const second = await idle();
    await second.until('it has won partitions', () => second.assigned.size > 0);
    const won = [...second.assigned];
    await first.until('it knows what it has lost', () => won.every((partition) => !first.assigned.has(partition)));
    for (const partition of won) expect(signals.get(partition)!.aborted).toBe(true);
    for (const partition of first.assigned) expect(signals.get(partition)!.aborted).toBe(false);
    // the handler takes no notice and ends well: too late
    gate.open();
    await second.until('it has what was not committed', () => second.all.length >= 3 * won.length);
    for (const partition of won) expect(second.names(partition)).toEqual(namesOf(run(partition, 3)));
    await feed.publish(runs(partitions(), 1, 3));
    await second.until('the next ones have come', () => second.all.length >= 4 * won.length);
    const came = (partition: number) => (repeatsKept ? [...new Set(first.names(partition))] : first.names(partition));
    await first.until('the kept ones go on', () => [...first.assigned].every((one) => came(one).length >= 4));
    for (const partition of first.assigned) expect(came(partition)).toEqual(namesOf(run(partition, 4)));
  });

  test('F2: a partition that comes back while its old batch is still in flight waits for it: never two at one consumer', async () => {
    const { feed } = harness();
    const gate = new Gate();
    const first = new Listener(patienceMs, () => gate.pass());
    await join(first);
    await feed.publish(runs(partitions(), 2));
    await first.until('batches of all partitions are in flight', () => first.running === partitions());
    const second = new Listener(patienceMs, () => Promise.reject(new Error('by plan')));
    await join(second);
    await second.until('it has won and tried', () => second.batches.length > 0);
    await inTime(patienceMs, 'the second is closed', second.consumer.close());
    await first.until('all are its own again', () => first.assigned.size === partitions());
    gate.open();
    await first.until('all are handled', () => {
      return Array.from({ length: partitions() }, (_, one) => new Set(first.names(one)).size).every(
        (size) => size === 2,
      );
    });
    expect(first.overlaps).toEqual([]);
  });

  test('F2: groups are independent: each gets all messages, and one that fails holds no other up', async () => {
    const { feed } = harness();
    let broken = true;
    const failing = new Listener(patienceMs, () => (broken ? Promise.reject(new Error('by plan')) : Promise.resolve()));
    await join(failing, 'failing');
    const sound = await join(new Listener(patienceMs), 'sound');
    await feed.publish(runs(partitions(), 5));
    await failing.until('it has tried', () => failing.batches.length > 0);
    await sound.until('the other has all', () => sound.all.length >= 5 * partitions());
    broken = false;
    await failing.until('it has all, too', () => failing.all.length >= 5 * partitions());
    expect([...failing.all].sort()).toEqual([...sound.all].sort());
  });

  test('a group sees what is published after its first consumer joined', async () => {
    const { feed } = harness();
    const early = await join(new Listener(patienceMs), 'early');
    await feed.publish(runs(partitions(), 2));
    const late = await join(new Listener(patienceMs), 'late');
    await feed.publish(runs(partitions(), 2, 2));
    await late.until('it has them', () => {
      return Array.from({ length: partitions() }, (_, one) => late.names(one).at(-1)).every((name) =>
        name?.endsWith('/3'),
      );
    });
    for (let partition = 0; partition < partitions(); partition += 1) {
      expect(late.names(partition).slice(-2)).toEqual(namesOf(run(partition, 2, 2)));
    }
    await early.until('the first has all', () => early.all.length >= 4 * partitions());
  });

  test('publishing does not wait for a group that nobody joined or that all have left', async () => {
    const { feed, overfill } = harness();
    await inTime(patienceMs, 'nobody listens', feed.publish(run(0, overfill)));
    const gone = await join(new Listener(patienceMs), 'gone');
    await gone.consumer.close();
    const other = await join(new Listener(patienceMs), 'other');
    await inTime(patienceMs, 'one group has been left', feed.publish(run(1, overfill)));
    await other.until('the other group has all', () => other.names(1).length >= overfill);
    // what the group that was left still gets, comes in order, and what is published from now on is part of it
    const back = await join(new Listener(patienceMs), 'gone');
    await feed.publish(run(1, 1, overfill));
    await back.until('the newest has come', () => back.names(1).at(-1) === `1/${overfill}`);
    const places = back.names(1).map((name) => Number(name.split('/')[1]));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
}
