/**
 * The port of the topic of changes on Kafka: `<prefix>.changes`, compacted by the keys of labors and quests. Messages are
 * CloudEvents in binary mode; the names here are a wire format, read by whatever follows the topic.
 */
import { partitionOf } from '#contracts';
import type { ChangeMessage, ChangesTopic } from '#ports';
import { KafkaClient } from './client.js';
import type { Outgoing } from './message-codec.js';
import { requireCount, requireName, type KafkaConnection } from './options.js';
import { Publisher } from './publisher.js';
import { ensureTopic } from './topic.js';

export interface KafkaChangesOptions extends KafkaConnection {
  /** The topic begins with it. */
  readonly prefix: string;
  /** Copies of each partition, where the topic is created here. 1 where absent; 3 for a cluster. */
  readonly replication?: number;
}

/** Of a topic that is created here. */
const PARTITIONS = 12;
/** Before the kind. */
const CHANGE_TYPE = 'hermes.change.';
const SOURCE = 'urn:uuid:';

/**
 * Connects, and creates or checks the topic. Throws StoreUnavailable where the brokers are away; KafkaMisconfigured, in one
 * sentence, for wrong credentials or a missing right; a RangeError for options that cannot be.
 */
export async function openKafkaChanges(options: KafkaChangesOptions): Promise<ChangesTopic> {
  const { prefix, replication = 1 } = options;
  requireCount('replication', replication);
  const topic = `${requireName('prefix', prefix)}.changes`;
  const shape = { topic, partitions: PARTITIONS, replication, anyCount: true, compacted: true } as const;
  const client = new KafkaClient(options);
  try {
    const { partitions, maxMessageBytes } = await ensureTopic(client, shape);
    const { requestMs } = client.timers;
    // a topic that is deleted is made again with as many: keys stay in their partitions
    const publisher = new Publisher(client, { ...shape, partitions }, maxMessageBytes, requestMs);
    return {
      // the last send of a call begins within that time, its answer is waited for as long, and its connection is then closed for as
      // long at most
      settledMs: 3 * requestMs,
      publish: (messages) => publisher.publish(messages.map((message) => encodeChange(message, partitions))),
      close: async () => {
        await publisher.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

export function encodeChange({ kind, key, journal, position, json }: ChangeMessage, partitions: number): Outgoing {
  return {
    partition: partitionOf(key, partitions),
    key: Buffer.from(key),
    value: Buffer.from(json),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: `${key}@${position}`,
      ce_source: SOURCE + journal,
      ce_type: CHANGE_TYPE + kind,
      ce_subject: key,
      ce_position: String(position),
    },
  };
}
