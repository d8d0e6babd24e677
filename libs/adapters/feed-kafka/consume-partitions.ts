/** Consumes any topic by partitions, messages as Kafka has them: the base of the feed and of the inbound topic. */
import type { Consumer } from '#ports';
import { KafkaClient } from './client.js';
import { GroupMember, type AssignmentListener } from './group-member.js';
import { requireCount, requireName, type KafkaConnection } from './options.js';
import type { RawHandler } from './partition-worker.js';

export interface ConsumeOptions {
  readonly topic: string;
  /** The consumer group's whole name. */
  readonly group: string;
  /** Where a group without commits begins: at the oldest message kept, or with messages published from now on. */
  readonly from: 'beginning' | 'end';
  /** Most messages of one batch. 500 where absent. */
  readonly batchMessages?: number;
}

/** A partition is paused while this much of it waits for its handler. */
const QUEUE_MESSAGES = 2000;
const QUEUE_BYTES = 4_194_304;
const BATCH_MESSAGES = 500;

/**
 * Joins the group with a separate connection; resolves when it is a member. One batch at a time per partition,
 * partitions independently; a batch is committed when its handler resolves, and comes again after a growing pause when it
 * rejects. Brokers that go away are waited for until `close()`. Throws StoreUnavailable where it cannot join in time, and
 * KafkaMisconfigured or a RangeError for a defect of the set-up.
 */
export async function consumePartitions(
  connection: KafkaConnection,
  options: ConsumeOptions,
  handler: RawHandler,
  listener: AssignmentListener = {},
): Promise<Consumer> {
  const client = new KafkaClient(connection);
  const member = memberOf(client, options, handler, listener);
  const close = async (): Promise<void> => {
    await member.close();
    await client.close();
  };
  try {
    await member.join();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get assigned() {
      return member.assigned;
    },
    close,
  };
}

/** The member, not joined yet. */
export function memberOf(
  client: KafkaClient,
  { topic, group, from, batchMessages = BATCH_MESSAGES }: ConsumeOptions,
  handler: RawHandler,
  listener: AssignmentListener,
): GroupMember {
  requireName('topic', topic);
  requireName('group', group);
  const { firstPauseMs, longestPauseMs } = client.timers;
  return new GroupMember({
    client,
    topic,
    group,
    from,
    handler,
    listener,
    limits: {
      firstPauseMs,
      longestPauseMs,
      batchMessages: requireCount('batchMessages', batchMessages),
      queueMessages: QUEUE_MESSAGES,
      queueBytes: QUEUE_BYTES,
    },
  });
}
