/** Embarking gives way to requests and to the views, and neither holds it up for ever. */
import { done, positionOf, type Position } from '#contracts';
import type { FreshnessDemand } from '../../reading/reading.js';
import { createMemoryJournal, ingestRig, report, until, wrapJournal } from '#testing';
import { CHUNK_HOSTS } from './quest-turns.js';
import { Pace, type PaceLimits } from './pace.js';
import { defined, names, quest, requireOnce, unfinished } from './testing-quests.js';

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

describe('a chunk', () => {
  /** Chunks are logged one after the other at the positions 1, 2, 3 …; views that answer when a test lets them. */
  function paced(limits: Partial<PaceLimits>) {
    const state = { entries: 0, chunks: 0, asked: [] as (Position | undefined)[], reach: (): void => undefined };
    const views = {
      pass: async ({ minPosition }: FreshnessDemand) => {
        state.asked.push(minPosition);
        await new Promise<void>((resolve) => (state.reach = resolve));
        return done(null);
      },
    };
    const appender = {
      get waiting() {
        return { entries: state.entries, bytes: 0 };
      },
    };
    const pace = new Pace({ appender, views }, { maxLagMs: 0, requestsMs: 60_000, viewsMs: 60_000, ...limits });
    const step = () => pace.step(() => Promise.resolve(positionOf(BigInt((state.chunks += 1)))));
    return { state, step };
  }

  test('waits while requests wait for the journal', async () => {
    const { state, step } = paced({});
    state.entries = 1;
    const stepped = step();
    let looks = 0;
    await until('some looks', () => (looks += 1) > 5);
    expect(state.chunks).toBe(0);
    state.entries = 0;
    await stepped;
    expect(state.chunks).toBe(1);
  });

  test('does not wait for them for ever', async () => {
    const { state, step } = paced({ requestsMs: 1 });
    state.entries = 1;
    await step();
    expect(state.chunks).toBe(1);
  });

  test('waits until the views have what was logged some time ago', async () => {
    const { state, step } = paced({});
    await step();
    expect(state.asked).toEqual([]);
    const second = step();
    await until('the views are asked', () => state.asked.length === 1);
    expect([state.asked, state.chunks]).toEqual([[1n], 1]);
    state.reach();
    await second;
    const third = step();
    await until('the views are asked again', () => state.asked.length === 2);
    state.reach();
    await third;
    expect([state.asked, state.chunks]).toEqual([[1n, 2n], 3]);
  });

  test('does not wait for what the views may not have yet', async () => {
    const { state, step } = paced({ maxLagMs: 60_000 });
    for (let nth = 0; nth < 5; nth += 1) await step();
    expect([state.asked, state.chunks]).toEqual([[], 5]);
  });

  test('does not wait for ever for views that do not answer, and does not ask them a second time', async () => {
    const { state, step } = paced({ viewsMs: 1 });
    for (let nth = 0; nth < 5; nth += 1) await step();
    expect([state.asked.length, state.chunks]).toEqual([1, 5]);
  });
});
