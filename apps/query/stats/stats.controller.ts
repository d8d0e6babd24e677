/** `GET /stats`: the figures over everything. Without an `ETag`: their ages differ from one answer to the next. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, PastStats, Reading, Stats } from '#application';
import { statsBody, type StatsBody } from '#contracts';
import { answering, AS_OF_HEADERS, Documented, Needs, PastFreshness, READING, showing, TakesQuery } from '#platform';
import { presentStats } from './present.js';

@Controller('stats')
@Needs('read')
export class StatsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  @Documented({
    id: 'getStats',
    summary: 'Totals, open labors by type, the oldest open one, times to close, events per hour',
    answers: answering(
      statsBody,
      'The figures, each with its age; with asOf those of them that are known of the past.',
      AS_OF_HEADERS,
    ),
  })
  async stats(
    @PastFreshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatsBody> {
    const stats = demand.asOf === undefined ? this.reading.stats(demand) : this.reading.pastStats(demand);
    return presentStats(showing<Stats | PastStats>(reply, await stats));
  }
}
