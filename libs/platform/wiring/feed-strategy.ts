/**
 * The feed as a Nest transport: batches go to the `@EventPattern(JOURNAL_BATCH)` handler, and only batches that it has handled
 * without failing are committed (F2). Nest hands a handler's failure on as an Observable that errors; it is awaited here.
 * Which consumer group it joins is known only once the handler has found its work, so joining is a separate call.
 */
import { Catch, type ExceptionFilter } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom, throwError, type Observable } from 'rxjs';
import type { Log } from '#application';
import { traceIdOf } from '#contracts';
import { StoreUnavailable, type Consumer, type Feed, type FeedBatch, type PartitionListener } from '#ports';

/** The pattern of the handler of batches. */
export const JOURNAL_BATCH = 'journal.batch';
/** So that a handler can be bound to this transport alone. */
export const FEED_TRANSPORT = Symbol('feed');

/** The handler's argument. */
export interface BatchPayload {
  readonly batch: FeedBatch;
  /** Aborts when the partition is lost. */
  readonly signal: AbortSignal;
}

/** Belongs on the handler: without it Nest replaces the thrown error by "Internal server error". */
@Catch()
export class FeedFailures implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

export interface FeedStrategyOptions {
  readonly feed: Feed;
  readonly log: Log;
}

export class FeedStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = FEED_TRANSPORT;
  /** The failure reaches the feed, which brings the batch again; Nest need not report it as well. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumers = new Set<Consumer>();
  private handler: MessageHandler | null = null;

  constructor(private readonly options: FeedStrategyOptions) {
    super();
  }

  /** From now on batches find their handler; none comes before {@link join}. */
  listen(callback: () => void): void {
    callback();
  }

  /** Becomes a member of the consumer group, until the membership is closed. Rejects as the feed does. */
  async join(group: string, listener: PartitionListener): Promise<{ close(): Promise<void> }> {
    const consumer = await this.options.feed.consume(
      group,
      (batch, signal) => this.deliver({ batch, signal }),
      listener,
    );
    this.consumers.add(consumer);
    return {
      close: async () => {
        await consumer.close();
        this.consumers.delete(consumer);
      },
    };
  }

  /** Rejects where the handler fails, however it fails. */
  async deliver(payload: BatchPayload): Promise<void> {
    // looked up once: Nest tries each time whether the name is JSON, which costs an exception
    this.handler ??= this.getHandlerByPattern(JOURNAL_BATCH);
    if (this.handler === null) throw new Error(`no handler for ${JOURNAL_BATCH}`);
    try {
      await handled(this.handler, payload);
    } catch (error) {
      if (!payload.signal.aborted) this.report(payload.batch, error);
      throw error;
    }
  }

  private report({ partition, messages }: FeedBatch, error: unknown): void {
    const { log } = this.options;
    if (error instanceof StoreUnavailable) {
      log.warn('a store is away, so a batch of the feed waits', {
        partition,
        store: error.store,
        reason: error.reason,
      });
    } else
      log.error('a batch of the feed was not handled; it will come again', {
        partition,
        traceIds: tracesOf(messages),
        err: error,
      });
  }

  /** Lets batches in flight finish and commits them. */
  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
  }

  /** The feed reports nothing that could be listened to. */
  on(event: string): never {
    throw new Error(`the feed has no event ${event}`);
  }

  unwrap(): never {
    throw new Error('the feed has no driver to hand out');
  }
}

/** Resolves when the handler has wholly handled it; rejects where it fails, however it fails. */
export async function handled(handler: MessageHandler, payload: unknown): Promise<void> {
  const result: unknown = await handler(payload);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}

/** Requests whose entries are among the messages: as many as a log line may name. */
const MOST_TRACES = 10;

function tracesOf(messages: FeedBatch['messages']): readonly string[] {
  const ids = new Set<string>();
  for (const message of messages) {
    const id = message.kind === 'entry' ? traceIdOf(message.entry.trace) : undefined;
    if (id !== undefined) ids.add(id);
    if (ids.size === MOST_TRACES) break;
  }
  return [...ids];
}
