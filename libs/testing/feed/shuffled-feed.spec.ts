/** The shuffled feed does what it says, by its seed, and stops on request. */
import type { Feed, FeedMessage } from '#ports';
import { entryMessages, namesOf, shuffledFeed, type ShuffledFeedOptions } from './index.js';

/** A feed that only remembers what was published. */
function remembering(): Feed & { readonly published: FeedMessage[] } {
  const published: FeedMessage[] = [];
  return {
    published,
    partitions: 4,
    publish: async (messages) => void published.push(...messages),
    consume: () => Promise.reject(new Error('nobody consumes')),
    newest: () => Promise.resolve([]),
    empty: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function published(options: ShuffledFeedOptions, calls = 40) {
  const carrier = remembering();
  const feed = shuffledFeed(carrier, options);
  for (let call = 0; call < calls; call += 1) await feed.publish(entryMessages(0, 10, call * 10));
  return { feed, carrier, names: namesOf(carrier.published) };
}

const all = namesOf(entryMessages(0, 400));
const none = { lost: 0, repeated: 0, delayed: 0, reordered: 0 };

test('all four faults come about, and what comes was published', async () => {
  const { feed, names } = await published({ seed: 1 });
  for (const count of Object.values(feed.suffered)) expect(count).toBeGreaterThan(10);
  expect(new Set(names).size).toBeLessThan(400);
  expect(names.length).toBeGreaterThan(new Set(names).size);
  expect(names.every((name) => all.includes(name))).toBe(true);
  expect([...new Set(names)]).not.toEqual(all.filter((name) => names.includes(name)));
});

test('the same seed gives the same faults, another seed others', async () => {
  const first = await published({ seed: 7 });
  expect((await published({ seed: 7 })).names).toEqual(first.names);
  expect((await published({ seed: 8 })).names).not.toEqual(first.names);
});

test('each share can be none or all', async () => {
  expect((await published({ seed: 1, ...none })).names).toEqual(all);
  expect((await published({ seed: 1, ...none, lost: 1 })).names).toEqual([]);
  const shuffled = (await published({ seed: 1, ...none, reordered: 1 })).names;
  expect(shuffled).not.toEqual(all);
  expect([...shuffled].sort()).toEqual([...all].sort());
});

test('delayed messages and second copies come some calls later', async () => {
  const delayed = (await published({ seed: 1, ...none, delayed: 0.5 })).names;
  expect(delayed).not.toEqual(all);
  expect(new Set(delayed).size).toBe(delayed.length);
  expect(delayed.length).toBeGreaterThan(360);
  const repeated = (await published({ seed: 1, ...none, repeated: 1 })).names;
  expect(new Set(repeated).size).toBe(400);
  expect(repeated.length).toBeGreaterThan(700);
});

test('after calm() what was held back comes first, then everything untouched', async () => {
  const { feed, carrier } = await published({ seed: 3 });
  feed.calm();
  carrier.published.length = 0;
  const before = { ...feed.suffered };
  for (let call = 0; call < 20; call += 1) await feed.publish(entryMessages(1, 10, call * 10));
  const names = namesOf(carrier.published);
  const held = names.filter((name) => name.startsWith('0/')).length;
  expect(held).toBeGreaterThan(0);
  expect(names.slice(held)).toEqual(namesOf(entryMessages(1, 200)));
  expect(feed.suffered).toEqual(before);
});

test('what is held back is bounded', async () => {
  const carrier = remembering();
  const feed = shuffledFeed(carrier, { seed: 1, ...none, delayed: 1 });
  await feed.publish(entryMessages(0, 5000));
  await feed.publish([]);
  expect(carrier.published.length).toBeGreaterThanOrEqual(4000);
});
