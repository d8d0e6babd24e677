/** F5: what a feed keeps for later consumers, and that it can be emptied of it. */
import { Listener, type Bench } from './harness.js';
import { namesOf, run, runs, tickMessage } from './messages.js';

export function keepingSuite({ harness, patienceMs, test }: Bench): void {
  /** Sorted by partition. */
  const newest = async () => [...(await harness().feed.newest())].sort((a, b) => a.partition - b.partition);

  test('F5: a feed to which nothing was published has no newest message, and can be emptied', async () => {
    expect(await newest()).toEqual([]);
    await harness().feed.empty();
    expect(await newest()).toEqual([]);
  });

  test('F5: of each partition that has any, what it keeps ends with the newest: whole, and whatever was repeated behind it', async () => {
    const { feed, keeps } = harness();
    const entries = runs(feed.partitions, 3).filter(({ partition }) => partition > 0);
    const { entry } = entries.find(({ partition }) => partition === 1)!;
    const tick = tickMessage(1, { previous: entry.position, position: entry.position, entryId: entry.id, number: 1 });
    await feed.publish([...entries, tick, ...run(1, 1)]);
    const ends = entries.filter(({ entry: { revision } }) => revision === 2);
    expect(await newest()).toEqual(keeps === true ? ends.sort((a, b) => a.partition - b.partition) : []);
  });

  test('F5: of a partition that two journals share, it is the newest of each, whichever has the greater positions', async () => {
    const { feed, keeps } = harness();
    const ours = run(1, 3);
    const theirs = { ...run(1, 1)[0]!, journal: crypto.randomUUID() };
    await feed.publish([...ours, theirs]);
    expect(await newest()).toEqual(keeps === true ? [ours[2], theirs] : []);
  });

  test('F5: it is the same while a group consumes, and leaves that where it is', async () => {
    const { feed, keeps } = harness();
    const listener = await new Listener(patienceMs).join(feed, 'group');
    await feed.publish(runs(feed.partitions, 2));
    await listener.until('all have come', () => listener.all.length === 2 * feed.partitions);
    expect(await newest()).toHaveLength(keeps === true ? feed.partitions : 0);
    await feed.publish(runs(feed.partitions, 1, 2));
    await listener.until('the next ones have come', () => listener.all.length >= 3 * feed.partitions);
    for (let partition = 0; partition < feed.partitions; partition += 1)
      expect(listener.names(partition)).toEqual(namesOf(run(partition, 3)));
  });

  test('F5: what was kept before it was emptied comes to nobody who joins after that; what comes then, does', async () => {
    const { feed, keeps } = harness();
    const first = await new Listener(patienceMs).join(feed, 'group');
    await first.consumer.close();
    await feed.publish(runs(feed.partitions, 2));
    await feed.empty();
    expect(await newest()).toEqual([]);
    const second = await new Listener(patienceMs).join(feed, 'group');
    await feed.publish(runs(feed.partitions, 1, 7));
    await second.until('they have come', () => second.all.length >= feed.partitions);
    // what only waits in a process is not kept
    const waiting = keeps === true ? [] : run(0, 2);
    for (let partition = 0; partition < feed.partitions; partition += 1)
      expect(second.names(partition)).toEqual(
        [...waiting, ...run(0, 1, 7)].map(({ entry }) => `${partition}/${entry.revision}`),
      );
  });
}
