/** The publisher as a follower of changes: a bounded queue of messages between the looks at the views and the topic. */
import { turn, type Position, type Uuid } from '#contracts';
import type { ChangeMessage } from '#ports';
import type { ChangesPlace, Follower, FollowingEnd, Notice } from '../reading/changes/change.js';
import { messageOf, resetMessage } from './messages.js';

/** With more that waits for the topic it stops following, and resumes from what the topic has. */
export const MOST_WAITING = 5000;
export const MOST_WAITING_BYTES = 16_777_216;
/** What is brought up waits while more than that does, which leaves room for what else changes. */
const MOST_BROUGHT = 1000;
const MOST_BROUGHT_BYTES = 2_097_152;
/** Of what is brought up, put in at once, in one turn. */
const PIECE = 50;
const PIECE_BYTES = 1_048_576;
/** Keys that are remembered while it is brought up; with more it stops following. */
const MOST_REMEMBERED = 100_000;

/** `overflow`: more waits, or must be remembered, than may. */
export type OutletEnd = FollowingEnd | 'overflow';

/** What is published, and where to resume from once it is. */
export interface Lot {
  readonly messages: readonly ChangeMessage[];
  readonly reset: boolean;
  readonly place: ChangesPlace | null;
}

export class Outlet implements Follower {
  private queue: Lot[] = [];
  private waiting = 0;
  private waitingBytes = 0;
  private ended: OutletEnd | null = null;
  /**
   * While it is brought up, the positions of what came beside: what is brought was perhaps read before that, and published behind
   * it a compacted topic would keep it. Null once it is brought up.
   */
  private beside: Map<string, Position> | null = new Map();
  /** Of callers that wait until something is there, or until there is room. */
  private wakers: (() => void)[] = [];

  constructor(
    private readonly journal: Uuid,
    private readonly mostBytes = MOST_WAITING_BYTES,
  ) {}

  /** Why nothing comes any more; null while something may. */
  get why(): OutletEnd | null {
    return this.ended;
  }

  take({ reset, changes, place }: Notice): void {
    // the end of bringing up is the first place that comes this way
    if (place !== null) this.beside = null;
    const messages = reset && place !== null ? [resetMessage(place, this.journal)] : [];
    let bytes = 0;
    for (const change of changes) {
      // no more messages are made than may wait
      if (this.ended !== null || this.waitingBytes + bytes > this.mostBytes) break;
      const message = messageOf(change, this.journal);
      this.beside?.set(message.key, message.position);
      messages.push(message);
      bytes += bytesOf(message);
    }
    this.put({ messages, reset, place }, bytes);
    if ((this.beside?.size ?? 0) > MOST_REMEMBERED) this.end('overflow');
  }

  async bring({ reset, changes, place }: Notice): Promise<boolean> {
    let messages: ChangeMessage[] = [];
    let bytes = 0;
    for (const change of changes) {
      if (this.ended !== null) return false;
      const message = messageOf(change, this.journal);
      const beside = this.beside?.get(message.key);
      if (beside !== undefined && message.position <= beside) continue;
      messages.push(message);
      bytes += bytesOf(message);
      if (messages.length < PIECE && bytes < PIECE_BYTES) continue;
      this.put({ messages, reset: false, place: null }, bytes);
      [messages, bytes] = [[], 0];
      await turn();
      await this.room();
    }
    this.put({ messages, reset, place }, bytes);
    await this.room();
    return this.ended === null;
  }

  /** Drops the queue: a follower that resumes gets it again. */
  end(why: OutletEnd): void {
    this.ended ??= why;
    this.queue = [];
    this.waiting = 0;
    this.waitingBytes = 0;
    this.wake();
  }

  /** All that waits; empty after `limitMs` without anything, or where it has ended. */
  async next(limitMs: number): Promise<readonly Lot[]> {
    if (this.queue.length === 0 && this.ended === null) await this.changed(limitMs);
    const lots = this.queue;
    this.queue = [];
    this.waiting = 0;
    this.waitingBytes = 0;
    this.wake();
    return lots;
  }

  private put(lot: Lot, bytes: number): void {
    if (this.ended !== null) return;
    this.queue.push(lot);
    this.waiting += lot.messages.length;
    this.waitingBytes += bytes;
    if (this.waiting > MOST_WAITING || this.waitingBytes > this.mostBytes) this.end('overflow');
    else this.wake();
  }

  private async room(): Promise<void> {
    while (this.ended === null && (this.waiting > MOST_BROUGHT || this.waitingBytes > MOST_BROUGHT_BYTES))
      await this.changed();
  }

  private async changed(limitMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakers.push(resolve);
      if (limitMs !== undefined) timer = setTimeout(resolve, limitMs);
    });
    clearTimeout(timer);
  }

  private wake(): void {
    const { wakers } = this;
    this.wakers = [];
    for (const wake of wakers) wake();
  }
}

function bytesOf({ json }: ChangeMessage): number {
  return Buffer.byteLength(json);
}
