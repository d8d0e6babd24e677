/** The offset at which each of a group's partitions is read: from its commit, the log's bounds, and the offset when the group began. */
import type { KafkaClient } from './client.js';

/** Of one partition, in offsets. */
export interface Place {
  /** Undefined: none. */
  readonly committed: bigint | undefined;
  /** The first that is kept. */
  readonly low: bigint;
  /** After the last. */
  readonly high: bigint;
}

export type Places = ReadonlyMap<number, Place>;

/** Of all partitions of the topic. Throws StoreUnavailable. */
export async function placesOf(client: KafkaClient, topic: string, group: string): Promise<Places> {
  return client.ask('reading offsets', async (admin) => {
    // together, so that a join waits for one round trip less
    const [ranges, committed] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
    ]);
    const byPartition = new Map((committed[0]?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
    return new Map(
      ranges.map(({ partition, low, high }) => {
        const offset = BigInt(byPartition.get(partition) ?? -1);
        return [partition, { committed: offset < 0n ? undefined : offset, low: BigInt(low), high: BigInt(high) }];
      }),
    );
  });
}

export interface ChosenPlace {
  readonly offset: bigint;
  /** Why it is not where the group was; for the operator. */
  readonly reset?: string;
}

/** `own`: the offset that the consumer has reached itself, where it keeps a partition that it had before. */
export function choosePlace({ committed, low, high }: Place, own: bigint | undefined): ChosenPlace {
  const wanted = own ?? committed;
  if (wanted === undefined)
    return { offset: low, reset: 'nothing is committed there any more: the topic was recreated' };
  if (wanted > high) return { offset: low, reset: 'the log ends before what was committed: the topic was recreated' };
  if (wanted < low) return { offset: low, reset: 'the log begins after what was committed: it was kept too shortly' };
  return { offset: wanted };
}
