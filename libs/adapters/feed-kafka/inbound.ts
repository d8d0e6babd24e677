/** The inbound port on Kafka: the topic `<prefix>.inbound`, the group `<prefix>.ingest`, and `<prefix>.inbound.rejected`. */
import {
  StoreUnavailable,
  type Consumer,
  type Inbound,
  type InboundHandler,
  type InboundMessage,
  type PartitionListener,
  type RejectedMessage,
} from '#ports';
import { KafkaClient } from './client.js';
import { memberOf } from './consume-partitions.js';
import { requireCount, requireName, type KafkaConnection } from './options.js';
import type { RawMessage } from './partition-worker.js';
import { Publisher } from './publisher.js';
import { headersFrom, rejection, type RejectionTarget } from './rejected.js';
import { ensureTopic, LARGEST_BATCH_BYTES } from './topic.js';

export interface KafkaInboundOptions extends KafkaConnection {
  /** Topics and the group begin with it. */
  readonly prefix: string;
  /** Copies of each partition, where topics are created here. 1 where absent; 3 for a cluster. */
  readonly replication?: number;
  /** Most messages of one batch. 500 where absent. */
  readonly batchMessages?: number;
}

/** Of topics that are created here: how many processes can share the work. */
const PARTITIONS = 12;
const BATCH_MESSAGES = 500;

/**
 * Connects, and creates or checks both topics. Throws StoreUnavailable where the brokers are away; KafkaMisconfigured, in
 * one sentence, for wrong credentials or a missing right; a RangeError for options that cannot be.
 */
export async function openKafkaInbound(options: KafkaInboundOptions): Promise<Inbound> {
  const { prefix, replication = 1, batchMessages = BATCH_MESSAGES } = options;
  requireCount('replication', replication);
  requireCount('batchMessages', batchMessages);
  const topic = `${requireName('prefix', prefix)}.inbound`;
  const client = new KafkaClient(options);
  try {
    const shape = { partitions: PARTITIONS, replication, anyCount: true } as const;
    const taken = await ensureTopic(client, {
      ...{ ...shape, topic, foreign: true },
      // no message that is taken is larger, and a rejected one fits with its reason
      ...{ maxMessageBytes: LARGEST_BATCH_BYTES, leastMessageBytes: 1 },
    });
    const rejected = { ...shape, topic: `${topic}.rejected`, leastMessageBytes: taken.maxMessageBytes };
    const target = { topic, ...(await ensureTopic(client, rejected)) };
    const publisher = new Publisher(client, rejected, target.maxMessageBytes);
    return new InboundOnKafka(client, target, publisher, { group: `${prefix}.ingest`, batchMessages });
  } catch (error) {
    await client.close();
    throw error;
  }
}

class InboundOnKafka implements Inbound {
  readonly topic: string;
  readonly batchMessages: number;
  private readonly consumers = new Set<Consumer>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly client: KafkaClient,
    private readonly target: RejectionTarget,
    private readonly publisher: Publisher,
    private readonly member: { readonly group: string; readonly batchMessages: number },
  ) {
    this.topic = target.topic;
    this.batchMessages = member.batchMessages;
  }

  async consume(handler: InboundHandler, listener: PartitionListener = {}): Promise<Consumer> {
    this.requireOpen();
    const { client, topic } = this;
    const member = memberOf(
      client,
      { topic, ...this.member, from: 'beginning' },
      ({ partition, messages }, signal) =>
        handler({ partition, messages: messages.map((raw) => messageOf(partition, raw)) }, signal),
      listener,
    );
    // from now on, so that closing ends one that is still joining
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

  async reject(messages: readonly RejectedMessage[]): Promise<void> {
    this.requireOpen();
    const atMs = Date.now();
    await this.publisher.publish(messages.map((each) => this.outgoing(each, atMs)));
  }

  async close(): Promise<void> {
    this.closing ??= this.end();
    await this.closing;
  }

  /** Consumers first: their batches in flight may still reject messages. */
  private async end(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    await this.publisher.close();
    await this.client.close();
  }

  private outgoing(rejected: RejectedMessage, atMs: number) {
    const outgoing = rejection(rejected, this.target, atMs);
    const place = outgoing.headers['hermes-place'];
    const { code, reason } = rejected;
    this.client.log.warn('a message of the inbound topic is rejected', { place, code, reason });
    return outgoing;
  }

  private requireOpen(): void {
    if (this.closing !== undefined) throw new StoreUnavailable('feed', 'it was closed');
  }
}

function messageOf(partition: number, { offset, timestamp, key, value, headers }: RawMessage): InboundMessage {
  return {
    partition,
    offset: BigInt(offset),
    timestampMs: Number(timestamp),
    ...{ key, value },
    headers: headersFrom(headers),
  };
}
