/** The floor of the relay: a plain kafkajs producer of messages that were made before, one send in flight as their order asks. */
import kafkajs, { type Message } from 'kafkajs';
import { encodeMessage, openKafkaFeed } from '#adapters/feed-kafka';
import { partitionOf, START, type Position, type StoredEntry, type Uuid } from '#contracts';

/** Messages of one send: more are no faster. */
const AT_ONCE = 500;

export class PlainProducer {
  private readonly lastOf = new Map<number, Position>();
  private number = 0;

  private constructor(
    private readonly producer: ReturnType<InstanceType<typeof kafkajs.Kafka>['producer']>,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** On a topic of its own, made as ours are. */
  static async open(brokers: readonly string[], prefix: string, partitions: number): Promise<PlainProducer> {
    const feed = await openKafkaFeed({ brokers, prefix, partitions });
    await feed.close();
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
    const createPartitioner =
      () =>
      ({ message }: { message: Message }): number =>
        message.partition ?? 0;
    const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner });
    await producer.connect();
    return new PlainProducer(producer, `${prefix}.journal`, partitions);
  }

  /** What a relay says of these entries. */
  messagesOf(journal: Uuid, entries: readonly StoredEntry[]): readonly Message[] {
    return entries.map((entry) => {
      const partition = partitionOf(entry.stream, this.partitions);
      const previous = this.lastOf.get(partition) ?? START;
      this.lastOf.set(partition, entry.position);
      this.number += 1;
      const encoded = encodeMessage({
        ...{ kind: 'entry', partition, journal, previous, entry, catalogueRevision: 12 },
        number: this.number,
      });
      return { ...encoded };
    });
  }

  /** Resolves when all are acknowledged by all replicas. */
  async send(messages: readonly Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      await this.producer.send({ topic: this.topic, acks: -1, messages: messages.slice(at, at + AT_ONCE) });
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
