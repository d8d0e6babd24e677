/** A consumer group: shares the partitions out among its consumers, again whenever one joins or leaves (F2). */
import type { BatchHandler, Consumer, FeedMessage } from '#ports';
import { Buffer, type BufferLimits } from './buffer.js';
import { PartitionAssignment, type PauseLimits } from './partition-assignment.js';

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
  readonly assignments: Map<number, PartitionAssignment>;
  /** By partition the end of its last batch there, also where it has lost it: its handler gets one at a time. */
  readonly ends: Map<number, Promise<void>>;
  /** It keeps its batches in flight until they have ended, and gets no new ones. */
  leaving: boolean;
}

export class Group {
  private readonly buffers: readonly Buffer[];
  private readonly members: Member[] = [];
  private readonly consumers = new Set<Consumer>();

  constructor(private readonly limits: GroupLimits) {
    this.buffers = Array.from({ length: limits.partitions }, () => new Buffer(limits));
  }

  /**
   * Whether the partition had room. A group without members blocks no publisher: its oldest messages make room, as in
   * a log that is kept for a while only.
   */
  take(partition: number, message: FeedMessage): boolean {
    const buffer = this.bufferOf(partition);
    while (!buffer.take(message)) {
      if (this.members.length > 0) return false;
      buffer.drop(1);
    }
    for (const { assignments } of this.members) assignments.get(partition)?.wake();
    return true;
  }

  /** Number of messages in the partition's buffer. */
  buffered(partition: number): number {
    return this.bufferOf(partition).length;
  }

  room(partition: number): Promise<void> {
    return this.bufferOf(partition).room();
  }

  join(handler: BatchHandler, listener: ConsumerListener): Consumer {
    const member: Member = { handler, listener, assignments: new Map(), ends: new Map(), leaving: false };
    this.members.push(member);
    let closing: Promise<void> | undefined;
    const consumer: Consumer = {
      get assigned() {
        return new Set(member.assignments.keys());
      },
      close: () => (closing ??= this.leave(member).then(() => void this.consumers.delete(consumer))),
    };
    this.consumers.add(consumer);
    this.share();
    return consumer;
  }

  /** Closes all consumers; publishers that wait for room look again. */
  async close(): Promise<void> {
    const closed = [...this.consumers].map((consumer) => consumer.close());
    for (const buffer of this.buffers) buffer.release();
    await Promise.all(closed);
  }

  /** Another consumer takes each partition over as soon as the batch in flight there has ended. */
  private async leave(member: Member): Promise<void> {
    member.leaving = true;
    this.share();
    await Promise.all(
      [...member.assignments].map(async ([partition, assignment]) => {
        await assignment.finish();
        member.assignments.delete(partition);
        member.listener.onRevoked?.([partition]);
        this.share();
      }),
    );
    await Promise.all(member.ends.values());
    this.members.splice(this.members.indexOf(member), 1);
    // with nobody left, publishing no longer waits for this group
    if (this.members.length === 0) for (const buffer of this.buffers) buffer.release();
  }

  /** First all moving partitions are revoked, then they are assigned: no partition has two consumers. */
  private share(): void {
    const staying = this.members.filter(({ leaving }) => !leaving);
    const owner = (partition: number) => staying[partition % staying.length];
    for (const member of staying) {
      const lost = [...member.assignments.keys()].filter((partition) => owner(partition) !== member);
      for (const partition of lost) {
        member.assignments.get(partition)?.revoke();
        member.assignments.delete(partition);
      }
      if (lost.length > 0) member.listener.onRevoked?.(lost);
    }
    for (const member of staying) {
      const won = [...this.buffers.keys()].filter(
        (partition) => owner(partition) === member && !this.isHeld(partition),
      );
      if (won.length === 0) continue;
      for (const partition of won) member.assignments.set(partition, this.assignment(partition, member));
      member.listener.onAssigned?.(won);
    }
  }

  private isHeld(partition: number): boolean {
    return this.members.some(({ assignments }) => assignments.has(partition));
  }

  private assignment(partition: number, member: Member): PartitionAssignment {
    const after = member.ends.get(partition);
    const assignment = new PartitionAssignment(partition, this.bufferOf(partition), member.handler, this.limits, after);
    member.ends.set(partition, assignment.ended);
    return assignment;
  }

  private bufferOf(partition: number): Buffer {
    const buffer = this.buffers[partition];
    if (buffer === undefined) throw new RangeError(`no partition ${partition}`);
    return buffer;
  }
}
