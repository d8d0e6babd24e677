/** What the feed within a process keeps to beyond the contract: the limits of its buffers, batches and pauses, and order under any coming and going. */
import { MIN_PARTITIONS, type Feed } from '#ports';
import {
  entryMessage,
  entryMessages,
  entryMessagesOfAll,
  Gate,
  inTime,
  Listener,
  namesOf,
  seededRandom,
} from '#testing';
import { createInProcessFeed, type InProcessFeedOptions } from './index.js';

const PATIENCE_MS = 5000;
let feed: Feed;

function made(options: InProcessFeedOptions = {}): Feed {
  return (feed = createInProcessFeed({ firstPauseMs: 1, longestPauseMs: 5, ...options }));
}

afterEach(() => feed.close());

/** Whether it has settled when all that can happen now has happened. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => (settled = true));
  for (let turn = 0; turn < 10; turn += 1) await new Promise((next) => setImmediate(next));
  return settled;
}

test('limits that cannot be are a defect of the caller: a RangeError that names them', () => {
  made();
  expect(() => createInProcessFeed({ partitions: MIN_PARTITIONS - 1 })).toThrow('partitions is 3');
  expect(() => createInProcessFeed({ batchMessages: 0 })).toThrow('batchMessages is 0');
  expect(() => createInProcessFeed({ bufferMessages: 0.5 })).toThrow('bufferMessages is 0.5');
  expect(createInProcessFeed({ partitions: MIN_PARTITIONS }).partitions).toBe(MIN_PARTITIONS);
});

test('messages published together come in as few batches as their limit allows', async () => {
  made({ batchMessages: 8 });
  const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
  await feed.publish(entryMessages(0, 20));
  await listener.until('all have come', () => listener.all.length === 20);
  expect(listener.batches.map(({ messages }) => messages.length)).toEqual([8, 8, 4]);
});

test('publishing waits while a buffer is full, and goes on as batches are committed; other partitions do not wait', async () => {
  made({ bufferMessages: 10, batchMessages: 4 });
  const gate = new Gate();
  const listener = await new Listener(PATIENCE_MS, () => gate.pass()).join(feed, 'group');
  await inTime(PATIENCE_MS, 'ten find room', feed.publish(entryMessages(0, 10)));
  const eleventh = feed.publish(entryMessages(0, 1, 10));
  expect(await settles(eleventh)).toBe(false);
  await inTime(PATIENCE_MS, 'another partition has room', feed.publish(entryMessages(1, 10)));
  gate.open();
  await inTime(PATIENCE_MS, 'there is room again', eleventh);
  await listener.until('all have come', () => listener.all.length === 21);
});

test('publishing waits for characters, too; one message is always taken', async () => {
  made({ bufferCharacters: 100 });
  const gate = new Gate();
  const listener = await new Listener(PATIENCE_MS, () => gate.pass()).join(feed, 'group');
  const json = JSON.stringify('x'.repeat(200));
  await inTime(PATIENCE_MS, 'the first', feed.publish([entryMessage({ partition: 0, place: 0, json })]));
  const second = feed.publish([entryMessage({ partition: 0, place: 1, json })]);
  expect(await settles(second)).toBe(false);
  gate.open();
  await inTime(PATIENCE_MS, 'the second', second);
  await listener.until('both have come', () => listener.all.length === 2);
});

test('a full group keeps the message at hand from no other group', async () => {
  made({ bufferMessages: 5 });
  const gate = new Gate();
  await new Listener(PATIENCE_MS, () => gate.pass()).join(feed, 'stuck');
  const sound = await new Listener(PATIENCE_MS).join(feed, 'sound');
  const publishing = feed.publish(entryMessages(0, 6));
  await sound.until('it has the sixth', () => sound.all.length === 6);
  expect(await settles(publishing)).toBe(false);
  gate.open();
  await inTime(PATIENCE_MS, 'all is taken', publishing);
});

test('calls of publish that overlap keep the order in which they were made', async () => {
  made({ bufferMessages: 3, batchMessages: 2 });
  const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
  await Promise.all(Array.from({ length: 50 }, (_, place) => feed.publish(entryMessages(0, 1, place))));
  await listener.until('all have come', () => listener.all.length === 50);
  expect(listener.names(0)).toEqual(namesOf(entryMessages(0, 50)));
});

test('a group that all have left keeps the newest messages, as many as its buffers hold', async () => {
  made({ bufferMessages: 10 });
  const left = await new Listener(PATIENCE_MS).join(feed, 'group');
  await left.consumer.close();
  await feed.publish(entryMessages(0, 1000));
  const back = await new Listener(PATIENCE_MS).join(feed, 'group');
  await back.until('the newest has come', () => back.names(0).at(-1) === '0/999');
  expect(back.names(0)).toEqual(namesOf(entryMessages(0, 10, 990)));
});

test('publishing that waits for a group goes on when all have left it', async () => {
  made({ bufferMessages: 5 });
  const listener = await new Listener(PATIENCE_MS, () => Promise.reject(new Error('by plan'))).join(feed, 'group');
  const publishing = feed.publish(entryMessages(0, 20));
  expect(await settles(publishing)).toBe(false);
  await listener.consumer.close();
  await inTime(PATIENCE_MS, 'all is taken', publishing);
});

test('F2: the pause doubles from failure to failure up to the longest, and starts over after a success', async () => {
  made({ firstPauseMs: 20, longestPauseMs: 80, batchMessages: 1 });
  const beginnings: number[] = [];
  let isLate = false;
  const listener = await new Listener(PATIENCE_MS, () => {
    beginnings.push(performance.now());
    // a timer set together with the pause after the success: a pause that started over ends before it
    if (beginnings.length === 6) setTimeout(() => (isLate = beginnings.length === 6), 60);
    return [5, 7].includes(beginnings.length) ? Promise.resolve() : Promise.reject(new Error('by plan'));
  }).join(feed, 'group');
  await feed.publish(entryMessages(0, 2));
  await listener.until('both are handled', () => listener.all.length === 2);
  const pauses = beginnings.slice(1).map((at, index) => at - beginnings[index]!);
  // timers are never early by more than their own millisecond; how late they are is the machine's business
  for (const [index, least] of [20, 40, 80, 80, 0, 20].entries()) expect(pauses[index]).toBeGreaterThan(least - 2);
  expect(isLate).toBe(false);
});

test('F2: many failures in a row stay within the longest pause each', async () => {
  made({ firstPauseMs: 1, longestPauseMs: 2 });
  let failures = 0;
  const listener = await new Listener(PATIENCE_MS, () => {
    return (failures += 1) > 60 ? Promise.resolve() : Promise.reject(new Error('by plan'));
  }).join(feed, 'group');
  await feed.publish(entryMessages(0, 1));
  await listener.until('it is handled', () => listener.all.length === 1);
});

test('closing does not wait for a pause to be over', async () => {
  made({ firstPauseMs: 3_600_000, longestPauseMs: 3_600_000 });
  const listener = await new Listener(PATIENCE_MS, () => Promise.reject(new Error('by plan'))).join(feed, 'group');
  await feed.publish(entryMessages(0, 1));
  await listener.until('it has failed', () => listener.batches.length === 1 && listener.running === 0);
  await inTime(PATIENCE_MS, 'the feed is closed', feed.close());
});

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  'F1, F2: while consumers come, go and fail, every message is handled, in order, one batch at a time (seed %i)',
  async (seed) => {
    made({ bufferMessages: 6, batchMessages: 3, firstPauseMs: 1, longestPauseMs: 1 });
    const random = seededRandom(seed);
    const turn = () => new Promise<void>((next) => setImmediate(next));
    const count = 40;
    const committed = Array.from({ length: feed.partitions }, () => new Set<string>());
    const listeners: Listener[] = [];
    const join = async () => {
      const listener = new Listener(PATIENCE_MS, async ({ partition, messages }, signal) => {
        for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) await turn();
        if (random() < 0.2) throw new Error('by chance');
        if (signal.aborted) return;
        for (const name of namesOf(messages)) committed[partition]!.add(name);
      });
      listeners.push(await listener.join(feed, 'group'));
    };
    await join();
    const publishing = (async () => {
      for (let place = 0; place < count; place += 1) await feed.publish(entryMessagesOfAll(feed.partitions, 1, place));
    })();
    const closing: Promise<void>[] = [];
    for (let change = 0; change < 12; change += 1) {
      for (let turns = Math.floor(random() * 5); turns > 0; turns -= 1) await turn();
      const leaving = listeners[Math.floor(random() * listeners.length)]!;
      await join();
      if (random() < 0.7) closing.push(leaving.consumer.close());
    }
    await inTime(PATIENCE_MS, 'all is taken', publishing);
    await inTime(PATIENCE_MS, 'leaving members have left', Promise.all(closing));
    const last = listeners.at(-1)!;
    await last.until('all is handled by someone', () => committed.every(({ size }) => size === count));
    committed.forEach((names, partition) => {
      expect([...names]).toEqual(namesOf(entryMessages(partition, count)));
    });
    expect(listeners.flatMap(({ overlaps }) => overlaps)).toEqual([]);
  },
);
