/**
 * The last messages of a topic, read by the one consumer of a group of its own, which commits nothing: all other groups go on
 * as if it had not been there.
 */
import type { EachBatchPayload } from 'kafkajs';
import { StoreUnavailable } from '#ports';
import type { KafkaClient } from './client.js';
import { startError } from './errors.js';
import type { RawMessage } from './partition-worker.js';
import { pauseAfter, sleep, TimedOut, within } from './waiting.js';

export interface LastMessages {
  readonly client: KafkaClient;
  readonly topic: string;
  /** Its own: two that shared one would share the partitions. */
  readonly group: string;
  /** Most messages of each partition. */
  readonly most: number;
  /** Gets them one by one, in their order by partition; where something failed in between, once more. */
  readonly take: (partition: number, message: RawMessage) => void;
}

/** Of one partition, in offsets. */
interface Stretch {
  readonly from: bigint;
  /** After the last. */
  readonly to: bigint;
}

/**
 * Resolves when all of them were taken. Brokers that are away for a moment are waited for, as for a join. Throws
 * StoreUnavailable, or KafkaMisconfigured for a missing right. The driver neither shows nor passes a batch of which compaction
 * has left no message: that is said after the time of a join.
 */
export async function readLast(what: LastMessages): Promise<void> {
  const { client, topic } = what;
  const { timers } = client;
  const limitMs = performance.now() + timers.joinMs;
  for (let failures = 1; ; failures += 1) {
    try {
      await read(what);
      return;
    } catch (error) {
      const known = startError(`reading the end of ${topic}`, error);
      if (!(known instanceof StoreUnavailable) || performance.now() > limitMs) throw known;
      await sleep(pauseAfter(failures, timers), new AbortController().signal);
    }
  }
}

async function read({ client, topic, group, most, take }: LastMessages): Promise<void> {
  const left = await stretches(client, topic, most);
  if (left.size === 0) return;
  const consumer = client.consumer(group);
  const { CRASH, FETCH, GROUP_JOIN, START_BATCH_PROCESS } = consumer.events;
  let fetches = 0;
  try {
    const all = new Promise<void>((resolve, reject) => {
      const reached = (partition: number, next: bigint): void => {
        const stretch = left.get(partition);
        if (stretch !== undefined && next >= stretch.to) left.delete(partition);
        if (left.size === 0) resolve();
      };
      consumer.on(CRASH, ({ payload: { error } }) => {
        reject(error);
      });
      consumer.on(FETCH, () => {
        fetches += 1;
      });
      // within the driver's join, before it fetches
      consumer.on(GROUP_JOIN, () => {
        for (const [partition, { from }] of left) consumer.seek({ topic, partition, offset: String(from) });
      });
      // control records alone (of transactions) are handed to nobody
      consumer.on(START_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
        if (batchSize === 0) reached(partition, BigInt(lastOffset) + 1n);
      });
      const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
        const { batch } = payload;
        const { partition, messages } = batch;
        const stretch = left.get(partition);
        if (stretch === undefined || payload.isStale()) return;
        for (const message of messages) if (BigInt(message.offset) >= stretch.from) take(partition, message);
        reached(partition, BigInt(batch.lastOffset()) + 1n);
      };
      const begin = async (): Promise<void> => {
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({ autoCommit: false, eachBatch });
      };
      begin().catch(reject);
    });
    await within(client.timers.joinMs, 'reading the last messages', all);
  } catch (error) {
    throw error instanceof TimedOut && fetches > 0 ? nothingOf(topic, left, error) : error;
  } finally {
    await within(client.timers.requestMs, 'leaving the group', consumer.disconnect()).catch(() => undefined);
  }
}

/** The brokers have answered, and did not show these. */
function nothingOf(topic: string, left: ReadonlyMap<number, Stretch>, cause: TimedOut): StoreUnavailable {
  const where = [...left].map(([partition, { to }]) => `${partition} up to offset ${to}`).join(', ');
  const reason =
    `the end of ${topic} could not be read, though brokers answer: nothing came of partition ${where}. If the topic ` +
    'is compacted, set its cleanup.policy to "delete" and empty it with kafka-delete-records.sh';
  return new StoreUnavailable('feed', reason, { cause });
}

/** Of the partitions with messages. */
async function stretches(client: KafkaClient, topic: string, most: number): Promise<Map<number, Stretch>> {
  const ranges = await client.askPlainly('reading offsets', (admin) => admin.fetchTopicOffsets(topic));
  const filled = ranges.filter(({ low, high }) => BigInt(low) < BigInt(high));
  return new Map(
    filled.map(({ partition, low, high }) => {
      const [first, to] = [BigInt(low), BigInt(high)];
      const from = to - BigInt(most);
      return [partition, { from: from > first ? from : first, to }];
    }),
  );
}
