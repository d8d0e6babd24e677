/**
 * A subscription to our part of `$all`: the server pushes, we take as many events as were asked for, and back-pressure does the rest. It
 * ends by `unsubscribe` only, because anything else leaves a call open on the connection, which has 100.
 */
import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type KurrentDBClient,
} from '@kurrent/kurrentdb-client';
import { START, type Position, type StoredEntry } from '#contracts';
import { StoreUnavailable } from '#ports';
import { unavailable } from './errors.js';
import { driverPosition, toEntry, type StreamNames } from './events.js';

/** Most entries that wait on our side for being asked for, beside one batch. */
const MAX_PREFETCHED = 128;
/** The server sends a checkpoint every 32 × this many events; no reader uses them, hence the large number. */
const CHECKPOINT_INTERVAL = 1000;
/** Longest wait for the call to be cancelled: it waits for the connection. */
const UNSUBSCRIBE_MS = 1000;

export class Subscription {
  private readonly source: AllStreamSubscription;
  private failure: Error | undefined;
  private ended = false;
  private wake: () => void = () => undefined;

  constructor(
    client: KurrentDBClient,
    private readonly names: StreamNames,
    after: Position,
  ) {
    const fromPosition = after === START ? 'start' : driverPosition(after);
    const filter = streamNameFilter({ prefixes: [names.entries], checkpointInterval: CHECKPOINT_INTERVAL });
    const readable = { highWaterMark: MAX_PREFETCHED };
    this.source = client.subscribeToAll({ fromPosition, filter, requiresLeader: true }, readable);
    // without a listener an error ends the process, also one that comes after the end
    this.source.on('error', (error: Error) => {
      this.failure ??= error;
      this.wake();
    });
    this.source.on('end', () => {
      this.ended = true;
      this.wake();
    });
    this.source.on('readable', () => {
      this.wake();
    });
  }

  /** The entries read so far: at least one, at most `max`; empty when `signal` aborts. Throws StoreUnavailable when the store is gone. */
  async batch(most: number, signal: AbortSignal): Promise<readonly StoredEntry[]> {
    for (;;) {
      if (signal.aborted) return [];
      const entries = this.take(most);
      if (entries.length > 0) return entries;
      if (this.failure !== undefined) throw unavailable(this.failure);
      if (this.ended) throw new StoreUnavailable('journal', 'the event store ended the subscription');
      await this.something(signal);
    }
  }

  /** Resolves when the call is cancelled, or will be. */
  async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, UNSUBSCRIBE_MS);
    });
    // it rejects where the call was never made
    await Promise.race([this.source.unsubscribe().catch(() => undefined), limit]);
    clearTimeout(timer);
  }

  private take(most: number): readonly StoredEntry[] {
    const entries: StoredEntry[] = [];
    while (entries.length < most) {
      const resolved = this.source.read() as AllStreamResolvedEvent | null;
      if (resolved === null) break;
      if (resolved.event !== undefined) entries.push(toEntry(resolved.event, this.names));
    }
    return entries;
  }

  private async something(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wake = wake;
      signal.addEventListener('abort', wake);
    });
  }
}
