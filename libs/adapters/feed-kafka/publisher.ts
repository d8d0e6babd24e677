/**
 * Publishing to one topic: one send in flight, so that order holds; batches bounded in messages and bytes; each answer
 * compared with the sent ones; after any failure a new producer, before anything else is sent. A topic that was deleted is
 * made again.
 */
import type { Producer } from 'kafkajs';
import { CallSettled, StoreUnavailable } from '#ports';
import { unanswered } from './answers.js';
import type { KafkaClient } from './client.js';
import { explain, isUnknownTopic, unavailable } from './errors.js';
import type { Outgoing } from './message-codec.js';
import { ensureTopic, type TopicShape } from './topic.js';
import { within } from './waiting.js';

/** Most messages and bytes of one send. The driver writes a message with its headers in 0.1 ms, during which nothing else runs. */
const SEND_MESSAGES = 250;
const SEND_BYTES = 4_194_304;
/** Most bytes that Kafka adds to a message (lengths, offsets) and to each header, and to the batch around them. */
const MESSAGE_OVERHEAD = 64;
const HEADER_OVERHEAD = 10;
export const BATCH_OVERHEAD = 128;

export class Publisher {
  private producer: Producer | undefined;
  private tail: Promise<void> = Promise.resolve();
  private closed = false;

  /** `maxBatchBytes`: the topic's max.message.bytes, which limits one send to one partition. */
  constructor(
    private readonly client: KafkaClient,
    private readonly shape: TopicShape,
    private maxBatchBytes: number,
    /** In milliseconds: so long after a call no send of it begins. Without a limit where absent. */
    private readonly callMs = Number.POSITIVE_INFINITY,
  ) {}

  /**
   * Calls go one after the other. Resolves when all is acknowledged; throws StoreUnavailable, then any may have been taken: a
   * {@link CallSettled} where nothing is on its way any more.
   */
  async publish(messages: Iterable<Outgoing>): Promise<void> {
    this.requireOpen();
    const untilMs = performance.now() + this.callMs;
    const done = this.tail.then(() => this.sendAll(messages, untilMs));
    this.tail = done.catch(() => undefined);
    await done;
  }

  /** Batches in flight may end; waiting ones are refused. */
  async close(): Promise<void> {
    this.closed = true;
    await this.tail;
    const { producer } = this;
    this.producer = undefined;
    if (producer !== undefined) await this.retire(producer);
  }

  private async sendAll(messages: Iterable<Outgoing>, untilMs: number): Promise<void> {
    for (const batch of batchesOf(messages, this.maxBatchBytes)) {
      this.requireOpen();
      if (performance.now() > untilMs)
        throw new CallSettled('feed', `publishing to ${this.shape.topic} took longer than ${this.callMs} ms`);
      await this.send(batch);
    }
  }

  private async send(messages: readonly Outgoing[]): Promise<void> {
    const { client } = this;
    const { topic } = this.shape;
    const { requestMs } = client.timers;
    const producer = (this.producer ??= client.producer());
    try {
      const answers = await within(requestMs, 'publishing', sendBy(producer, topic, messages, requestMs));
      const missing = unanswered(
        topic,
        messages.map(({ partition }) => partition),
        answers,
      );
      if (missing.length > 0) throw new PartitionsMissing(`no answer for partitions ${missing.join(', ')} of ${topic}`);
    } catch (error) {
      this.producer = undefined;
      void this.retire(producer);
      if (isUnknownTopic(error) || error instanceof PartitionsMissing) await this.ensureTopic();
      const doing = `publishing to ${topic}`;
      const isSettled = error instanceof NotSent || error instanceof PartitionsMissing;
      throw isSettled
        ? new CallSettled('feed', `${doing}: ${explain(error).reason}`, { cause: error })
        : unavailable(doing, error);
    }
  }

  /** Somebody has deleted the topic while it is published to, or made it with fewer partitions. Throws StoreUnavailable. */
  private async ensureTopic(): Promise<void> {
    const { client, shape } = this;
    try {
      const { maxMessageBytes, isNew } = await ensureTopic(client, shape);
      this.maxBatchBytes = maxMessageBytes;
      if (isNew) client.log.warn(`Topic ${shape.topic} was gone: it was recreated`, { topic: shape.topic });
    } catch (error) {
      throw unavailable(`publishing to ${shape.topic}`, error);
    }
  }

  private async retire(producer: Producer): Promise<void> {
    await within(this.client.timers.requestMs, 'disconnecting', producer.disconnect()).catch(() => undefined);
  }

  private requireOpen(): void {
    if (this.closed) throw new StoreUnavailable('feed', 'it was closed');
  }
}

/** The driver has left out partitions that are missing from the brokers' metadata. */
class PartitionsMissing extends Error {}

/** There was no connection to send by. */
class NotSent extends Error {}

async function sendBy(producer: Producer, topic: string, messages: readonly Outgoing[], timeout: number) {
  // does nothing where it is connected
  await producer.connect().catch((cause: unknown) => {
    throw new NotSent('not connected', { cause });
  });
  return producer.send({ topic, acks: -1, timeout, messages: [...messages] });
}

/**
 * In the order given, as many in each as the limits allow. Throws StoreUnavailable for a message that no batch can hold:
 * it waits until the topic takes larger ones.
 */
export function* batchesOf(messages: Iterable<Outgoing>, maxBatchBytes: number): Generator<readonly Outgoing[]> {
  let batch: Outgoing[] = [];
  let bytes = 0;
  let byPartition = new Map<number, number>();
  for (const message of messages) {
    const size = sizeOf(message);
    if (size + BATCH_OVERHEAD > maxBatchBytes) throw tooLarge(size + BATCH_OVERHEAD, maxBatchBytes);
    const own = byPartition.get(message.partition) ?? BATCH_OVERHEAD;
    const isFull = batch.length >= SEND_MESSAGES || bytes + size > SEND_BYTES || own + size > maxBatchBytes;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
      byPartition = new Map();
    }
    batch.push(message);
    bytes += size;
    byPartition.set(message.partition, (byPartition.get(message.partition) ?? BATCH_OVERHEAD) + size);
  }
  if (batch.length > 0) yield batch;
}

/** In bytes, never less than its size in a batch. */
export function sizeOf({ key, value, headers }: Outgoing): number {
  let size = MESSAGE_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  // no pairs are made: this is done for every header of every message
  for (const name in headers) {
    const values = headers[name] ?? [];
    if (!Array.isArray(values)) size += HEADER_OVERHEAD + Buffer.byteLength(name) + Buffer.byteLength(values);
    else for (const value of values) size += HEADER_OVERHEAD + Buffer.byteLength(name) + value.length;
  }
  return size;
}

function tooLarge(size: number, most: number): CallSettled {
  return new CallSettled(
    'feed',
    `a message takes ${size} bytes, the topic's max.message.bytes is ${most}: raise it, and the broker's if need be`,
  );
}
