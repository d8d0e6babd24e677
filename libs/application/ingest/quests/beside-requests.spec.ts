/** A large quest that is embarked beside requests: they wait for a chunk of it, and what they wrote is shown soon. */
import { positionOf } from '#contracts';
import { createMemoryJournal, ingestRig, report, until, wrapJournal } from '#testing';
import { BACK_PRESSURE_LIMITS } from '../appending/back-pressure.js';
import { CHUNK_HOSTS } from './quest-turns.js';
import { defined, eventsOf, names, quest, requireOnce, unfinished } from './testing-quests.js';

test('a request waits for one chunk of a large quest at most', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  // as a disk takes them: one after the other, in the order in which they came
  let last: Promise<unknown> = Promise.resolve();
  const order: string[][] = [];
  let began = (): void => undefined;
  const chunkBegan = new Promise<void>((resolve) => (began = resolve));
  const { ingest, operator } = ingestRig(
    wrapJournal(base, {
      append: (writes) => {
        if (writes.length > 1) began();
        order.push(writes.map(({ stream }) => stream));
        const own = last.then(() => base.append(writes));
        last = own.catch(() => undefined);
        return own;
      },
    }),
  );
  await ingest.embarkQuest(quest(names(3000)), operator);
  ingest.start();
  await chunkBegan;
  const before = order.length;
  await ingest.logEvents([report('victim')], operator);
  const nth = order.findIndex((streams) => streams.includes('host-victim'));
  expect(nth).toBeLessThanOrEqual(before);
  expect(Math.max(...order.slice(0, nth).map(({ length }) => length))).toBeLessThanOrEqual(CHUNK_HOSTS);
  expect(CHUNK_HOSTS).toBeLessThanOrEqual(200);
  await until('all is embarked', () => unfinished(store).length === 0);
  requireOnce(store, 1, names(3000));
  await ingest.close();
});

test('of a large quest no more events are logged than the views show soon; a request goes on meanwhile', async () => {
  const { store, journal } = await defined();
  const { ingest, operator, views } = ingestRig(journal);
  const hosts = names(12_000);
  await ingest.embarkQuest(quest(hosts), operator);
  views.position = (await journal.head()).position;
  // they go on, and show nothing of it
  const moving = setInterval(() => (views.position = positionOf((views.position ?? 0n) + 1n)), 50);
  ingest.start();
  const logged = () => [...eventsOf(store, 1).values()].reduce((sum, count) => sum + count, 0);
  await until('much of it is logged', () => logged() >= BACK_PRESSURE_LIMITS.leastOfAll);
  expect((await ingest.logEvents([report('victim')], operator)).ok).toBe(true);
  for (let turns = 0; turns < 3000; turns += 1) await new Promise((next) => setImmediate(next));
  expect(logged()).toBeLessThan(hosts.length / 2);
  clearInterval(moving);
  views.position = undefined;
  await until('all is embarked', () => unfinished(store).length === 0);
  requireOnce(store, 1, hosts);
  await ingest.close();
}, 60_000);
