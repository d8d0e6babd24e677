/** The feed port on Kafka: one topic, its partitions ours, each group a consumer group. */
import {
  MIN_PARTITIONS,
  StoreUnavailable,
  type BatchHandler,
  type Consumer,
  type Feed,
  type FeedBatch,
  type FeedMessage,
} from '#ports';
import { KafkaClient } from './client.js';
import { memberOf } from './consume-partitions.js';
import { startError } from './errors.js';
import type { AssignmentListener } from './group-member.js';
import { readLast } from './last-messages.js';
import { decodeMessage, encodeMessage, type Outgoing } from './message-codec.js';
import { NewestMessages } from './newest.js';
import { requireCount, requireName, type KafkaFeedOptions } from './options.js';
import type { RawBatch } from './partition-worker.js';
import { Publisher } from './publisher.js';
import { ensureTopic, type TopicShape } from './topic.js';

/** The messages of a partition that are looked at for the newest: a relay that starts begins a little before its last end. */
const LAST_MESSAGES = 50;

/** The feed, and its failures. */
export interface KafkaFeed extends Feed {
  /** Messages so far that were foreign or damaged, by partition: they were logged and passed over. */
  unreadable(): readonly number[];
}

/**
 * Connects, and creates or checks the topic. Throws StoreUnavailable where the brokers are away; KafkaMisconfigured, in
 * one sentence, for wrong credentials, a missing right or a topic that differs; a RangeError for options that cannot be.
 */
export async function openKafkaFeed(options: KafkaFeedOptions): Promise<KafkaFeed> {
  const { prefix, partitions, replication = 1 } = options;
  requireCount('partitions', partitions, MIN_PARTITIONS);
  requireCount('replication', replication);
  const shape = { topic: `${requireName('prefix', prefix)}.journal`, partitions, replication };
  const client = new KafkaClient(options);
  try {
    const { maxMessageBytes } = await ensureTopic(client, shape);
    return new FeedOnKafka(client, shape, options, maxMessageBytes);
  } catch (error) {
    await client.close();
    throw error;
  }
}

class FeedOnKafka implements KafkaFeed {
  readonly partitions: number;
  private readonly topic: string;
  private readonly publisher: Publisher;
  private readonly consumers = new Set<Consumer>();
  private readonly unread: number[];
  private closing: Promise<void> | undefined;

  constructor(
    private readonly client: KafkaClient,
    shape: TopicShape,
    private readonly options: KafkaFeedOptions,
    maxMessageBytes: number,
  ) {
    this.topic = shape.topic;
    this.partitions = options.partitions;
    this.publisher = new Publisher(client, shape, maxMessageBytes);
    this.unread = Array.from({ length: this.partitions }, () => 0);
  }

  async publish(messages: readonly FeedMessage[]): Promise<void> {
    this.requireOpen();
    for (const { partition } of messages) this.requirePartition(partition);
    await this.publisher.publish(encoded(messages));
  }

  async consume(group: string, handler: BatchHandler, listener: AssignmentListener = {}): Promise<Consumer> {
    this.requireOpen();
    const { topic, client, options } = this;
    const batchMessages = options.batchMessages === undefined ? {} : { batchMessages: options.batchMessages };
    const member = memberOf(
      client,
      { topic, group: `${options.prefix}.${group}`, from: 'end', ...batchMessages },
      (batch, signal) => this.handle(batch, handler, signal),
      listener,
    );
    // from now on, so that closing the feed ends one that is still joining
    this.consumers.add(member);
    try {
      await member.join();
    } catch (error) {
      this.consumers.delete(member);
      throw error;
    }
    return {
      get assigned() {
        return member.assigned;
      },
      close: async () => {
        await member.close();
        this.consumers.delete(member);
      },
    };
  }

  async newest(): Promise<readonly FeedMessage[]> {
    this.requireOpen();
    const { client, topic, options } = this;
    const newest = new NewestMessages();
    await readLast({
      ...{ client, topic, most: LAST_MESSAGES },
      group: `${options.prefix}.newest-${crypto.randomUUID()}`,
      take: (partition, raw) => {
        const decoded = decodeMessage(partition, raw);
        newest.take(partition, decoded.ok ? decoded.message : null);
      },
    });
    for (const partition of newest.unreadable)
      client.log.warn('None of the last messages can be read: whose they are is not known', { topic, partition });
    return newest.messages;
  }

  async empty(): Promise<void> {
    this.requireOpen();
    const { client, topic } = this;
    const doing = `emptying ${topic}`;
    try {
      await client.askPlainly(doing, async (admin) => {
        const ranges = await admin.fetchTopicOffsets(topic);
        const filled = ranges.filter(({ low, high }) => BigInt(low) < BigInt(high));
        const partitions = filled.map(({ partition, high }) => ({ partition, offset: high }));
        if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
      });
    } catch (error) {
      throw startError(doing, error);
    }
  }

  unreadable(): readonly number[] {
    return [...this.unread];
  }

  async close(): Promise<void> {
    this.closing ??= this.end();
    await this.closing;
  }

  private async end(): Promise<void> {
    await Promise.all([this.publisher.close(), ...[...this.consumers].map((consumer) => consumer.close())]);
    await this.client.close();
  }

  /** Unreadable messages are skipped: the next message's `previous` shows the hole, and the journal fills it. */
  private async handle(
    { partition, messages: raw }: RawBatch,
    handler: BatchHandler,
    signal: AbortSignal,
  ): Promise<void> {
    const messages: FeedMessage[] = [];
    for (const message of raw) {
      const decoded = decodeMessage(partition, message);
      if (decoded.ok) messages.push(decoded.message);
      else this.passOver(partition, message.offset, decoded.reason);
    }
    const batch: FeedBatch = { partition, messages };
    if (messages.length > 0) await handler(batch, signal);
  }

  private passOver(partition: number, offset: string, reason: string): void {
    this.unread[partition] = (this.unread[partition] ?? 0) + 1;
    const { topic } = this;
    this.client.log.warn(`A message cannot be read and is skipped: ${reason}`, { topic, partition, offset });
  }

  private requirePartition(partition: number): void {
    if (Number.isSafeInteger(partition) && partition >= 0 && partition < this.partitions) return;
    throw new RangeError(`partition is ${partition}; this feed has 0 to ${this.partitions - 1}`);
  }

  private requireOpen(): void {
    if (this.closing !== undefined) throw new StoreUnavailable('feed', 'it was closed');
  }
}

/** One after the other as they are sent, so that no second copy of all is held. */
function* encoded(messages: readonly FeedMessage[]): Generator<Outgoing> {
  for (const message of messages) yield encodeMessage(message);
}
