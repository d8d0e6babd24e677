/**
 * The feed as a Nest transport: batches go to the `@EventPattern(JOURNAL_BATCH)` handler, and only what it has handled
 * without failing is committed (F2). Nest hands a handler's failure on as an Observable that errors; it is awaited here.
 */
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Log } from '#application';
import type { Consumer, Feed, FeedBatch } from '#ports';

/** The pattern of the handler of batches. */
export const JOURNAL_BATCH = 'journal.batch';
/** So that a handler can be bound to this transport alone. */
export const FEED_TRANSPORT = Symbol('feed');

/** What the handler gets. */
export interface BatchPayload {
  readonly batch: FeedBatch;
  /** Aborts when the partition is lost. */
  readonly signal: AbortSignal;
}

export interface FeedStrategyOptions {
  readonly feed: Feed;
  /** The consumer group. */
  readonly group: string;
  readonly log: Log;
}

export class FeedStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = FEED_TRANSPORT;
  /** The failure reaches the feed, which brings the batch again; Nest need not report it as well. */
  override readonly propagatesEventHandlerErrors = true;
  private consumer: Consumer | undefined;

  constructor(private readonly options: FeedStrategyOptions) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    const { feed, group } = this.options;
    feed
      .consume(group, (batch, signal) => this.deliver({ batch, signal }))
      .then((consumer) => {
        this.consumer = consumer;
        callback();
      }, callback);
  }

  /** Rejects where the handler fails, however it fails. */
  async deliver(payload: BatchPayload): Promise<void> {
    const handler = this.getHandlerByPattern(JOURNAL_BATCH);
    if (handler === null) throw new Error(`no handler for ${JOURNAL_BATCH}`);
    try {
      const result: unknown = await handler(payload);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      if (!payload.signal.aborted) {
        this.options.log.error('a batch was not handled; it will come again', {
          partition: payload.batch.partition,
          err: error,
        });
      }
      throw error;
    }
  }

  /** Lets batches under way finish and commits them. */
  async close(): Promise<void> {
    await this.consumer?.close();
  }

  /** The feed reports nothing that could be listened to. */
  on(event: string): never {
    throw new Error(`the feed has no event ${event}`);
  }

  unwrap<T>(): T {
    return this.options.feed as T;
  }
}
