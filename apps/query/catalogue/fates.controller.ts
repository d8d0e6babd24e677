/** `GET /fates`: which rules there are. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Freshness,
  listAnswer,
  Needs,
  presentFate,
  READING,
  showing,
  TakesQuery,
  type ListAnswer,
  type RequestOf,
} from '#platform';
import { fateQuery } from './queries.js';

@Controller('fates')
@Needs('read')
export class FatesReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(fateQuery) { filter, page, context }: RequestOf<typeof fateQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.fates(filter, page, demand)), presentFate, context);
  }

  @Get(':fate')
  async one(
    @Param('fate') fate: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentFate(showing(reply, await this.reading.fate(fate, demand)));
  }
}
