/** `GET /events`: what was reported. */
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
import { presentEvent } from './present.js';
import { eventQuery } from './queries.js';

@Controller('events')
@Needs('read')
export class EventsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(eventQuery) { filter, page, context }: RequestOf<typeof eventQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.events(filter, page, demand)), presentEvent, context);
  }

  @Get(':id')
  async one(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentEvent(showing(reply, await this.reading.event(id, demand)));
  }
}
