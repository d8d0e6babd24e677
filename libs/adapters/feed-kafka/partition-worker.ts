/** One assignment of one partition: fetched messages go to the handler batch after batch, are committed when handled, repeated when not (F2). */
import { sleep, pauseAfter, type PauseLimits } from './waiting.js';

/** A Kafka message as it was fetched. */
export interface RawMessage {
  readonly offset: string;
  /** When it was published, in milliseconds since 1970, as text. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export interface RawBatch {
  readonly partition: number;
  /** At least one, by offset. */
  readonly messages: readonly RawMessage[];
}

/** As the feed's BatchHandler, for messages as Kafka has them. */
export type RawHandler = (batch: RawBatch, signal: AbortSignal) => Promise<void>;

export interface WorkerLimits extends PauseLimits {
  /** Most messages of one batch for the handler. */
  readonly batchMessages: number;
  /** The partition is paused while more than this wait, in messages or bytes of keys and values. */
  readonly queueMessages: number;
  readonly queueBytes: number;
}

export interface WorkerParts {
  readonly partition: number;
  readonly handler: RawHandler;
  readonly limits: WorkerLimits;
  /** Stores that everything below this offset was handled. Rejects where the broker did not take it. */
  commit(offset: bigint): Promise<void>;
  /** There is room again in a queue that was full. */
  onRoom(): void;
  onFailure(doing: 'handling' | 'committing', error: unknown, failures: number): void;
}

/** Tries to commit once the consumer is closing; uncommitted messages come again to the next owner. */
const CLOSING_COMMITS = 3;

export class PartitionWorker {
  private at: bigint | undefined;
  private begun = false;
  private readonly queue: RawMessage[] = [];
  private queuedBytes = 0;
  private readonly lost = new AbortController();
  private readonly ending = new AbortController();
  private wakeUp: (() => void) | undefined;
  /** Resolves when no batch is in flight and none will be begun. */
  readonly ended: Promise<void>;

  /** Begins after `after`: the same partition's last batch at this consumer. */
  constructor(
    private readonly parts: WorkerParts,
    after: Promise<void> = Promise.resolve(),
  ) {
    this.ended = this.run(after);
  }

  /** Whether the place to read from is settled. */
  get ready(): boolean {
    return this.begun;
  }

  /** Offset that the next fetch begins at; undefined before the first {@link begin}. */
  get position(): bigint | undefined {
    return this.at;
  }

  /** The position, where messages wait or are in flight; undefined where the committed offset says as much. */
  get own(): bigint | undefined {
    return this.queue.length > 0 ? this.at : undefined;
  }

  isFull(): boolean {
    const { queueMessages, queueBytes } = this.parts.limits;
    return this.queue.length >= queueMessages || this.queuedBytes >= queueBytes;
  }

  /** Nothing is taken until {@link begin}: the place to read from is not settled. */
  hold(): void {
    this.begun = false;
  }

  begin(offset: bigint): void {
    this.at = offset;
    this.begun = true;
  }

  /** Messages fetched from {@link position} on; `next` is where the fetch after them begins. */
  take(messages: readonly RawMessage[], next: bigint): void {
    if (this.ending.signal.aborted) return;
    for (const message of messages) {
      this.queue.push(message);
      this.queuedBytes += sizeOf(message);
    }
    this.at = next;
    this.wakeUp?.();
  }

  /** Nothing for readers stood before `next`. */
  skip(next: bigint): void {
    if (this.begun) this.at = next;
  }

  /** The partition is another's: the batch in flight is signalled to stop and not committed. */
  revoke(): void {
    this.lost.abort();
    this.stop();
  }

  /** No further batch is begun; that in flight is committed when it is handled. */
  stop(): void {
    this.ending.abort();
    this.wakeUp?.();
  }

  private async run(after: Promise<void>): Promise<void> {
    let failures = 0;
    const { limits } = this.parts;
    let most = limits.batchMessages;
    // in a later turn in any case: the listener hears of its partitions before the handler does
    await after;
    while (!this.isEnding()) {
      const messages = this.queue.slice(0, most);
      const last = messages.at(-1);
      if (last === undefined) {
        await this.more();
      } else if (await this.handle(messages, failures + 1)) {
        failures = 0;
        most = Math.min(most * 2, limits.batchMessages);
        if (await this.commit(BigInt(last.offset) + 1n)) this.drop(messages.length);
      } else {
        failures += 1;
        // a store that is too slow for all of them would be for ever, were it asked for as much again
        most = Math.ceil(messages.length / 2);
        await sleep(pauseAfter(failures, limits), this.ending.signal);
      }
    }
  }

  private async handle(messages: readonly RawMessage[], nth: number): Promise<boolean> {
    const { handler, partition } = this.parts;
    try {
      await handler({ partition, messages }, this.lost.signal);
      return true;
    } catch (error) {
      // a handler that stopped on request has not failed
      if (!this.isLost()) this.parts.onFailure('handling', error, nth);
      return false;
    }
  }

  /** Whether it was committed; tried until then, or until the partition is lost. */
  private async commit(offset: bigint): Promise<boolean> {
    for (let failures = 0; ;) {
      // asked right before each try: the broker takes a commit for a partition that is another's
      if (this.isLost()) return false;
      try {
        await this.parts.commit(offset);
        return true;
      } catch (error) {
        failures += 1;
        this.parts.onFailure('committing', error, failures);
        const isClosing = this.isEnding();
        if (isClosing && failures >= CLOSING_COMMITS) return false;
        await sleep(pauseAfter(failures, this.parts.limits), isClosing ? this.lost.signal : this.ending.signal);
      }
    }
  }

  private isLost(): boolean {
    return this.lost.signal.aborted;
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private drop(count: number): void {
    const wasFull = this.isFull();
    for (const message of this.queue.splice(0, count)) this.queuedBytes -= sizeOf(message);
    if (wasFull && !this.isFull()) this.parts.onRoom();
  }

  /** Until something is taken, or it ends. */
  private async more(): Promise<void> {
    await new Promise<void>((resolve) => (this.wakeUp = resolve));
    this.wakeUp = undefined;
  }
}

function sizeOf({ key, value }: RawMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}
