/** Batches of the feed go to the projector; what it throws goes back to the feed, which brings the batch again (F2). */
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Projector } from '#application';
import { FEED_TRANSPORT, FeedFailures, JOURNAL_BATCH, PROJECTOR, type BatchPayload } from '#platform';

@Controller()
@UseFilters(FeedFailures)
export class FeedController {
  constructor(@Inject(PROJECTOR) private readonly projector: Projector) {}

  @EventPattern(JOURNAL_BATCH, FEED_TRANSPORT)
  async handle(@Payload() { batch, signal }: BatchPayload): Promise<void> {
    await this.projector.handle(batch, signal);
  }
}
