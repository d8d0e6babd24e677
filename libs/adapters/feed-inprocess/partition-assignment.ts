/** A partition while it is assigned to one consumer: batch after batch goes to the handler, is committed when handled, repeated when not (F2). */
import type { BatchHandler } from '#ports';
import type { Buffer } from './buffer.js';

export interface PauseLimits {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export class PartitionAssignment {
  /** Aborts when the partition is lost. */
  private readonly lost = new AbortController();
  /** Aborts when no further batch shall be begun. */
  private readonly ending = new AbortController();
  private wakeUp: (() => void) | undefined;
  /** Resolves when no batch is in flight and none will be begun. */
  readonly ended: Promise<void>;

  constructor(
    private readonly partition: number,
    private readonly buffer: Buffer,
    private readonly handler: BatchHandler,
    private readonly pauses: PauseLimits,
    /** It begins after this. */
    after: Promise<void> = Promise.resolve(),
  ) {
    this.ended = this.run(after);
  }

  /** There may be messages. */
  wake(): void {
    this.wakeUp?.();
  }

  /** The partition is another's: the batch in flight is signalled to stop and not committed. */
  revoke(): void {
    this.lost.abort();
    this.stop();
  }

  /** Resolves when the batch in flight was handled, or has failed. */
  async finish(): Promise<void> {
    this.stop();
    await this.ended;
  }

  private stop(): void {
    this.ending.abort();
    this.wake();
  }

  private async run(after: Promise<void>): Promise<void> {
    let failures = 0;
    // in a later turn in any case: the listener hears of its partitions before the handler does
    await after;
    while (!this.ending.signal.aborted) {
      const messages = this.buffer.next();
      if (messages.length === 0) {
        await this.sleep();
      } else if (await this.handle(messages)) {
        failures = 0;
        if (!this.lost.signal.aborted) this.buffer.drop(messages.length);
      } else {
        failures += 1;
        await this.sleep(Math.min(this.pauses.firstPauseMs * 2 ** (failures - 1), this.pauses.longestPauseMs));
      }
    }
  }

  private async handle(messages: ReturnType<Buffer['next']>): Promise<boolean> {
    try {
      await this.handler({ partition: this.partition, messages }, this.lost.signal);
      return true;
    } catch {
      // who handles reports why; here it only means that the batch comes again
      return false;
    }
  }

  /** Until it ends or, without a time, is woken. */
  private async sleep(pauseMs?: number): Promise<void> {
    if (this.ending.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = pauseMs === undefined ? undefined : setTimeout(resolve, pauseMs);
      this.wakeUp = () => {
        if (pauseMs !== undefined && !this.ending.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }
}
