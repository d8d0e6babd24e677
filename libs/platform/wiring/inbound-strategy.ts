/**
 * The inbound topic as a Nest transport: batches go to the `@EventPattern(INBOUND_BATCH)` handler, and only batches that it has
 * handled without failing are committed.
 */
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Consumer, Inbound, InboundBatch, PartitionListener } from '#ports';
import { handled } from './feed-strategy.js';

/** The pattern of the handler of batches. */
export const INBOUND_BATCH = 'inbound.batch';
/** So that a handler can be bound to this transport alone. */
export const INBOUND_TRANSPORT = Symbol('inbound');

/** The handler's argument. */
export interface InboundPayload {
  readonly batch: InboundBatch;
  /** Aborts when the partition is lost. */
  readonly signal: AbortSignal;
}

export class InboundStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = INBOUND_TRANSPORT;
  /** The failure reaches the consumer, which brings the batch again; Nest need not report it as well. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumers = new Set<Consumer>();

  constructor(private readonly inbound: Inbound) {
    super();
  }

  /** From now on batches find their handler; none comes before {@link join}. */
  listen(callback: () => void): void {
    callback();
  }

  /** Becomes a member of the consumer group, until the membership is closed. Rejects as the port does. */
  async join(listener: PartitionListener): Promise<{ close(): Promise<void> }> {
    const consumer = await this.inbound.consume((batch, signal) => this.deliver({ batch, signal }), listener);
    this.consumers.add(consumer);
    return {
      close: async () => {
        await consumer.close();
        this.consumers.delete(consumer);
      },
    };
  }

  /** Rejects where the handler fails, however it fails. */
  async deliver(payload: InboundPayload): Promise<void> {
    const handler = this.getHandlerByPattern(INBOUND_BATCH);
    if (handler === null) throw new Error(`no handler for ${INBOUND_BATCH}`);
    await handled(handler, payload);
  }

  /** Lets batches in flight finish and commits them. */
  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
  }

  /** It reports nothing that could be listened to. */
  on(event: string): never {
    throw new Error(`the inbound topic has no event ${event}`);
  }

  unwrap(): never {
    throw new Error('the inbound topic has no driver to hand out');
  }
}
