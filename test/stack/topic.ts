/** A topic of the stack as an operator and a stranger see it: what it holds, who reads it, and what may be done to it. */
import kafkajs, { type Admin, type EachBatchPayload, type IHeaders, type Kafka, type Producer } from 'kafkajs';
import { until } from '../../libs/testing/until.js';

/** A message as it lies in the topic. */
export interface Lying {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** An offset by partition. */
export type Offsets = readonly bigint[];

const LIMIT_MS = 60_000;
const ASK_EVERY_MS = 200;

export class Topic {
  private readonly admin: Admin;
  private readonly producer: Producer;

  private constructor(
    private readonly kafka: Kafka,
    readonly name: string,
  ) {
    this.admin = kafka.admin();
    this.producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
  }

  /** `brokers` with commas between them. */
  static async open(brokers: string, name: string): Promise<Topic> {
    const kafka = new kafkajs.Kafka({
      brokers: brokers.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 8 },
    });
    const topic = new Topic(kafka, name);
    await Promise.all([topic.admin.connect(), topic.producer.connect()]);
    return topic;
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()]);
  }

  /** Whether there is such a topic, and something in it. */
  async isPublishedTo(): Promise<boolean> {
    if (!(await this.admin.listTopics()).includes(this.name)) return false;
    const ends = await this.ends().catch((): Offsets => []);
    return ends.some((end) => end > 0n);
  }

  /** After the last message. Rejects where there is no such topic. */
  async ends(): Promise<Offsets> {
    const offsets = await this.admin.fetchTopicOffsets(this.name);
    return byPartition(offsets.map(({ partition, high }) => [partition, high]));
  }

  /** Resolves with `<partition>/<offset>` of each. */
  async publish(
    messages: readonly (Omit<Lying, 'offset'> & { readonly timestamp?: string })[],
  ): Promise<readonly string[]> {
    if (messages.length === 0) return [];
    const answers = await this.producer.send({ topic: this.name, messages: [...messages] });
    const next = new Map(answers.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? -1)]));
    return messages.map(({ partition }) => {
      const offset = next.get(partition)!;
      next.set(partition, offset + 1n);
      return `${partition}/${offset}`;
    });
  }

  /** Removes what lies before these offsets, in these partitions. */
  async removeBefore(offsets: Offsets, partitions: readonly number[]): Promise<void> {
    // the driver's admin has to have heard of the topic
    await this.ends();
    const removed = partitions.map((partition) => ({ partition, offset: String(offsets[partition]) }));
    await this.admin.deleteTopicRecords({ topic: this.name, partitions: removed });
  }

  async remove(): Promise<void> {
    await this.admin.deleteTopics({ topics: [this.name] });
  }

  async create(partitions: number): Promise<boolean> {
    return this.admin.createTopics({ topics: [{ topic: this.name, numPartitions: partitions }] });
  }

  /** Leader and copies of each partition. */
  async partitions(): Promise<
    readonly { readonly leader: number; readonly copies: number; readonly inSync: number }[]
  > {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [this.name] });
    return (topics[0]?.partitions ?? []).map(({ leader, replicas, isr }) => ({
      ...{ leader, copies: replicas.length, inSync: isr.length },
    }));
  }

  async setting(name: string): Promise<string | undefined> {
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: this.name }];
    const { resources: described } = await this.admin.describeConfigs({ includeSynonyms: false, resources });
    return described[0]?.configEntries.find(({ configName }) => configName === name)?.configValue;
  }

  /** The consumer groups of this prefix that have members, or had. */
  async groups(prefix: string): Promise<readonly string[]> {
    const { groups } = await this.admin.listGroups();
    return groups.map(({ groupId }) => groupId).filter((group) => group.startsWith(prefix));
  }

  /** Waits until the group has exactly `count` members. */
  async hasMembers(group: string, count: number): Promise<void> {
    let last = 0;
    await until(
      `${group} has ${count} members`,
      async () => {
        const { groups } = await this.admin.describeGroups([group]);
        last = groups[0]?.state === 'Stable' ? groups[0].members.length : 0;
        return last === count;
      },
      { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS, seen: () => `it has ${last}` },
    );
  }

  /** Waits until the group has committed all that the topic holds now. */
  async isRead(group: string): Promise<void> {
    const ends = await this.ends();
    let last: Offsets = [];
    await until(
      `${group} has read ${this.name}`,
      async () => {
        const [committed] = await this.admin.fetchOffsets({ groupId: group, topics: [this.name] });
        last = byPartition((committed?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
        return ends.every((end, partition) => end === 0n || (last[partition] ?? -1n) >= end);
      },
      { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS, seen: () => `${last.join()} of ${ends.join()}` },
    );
  }

  /** Hears every message from these offsets on, each once, until it is closed. */
  async tap(from: Offsets, onMessage: (message: Lying) => void): Promise<Tap> {
    const group = `tap-${crypto.randomUUID()}`;
    const consumer = this.kafka.consumer({ groupId: group, maxWaitTimeInMs: 50, allowAutoTopicCreation: false });
    const heard = [...from];
    await consumer.connect();
    await consumer.subscribe({ topic: this.name, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { partition, messages } }: EachBatchPayload) => {
        for (const { offset, key, value, headers = {} } of messages) {
          if (BigInt(offset) < (heard[partition] ?? 0n)) continue;
          heard[partition] = BigInt(offset) + 1n;
          onMessage({ partition, offset: BigInt(offset), key, value, headers });
        }
        return Promise.resolve();
      },
    });
    for (const [partition, offset] of from.entries()) {
      consumer.seek({ topic: this.name, partition, offset: String(offset) });
    }
    return {
      heardTo: (to) =>
        until(`${this.name} is heard`, () => to.every((end, partition) => (heard[partition] ?? 0n) >= end), {
          ...{ limitMs: LIMIT_MS, seen: () => `${heard.join()} of ${to.join()}` },
        }),
      close: async () => {
        await consumer.disconnect();
        await this.admin.deleteGroups([group]).catch(() => undefined);
      },
    };
  }

  /** A member of the group that does nothing with what it gets; resolves with the partitions that it has. */
  async join(group: string): Promise<{ readonly partitions: number; leave(): Promise<void> }> {
    const consumer = this.kafka.consumer({ groupId: group, heartbeatInterval: 500, allowAutoTopicCreation: false });
    let partitions: number | undefined;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      partitions = memberAssignment[this.name]?.length ?? 0;
    });
    await consumer.connect();
    await consumer.subscribe({ topic: this.name });
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    await until(`a member of ${group} has joined`, () => partitions !== undefined, { limitMs: LIMIT_MS });
    return { partitions: partitions ?? 0, leave: () => consumer.disconnect() };
  }
}

export interface Tap {
  /** Waits until everything before these offsets was heard. */
  heardTo(to: Offsets): Promise<void>;
  close(): Promise<void>;
}

function byPartition(pairs: readonly (readonly [partition: number, offset: string])[]): Offsets {
  const offsets: bigint[] = [];
  for (const [partition, offset] of pairs) offsets[partition] = BigInt(offset);
  return offsets;
}
