/** The messages of one partition that wait for one group. Messages handed out stay here until they are committed. */
import type { FeedMessage } from '#ports';

export interface BufferLimits {
  readonly bufferMessages: number;
  readonly bufferCharacters: number;
  readonly batchMessages: number;
}

export class Buffer {
  private readonly messages: FeedMessage[] = [];
  private characters = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(private readonly limits: BufferLimits) {}

  /** Whether there was room. */
  take(message: FeedMessage): boolean {
    const size = sizeOf(message);
    if (this.messages.length > 0) {
      if (this.messages.length >= this.limits.bufferMessages) return false;
      if (this.characters + size > this.limits.bufferCharacters) return false;
    }
    this.messages.push(message);
    this.characters += size;
    return true;
  }

  /** How many wait, or were handed out and are not committed. */
  get length(): number {
    return this.messages.length;
  }

  /** Resolves when something was committed or dropped, or at {@link release}. */
  room(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** The messages to hand out next, oldest first; empty when nothing waits. */
  next(): readonly FeedMessage[] {
    return this.messages.slice(0, this.limits.batchMessages);
  }

  /** Forgets the oldest ones. */
  drop(count: number): void {
    for (const message of this.messages.splice(0, count)) this.characters -= sizeOf(message);
    this.release();
  }

  /** Lets publishers that wait for room look again. */
  release(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

function sizeOf(message: FeedMessage): number {
  return message.kind === 'entry' ? message.entry.json.length : 0;
}
