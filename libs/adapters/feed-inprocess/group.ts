/** A consumer group: shares the partitions out among its consumers, anew whenever one joins or leaves (F2). */
import type { BatchHandler, Consumer, FeedMessage } from '#ports';
import { Buffer, type BufferLimits } from './buffer.js';
import { Tenure, type PauseLimits } from './tenure.js';

export interface GroupLimits extends BufferLimits, PauseLimits {
  readonly partitions: number;
}

export interface ConsumerListener {
  onAssigned?(partitions: readonly number[]): void;
  onRevoked?(partitions: readonly number[]): void;
}

interface Member {
  readonly handler: BatchHandler;
  readonly listener: ConsumerListener;
  /** The partitions it has. */
  readonly tenures: Map<number, Tenure>;
}

export class Group {
  private readonly buffers: readonly Buffer[];
  private readonly members: Member[] = [];
  private readonly consumers = new Set<Consumer>();

  constructor(private readonly limits: GroupLimits) {
    this.buffers = Array.from({ length: limits.partitions }, () => new Buffer(limits));
  }

  /**
   * Whether the partition had room. A group that all have left holds nobody up: what it has longest makes room, as in
   * a log that is kept for a while only.
   */
  take(partition: number, message: FeedMessage): boolean {
    const buffer = this.bufferOf(partition);
    while (!buffer.take(message)) {
      if (this.members.length > 0) return false;
      buffer.drop(1);
    }
    for (const { tenures } of this.members) tenures.get(partition)?.wake();
    return true;
  }

  room(partition: number): Promise<void> {
    return this.bufferOf(partition).room();
  }

  join(handler: BatchHandler, listener: ConsumerListener): Consumer {
    const member: Member = { handler, listener, tenures: new Map() };
    this.members.push(member);
    let closing: Promise<void> | undefined;
    const consumer: Consumer = {
      get assigned() {
        return new Set(member.tenures.keys());
      },
      close: () => (closing ??= this.leave(member).then(() => void this.consumers.delete(consumer))),
    };
    this.consumers.add(consumer);
    this.share();
    return consumer;
  }

  /** Closes all consumers; whoever waits for room looks again. */
  async close(): Promise<void> {
    const closed = [...this.consumers].map((consumer) => consumer.close());
    for (const buffer of this.buffers) buffer.release();
    await Promise.all(closed);
  }

  private async leave(member: Member): Promise<void> {
    await Promise.all([...member.tenures.values()].map((tenure) => tenure.finish()));
    this.members.splice(this.members.indexOf(member), 1);
    // some may have been given to it while it waited
    for (const tenure of member.tenures.values()) tenure.revoke();
    const given = [...member.tenures.keys()];
    member.tenures.clear();
    if (given.length > 0) member.listener.onRevoked?.(given);
    this.share();
    // with nobody left, publishing no longer waits for this group
    if (this.members.length === 0) for (const buffer of this.buffers) buffer.release();
  }

  /** First all that move are taken away, then they are given: no partition has two consumers. */
  private share(): void {
    const wanted = this.members.map((_, index) => this.shareOf(index));
    this.members.forEach(({ tenures, listener }, index) => {
      const lost = [...tenures.keys()].filter((partition) => !wanted[index]?.has(partition));
      for (const partition of lost) {
        tenures.get(partition)?.revoke();
        tenures.delete(partition);
      }
      if (lost.length > 0) listener.onRevoked?.(lost);
    });
    this.members.forEach(({ tenures, listener, handler }, index) => {
      const won = [...(wanted[index] ?? [])].filter((partition) => !tenures.has(partition));
      if (won.length > 0) listener.onAssigned?.(won);
      for (const partition of won) {
        tenures.set(partition, new Tenure(partition, this.bufferOf(partition), handler, this.limits));
      }
    });
  }

  private shareOf(index: number): ReadonlySet<number> {
    const all = this.buffers.keys();
    return new Set([...all].filter((partition) => partition % this.members.length === index));
  }

  private bufferOf(partition: number): Buffer {
    const buffer = this.buffers[partition];
    if (buffer === undefined) throw new RangeError(`no partition ${partition}`);
    return buffer;
  }
}
