/** `GET /labors`: what is to be done, and what was. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Freshness,
  listAnswer,
  Needs,
  READING,
  showing,
  TakesQuery,
  type ListAnswer,
  type RequestOf,
} from '#platform';
import { presentLabor, presentWhy } from './present.js';
import { laborQuery } from './queries.js';

@Controller('labors')
@Needs('read')
export class LaborsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(laborQuery) { filter, page, context }: RequestOf<typeof laborQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.labors(filter, page, demand)), presentLabor, context);
  }

  @Get(':id')
  async one(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentLabor(showing(reply, await this.reading.labor(id, demand)));
  }

  @Get(':id/why')
  async why(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentWhy(showing(reply, await this.reading.why(id, demand)));
  }
}
