/** Takes events from the inbound topic for as long as the process runs: joins its group, and reports the lag. */
import { StoreUnavailable, type InboundBatch, type PartitionListener } from '#ports';
import type { Log } from '../log.js';
import { pauseMs, sleep, type Pauses } from '../pauses.js';
import { takeBatch, type IntakeParts } from './intake.js';

/** Joins the consumer group, so that batches are given to {@link RunningInbound.take}. */
export type JoinInbound = (listener: PartitionListener) => Promise<{ close(): Promise<void> }>;

export interface InboundParts extends IntakeParts {
  readonly log: Log;
}

export interface RunningInbound {
  /** Resolves when each message of the batch is stored or rejected; otherwise rejects, and the batch is to come again. */
  take(batch: InboundBatch, signal: AbortSignal): Promise<void>;
  /** Joins in the background, again and again until it is a member. */
  start(join: JoinInbound): void;
  /** Why messages wait, as a sentence; null where all goes well. */
  notReady(): string | null;
  /** Lets batches in flight end and commits them; none comes after. */
  close(): Promise<void>;
}

const JOIN_PAUSES: Pauses = { firstMs: 250, longestMs: 10_000 };

export function createInbound(parts: InboundParts): RunningInbound {
  return new Following(parts);
}

class Following implements RunningInbound {
  private readonly closing = new AbortController();
  /** By partition why its batch was not taken. */
  private readonly waiting = new Map<number, string>();
  private absence: string | null = 'the consumer group is not joined yet';
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: InboundParts) {}

  async take(batch: InboundBatch, signal: AbortSignal): Promise<void> {
    const { partition } = batch;
    try {
      await takeBatch(this.parts, batch, signal);
      this.waiting.delete(partition);
    } catch (error) {
      if (!signal.aborted) this.waiting.set(partition, reasonOf(error));
      throw error;
    }
  }

  start(join: JoinInbound): void {
    this.running = this.run(join);
  }

  notReady(): string | null {
    if (this.absence !== null) return this.absence;
    const [first] = this.waiting;
    if (first === undefined) return null;
    const [partition, reason] = first;
    const others = this.waiting.size > 1 ? ` and ${this.waiting.size - 1} more` : '';
    return `the messages of partition ${partition}${others} wait: ${reason}`;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(join: JoinInbound): Promise<void> {
    const { signal } = this.closing;
    const member = await this.joined(join, signal);
    if (member === undefined) return;
    this.absence = null;
    await aborted(signal);
    await member.close();
  }

  /** Undefined where it was closed before. */
  private async joined(join: JoinInbound, signal: AbortSignal): Promise<{ close(): Promise<void> } | undefined> {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        return await join({
          onRevoked: (partitions) => {
            for (const partition of partitions) this.waiting.delete(partition);
          },
        });
      } catch (error) {
        const reason = reasonOf(error);
        this.absence = `the consumer group cannot be joined: ${reason}`;
        this.logFailure(error, reason);
        await sleep(pauseMs(tries, JOIN_PAUSES), signal);
      }
    }
    return undefined;
  }

  private logFailure(error: unknown, reason: string): void {
    const { log } = this.parts;
    if (error instanceof StoreUnavailable) log.warn('the inbound topic is away, so its events wait', { reason });
    else log.error('the inbound topic cannot be read until this is mended', { reason, err: error });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
