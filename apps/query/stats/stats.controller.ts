/** `GET /stats`: the figures over everything. Without an `ETag`: their ages differ from one answer to the next. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import { statsBody, type StatsBody } from '#contracts';
import { answering, Documented, Freshness, Needs, READING, showing } from '#platform';
import { presentStats } from './present.js';

@Controller('stats')
@Needs('read')
export class StatsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @Documented({
    id: 'getStats',
    summary: 'Totals, open labors by type, the oldest open one, times to close, events per hour',
    answers: answering(statsBody, 'The figures, each with its age.'),
  })
  async stats(
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatsBody> {
    return presentStats(showing(reply, await this.reading.stats(demand)));
  }
}
