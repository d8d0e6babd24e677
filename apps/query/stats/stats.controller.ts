/** `GET /stats`: the figures over everything. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import { Documented, Freshness, Needs, READING, showing } from '#platform';
import { statsShown } from './documented.js';
import { presentStats } from './present.js';

@Controller('stats')
@Needs('read')
export class StatsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @Documented(statsShown)
  async stats(@Freshness() demand: FreshnessDemand, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return presentStats(showing(reply, await this.reading.stats(demand)));
  }
}
