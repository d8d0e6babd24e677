/**
 * Events that services publish instead of sending them in requests: one topic of messages as the services wrote them, and
 * one for refused messages. Nothing is acknowledged before it is stored or rejected, so nothing is lost; messages
 * may come twice.
 */
import type { Consumer, PartitionListener } from './feed.js';

/** A message as its producer wrote it; nothing about it is checked. */
export interface InboundMessage {
  readonly partition: number;
  /** Its number within the partition of the topic; a topic that was recreated begins again. */
  readonly offset: bigint;
  /** When it was published, by the producer's or the broker's clock; ms since 1970. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** By name, each with all of its values. Without a prototype: names are the producer's. */
  readonly headers: Readonly<Record<string, readonly Buffer[]>>;
}

export interface InboundBatch {
  readonly partition: number;
  /** At least one, at most {@link Inbound.batchMessages}, by offset. */
  readonly messages: readonly InboundMessage[];
}

/**
 * Called for one batch at a time per partition; partitions go on independently. When it resolves, the batch is committed;
 * when it rejects, nothing is, and the partition begins with the same messages again after a bounded, growing pause: no
 * later message passes an earlier one. `signal` aborts when the partition is lost; then nothing is committed.
 */
export type InboundHandler = (batch: InboundBatch, signal: AbortSignal) => Promise<void>;

export interface RejectedMessage {
  readonly message: InboundMessage;
  /** Why, as a code of the closed table and as a sentence. */
  readonly code: string;
  readonly reason: string;
}

export interface Inbound {
  /** The topic's name: with partition and offset, the place of a message. */
  readonly topic: string;
  /** Most messages of one batch, and the most that can come again in each partition after a crash. */
  readonly batchMessages: number;

  /**
   * Joins the one consumer group of all processes that take events: each partition goes to one of them at a time. A group
   * that has committed nothing begins with the oldest message kept. Throws StoreUnavailable where it cannot join.
   */
  consume(handler: InboundHandler, listener?: PartitionListener): Promise<Consumer>;

  /**
   * Resolves when the topic of rejected messages has acknowledged all: key, value and headers as they were, and beside
   * them the reason, the code, the place and the time. A message that does not fit goes without its value, and says so. Throws
   * StoreUnavailable; then any may have been taken.
   */
  reject(messages: readonly RejectedMessage[]): Promise<void>;

  /** Closes its consumers: batches in flight end and are committed. May be called twice. */
  close(): Promise<void>;
}
