/** What the end of a topic reads as where the driver shows nothing of it; the rest is held by the contract, on a broker. */
import { StoreUnavailable } from '#ports';
import type { KafkaClient } from './client.js';
import { readLast } from './last-messages.js';
import { timersOf } from './options.js';

const EVENTS = { CRASH: 'crash', FETCH: 'fetch', GROUP_JOIN: 'join', START_BATCH_PROCESS: 'batch' };

/** A topic whose second partition ends at offset 20, and a driver that reads so and shows no message. */
function client(fetching: boolean): KafkaClient {
  const listeners = new Map<string, () => void>();
  const consumer = {
    events: EVENTS,
    on: (event: string, listener: () => void) => listeners.set(event, listener),
    seek: () => undefined,
    connect: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    run: async () => {
      if (fetching) for (const event of [EVENTS.GROUP_JOIN, EVENTS.FETCH]) listeners.get(event)?.();
    },
    disconnect: () => Promise.resolve(),
  };
  const ranges = [
    { partition: 0, low: '4', high: '4' },
    { partition: 1, low: '3', high: '20' },
  ];
  const timers = timersOf({ joinMs: 50, firstPauseMs: 1, longestPauseMs: 1 });
  const faked = { timers, consumer: () => consumer, askPlainly: () => Promise.resolve(ranges) };
  return faked as unknown as KafkaClient;
}

test.each([
  [
    true,
    /the end of topic could not be read, though brokers answer: nothing came of partition 1 up to offset 20\. If /,
  ],
  [false, /reading the end of topic: a broker does not answer/],
])('F5: a read of the end that comes to nothing ends, and says why (fetches: %s)', async (fetching, said) => {
  const taken: unknown[] = [];
  const take = (_: number, message: unknown): void => void taken.push(message);
  const reading = readLast({ client: client(fetching), topic: 'topic', group: 'group', most: 50, take });
  await expect(reading).rejects.toThrow(StoreUnavailable);
  await expect(reading).rejects.toThrow(said);
  expect(taken).toEqual([]);
});
