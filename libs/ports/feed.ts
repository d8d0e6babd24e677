/**
 * The feed carries the journal's entries from the relay to the projectors. It is a hint, never the truth: messages
 * may come twice, late, in another order or not at all. `feedContract` in testing holds adapters to the laws (F1–F5).
 */
import type { Position, StoredEntry, Uuid } from '#contracts';

/** Fewer would hide faults that show only with many partitions. */
export const MIN_PARTITIONS = 4;

interface Numbered {
  readonly partition: number;
  /** UUID of the journal the message speaks of (J6). */
  readonly journal: Uuid;
  /**
   * A position below the message's own with no entry of this partition between them: that of the partition's entry
   * before, or the place where the relay started (F3).
   */
  readonly previous: Position;
  /** How many entries the journal holds up to the message's position. */
  readonly number: number;
}

export interface EntryMessage extends Numbered {
  readonly kind: 'entry';
  readonly entry: StoredEntry;
  /** How many catalogue entries stand before it: how much of the catalogue must be known to judge it. */
  readonly catalogueRevision: number;
}

/** Says that the partition holds nothing between `previous` and `position` (F4). */
export interface TickMessage extends Numbered {
  readonly kind: 'tick';
  readonly position: Position;
  /** UUID of the entry at `position`, whichever partition it is of; null at START. */
  readonly entryId: Uuid | null;
}

export type FeedMessage = EntryMessage | TickMessage;

export interface FeedBatch {
  readonly partition: number;
  /** At least one, in the order published under normal running. */
  readonly messages: readonly FeedMessage[];
}

/**
 * Called by one consumer for one batch at a time per partition; partitions go on independently. When it resolves, the
 * batch is committed; when it rejects, nothing is, and the same messages come again, it may be fewer of them at once, after
 * a bounded, growing pause (F2).
 */
export type BatchHandler = (batch: FeedBatch, signal: AbortSignal) => Promise<void>;

/** Hears which partitions are won and lost; a batch of a partition never comes before it was assigned. */
export interface PartitionListener {
  onAssigned?(partitions: readonly number[]): void;
  onRevoked?(partitions: readonly number[]): void;
}

export interface Consumer {
  /** Partitions that are this consumer's now. */
  readonly assigned: ReadonlySet<number>;
  /** Lets the batches in flight finish, commits them, gives its partitions back; then its handler runs no more. May be called twice. */
  close(): Promise<void>;
}

export interface Feed {
  /** Fixed for the feed's life; at least {@link MIN_PARTITIONS}. */
  readonly partitions: number;

  /**
   * Resolves when every message is acknowledged by the feed; those of one partition keep their order. Waits while the
   * feed's bounded buffers are full. Throws StoreUnavailable; then any of the messages may have been taken. A partition
   * that the feed has not is a RangeError, and nothing is taken.
   */
  publish(messages: readonly FeedMessage[]): Promise<void>;

  /**
   * Joins a consumer group: each partition goes to one consumer of a group at a time, every group sees all messages
   * published after its first consumer joined. A group without members blocks no publisher. `onAssigned` and `onRevoked`
   * name partitions won and lost; a batch of a lost partition is signalled to stop and not committed. A handler that goes
   * on may do so beside the next owner's, never beside a further batch of its own consumer.
   */
  consume(group: string, handler: BatchHandler, listener?: PartitionListener): Promise<Consumer>;

  /**
   * F5: of what it keeps for later consumers, from each partition with any of it, the message of the greatest position
   * among the last ones, of each journal that is among them. A feed may outlive the journal that it speaks of, or keep what was published after the copy from which
   * that was put back: before a process publishes or consumes, it looks each of these up in the journal. Where the journal holds
   * them, it holds all before them; else none may be taken for a hint even. Throws StoreUnavailable.
   */
  newest(): Promise<readonly FeedMessage[]>;

  /**
   * F5: removes all that it has kept by now, for every group; what a consumer lacks of it, the journal has. Throws
   * StoreUnavailable, or an Error in one sentence for a missing right; then some of it may be there still.
   */
  empty(): Promise<void>;

  /** Closes its consumers, refuses to publish. May be called twice. */
  close(): Promise<void>;
}
