/** The feed port within one process: per group and partition a bounded buffer, emptied by the consumer that has the partition. */
import {
  MIN_PARTITIONS,
  StoreUnavailable,
  type BatchHandler,
  type Consumer,
  type Feed,
  type FeedMessage,
} from '#ports';
import { Group, type ConsumerListener, type GroupLimits } from './group.js';

export interface InProcessFeedOptions {
  /** 8 where absent; at least MIN_PARTITIONS. */
  readonly partitions?: number;
  /** Most messages that wait in one partition of one group; publishing waits beyond it. 2000 where absent. */
  readonly bufferMessages?: number;
  /** Most characters of JSON that wait there. 4 Mi where absent; one message is always taken, whatever its size. */
  readonly bufferCharacters?: number;
  /** Most messages of one batch: its handler may block this process while it lasts. 200 where absent. */
  readonly batchMessages?: number;
  /** The pause after a handler's first failure in a row, which doubles from failure to failure up to the longest. 50 ms and 5 s where absent. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
}

/** The feed, and the depth of its buffers. */
export interface BufferedFeed extends Feed {
  /** Messages by partition, of all groups together. */
  buffered(): readonly number[];
}

/** Throws a RangeError for too few partitions, and for a limit that is no whole number from 1. */
export function createInProcessFeed(options: InProcessFeedOptions = {}): BufferedFeed {
  const { partitions = 8 } = options;
  if (!Number.isSafeInteger(partitions) || partitions < MIN_PARTITIONS) {
    throw new RangeError(`partitions is ${partitions}; a feed has at least ${MIN_PARTITIONS}`);
  }
  const limits = {
    partitions,
    bufferMessages: options.bufferMessages ?? 2000,
    bufferCharacters: options.bufferCharacters ?? 4_194_304,
    batchMessages: options.batchMessages ?? 200,
    firstPauseMs: options.firstPauseMs ?? 50,
    longestPauseMs: options.longestPauseMs ?? 5000,
  };
  for (const [name, limit] of Object.entries(limits)) {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError(`${name} is ${limit}; a whole number from 1 is needed`);
  }
  return new InProcessFeed(limits);
}

class InProcessFeed implements BufferedFeed {
  readonly partitions: number;
  private readonly groups = new Map<string, Group>();
  /** Per partition the end of the last publishing call: the next call waits for it, so that order holds. */
  private readonly tails: Promise<void>[];
  private closing: Promise<void> | undefined;

  constructor(private readonly limits: GroupLimits) {
    this.partitions = limits.partitions;
    this.tails = Array.from({ length: limits.partitions }, () => Promise.resolve());
  }

  async publish(messages: readonly FeedMessage[]): Promise<void> {
    this.requireOpen();
    const byPartition = new Map<number, FeedMessage[]>();
    for (const message of messages) {
      const partition = this.requirePartition(message.partition);
      const own = byPartition.get(partition);
      if (own === undefined) byPartition.set(partition, [message]);
      else own.push(message);
    }
    await Promise.all([...byPartition].map(([partition, own]) => this.enqueue(partition, own)));
  }

  async consume(group: string, handler: BatchHandler, listener: ConsumerListener = {}): Promise<Consumer> {
    this.requireOpen();
    let joined = this.groups.get(group);
    if (joined === undefined) this.groups.set(group, (joined = new Group(this.limits)));
    return joined.join(handler, listener);
  }

  buffered(): readonly number[] {
    return Array.from({ length: this.partitions }, (_, partition) =>
      [...this.groups.values()].reduce((sum, group) => sum + group.buffered(partition), 0),
    );
  }

  /** Nothing outlives the process. */
  async newest(): Promise<[]> {
    this.requireOpen();
    return [];
  }

  async empty(): Promise<void> {
    this.requireOpen();
  }

  async close(): Promise<void> {
    this.closing ??= Promise.all([...this.groups.values()].map((group) => group.close())).then(() => undefined);
    await this.closing;
  }

  /** After the earlier calls to the partition. */
  private async enqueue(partition: number, messages: readonly FeedMessage[]): Promise<void> {
    const taken = Promise.resolve(this.tails[partition]).then(() => this.deliver(partition, messages));
    this.tails[partition] = taken.catch(() => undefined);
    await taken;
  }

  private async deliver(partition: number, messages: readonly FeedMessage[]): Promise<void> {
    this.requireOpen();
    let full: Group[] = [];
    for (const message of messages) {
      // nothing is awaited while there is room: messages published together come as one batch
      for (const group of this.groups.values()) if (!group.take(partition, message)) full.push(group);
      if (full.length === 0) continue;
      await Promise.all(full.map((group) => this.deliverLate(group, partition, message)));
      full = [];
    }
  }

  private async deliverLate(group: Group, partition: number, message: FeedMessage): Promise<void> {
    do {
      await group.room(partition);
      this.requireOpen();
    } while (!group.take(partition, message));
  }

  private requirePartition(partition: number): number {
    if (Number.isSafeInteger(partition) && partition >= 0 && partition < this.partitions) return partition;
    throw new RangeError(`partition is ${partition}; this feed has 0 to ${this.partitions - 1}`);
  }

  private requireOpen(): void {
    if (this.closing !== undefined) throw new StoreUnavailable('feed', 'it was closed');
  }
}
