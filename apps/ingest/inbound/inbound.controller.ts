/** Batches of the inbound topic go to the intake; what it throws goes back to the consumer, which brings the batch again. */
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { RunningInbound } from '#application';
import { FeedFailures, INBOUND, INBOUND_BATCH, INBOUND_TRANSPORT, type InboundPayload } from '#platform';

@Controller()
@UseFilters(FeedFailures)
export class InboundController {
  constructor(@Inject(INBOUND) private readonly inbound: RunningInbound) {}

  @EventPattern(INBOUND_BATCH, INBOUND_TRANSPORT)
  async take(@Payload() { batch, signal }: InboundPayload): Promise<void> {
    await this.inbound.take(batch, signal);
  }
}
