/** One life of the driver's consumer: joined, fetching, and over when it crashes or falls silent; then its owner makes a new one. */
import type { Batch, Consumer as DriverConsumer, EachBatchPayload } from 'kafkajs';
import type { Assignment } from './assignment.js';
import type { KafkaClient } from './client.js';
import type { RawMessage } from './partition-worker.js';
import { within } from './waiting.js';

export interface SessionEvents {
  /** Called within the driver's join, before it fetches for the new assignment. */
  onJoined(assignment: Assignment): void;
  /** Messages of a fetch that was asked to begin at `from`; whatever is done with them, the fetch after begins at `next`. */
  onBatch(partition: number, messages: readonly RawMessage[], from: bigint, next: bigint): void;
  /** The fetch held only control records (of transactions): the next fetch begins at `next`. */
  onSkipped(partition: number, next: bigint): void;
}

/** A consumer without a heartbeat or a join for this many session timeouts is replaced: the driver may wait in silence for a broker that is gone. */
const SILENT_SESSIONS = 3;

export class Session {
  private readonly consumer: DriverConsumer;
  private over = false;
  private finish!: (error: Error) => void;
  /** Resolves with the reason when it is over by itself. */
  readonly ended = new Promise<Error>((resolve) => (this.finish = resolve));
  private lastSignMs = performance.now();
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly client: KafkaClient,
    private readonly topic: string,
    group: string,
    private readonly events: SessionEvents,
  ) {
    const { sessionMs, requestMs } = client.timers;
    this.consumer = client.consumer(group);
    const silentMs = sessionMs * SILENT_SESSIONS + requestMs;
    this.watch = setInterval(() => {
      if (performance.now() - this.lastSignMs > silentMs) this.end(new Error(`no heartbeat for ${silentMs} ms`));
    }, sessionMs);
    this.watch.unref();
  }

  /** Resolves when the driver has begun; the events and `ended` report later failures. */
  async start(): Promise<void> {
    const { consumer, topic } = this;
    const { CRASH, GROUP_JOIN, HEARTBEAT, START_BATCH_PROCESS } = consumer.events;
    consumer.on(CRASH, ({ payload }) => {
      this.end(payload.error);
    });
    consumer.on(HEARTBEAT, () => {
      this.lastSignMs = performance.now();
    });
    consumer.on(GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      this.lastSignMs = performance.now();
      if (!this.over) this.events.onJoined({ memberId, partitions: memberAssignment[topic] ?? [] });
    });
    consumer.on(START_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
      if (batchSize === 0 && !this.over) this.events.onSkipped(partition, BigInt(lastOffset) + 1n);
    });
    try {
      await consumer.connect();
      // only where no offset holds: every other place to begin at is set by our own seek
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.hand(payload) });
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  pause(partitions: readonly number[]): void {
    this.command(() => {
      this.consumer.pause([{ topic: this.topic, partitions: [...partitions] }]);
    });
  }

  resume(partitions: readonly number[]): void {
    this.command(() => {
      this.consumer.resume([{ topic: this.topic, partitions: [...partitions] }]);
    });
  }

  /** The next fetch of the partition begins here; a fetch in flight is dropped. */
  seek(partition: number, offset: bigint): void {
    this.command(() => {
      this.consumer.seek({ topic: this.topic, partition, offset: String(offset) });
    });
  }

  /** Rejects where the broker did not take it in time; then it may still come about. */
  async commit(partition: number, offset: bigint): Promise<void> {
    this.requireMember();
    const offsets = [{ topic: this.topic, partition, offset: String(offset) }];
    await within(this.client.timers.requestMs, 'committing', this.consumer.commitOffsets(offsets));
    this.requireMember();
  }

  /** Leaves the group, or lets it find out. */
  async leave(): Promise<void> {
    this.end(new Error('left'));
    await within(this.client.timers.requestMs, 'leaving the group', this.consumer.disconnect()).catch(() => undefined);
  }

  /** The driver's commit does nothing, in silence, once its consumer has stopped. */
  private requireMember(): void {
    if (this.over) throw new Error('the consumer has left its group');
  }

  private end(error: Error): void {
    this.over = true;
    clearInterval(this.watch);
    this.finish(error);
  }

  private async hand(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    if (this.over || payload.isStale()) return;
    const next = BigInt(batch.lastOffset()) + 1n;
    this.events.onBatch(batch.partition, batch.messages, fetchedFrom(batch), next);
  }

  /** The driver throws where it has just crashed: its owner learns of that by `ended`. */
  private command(give: () => void): void {
    if (this.over) return;
    try {
      give();
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** Where the fetch began. The driver's batch has it, its types do not. */
function fetchedFrom(batch: Batch): bigint {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset: string };
  return BigInt(fetchedOffset);
}
