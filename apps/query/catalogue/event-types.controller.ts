/** `GET /event-types`: which event types there are. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Freshness,
  listAnswer,
  Needs,
  presentEventType,
  READING,
  showing,
  TakesQuery,
  type ListAnswer,
  type RequestOf,
} from '#platform';
import { eventTypeQuery } from './queries.js';

@Controller('event-types')
@Needs('read')
export class EventTypesReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(eventTypeQuery) { filter, page, context }: RequestOf<typeof eventTypeQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const shown = showing(reply, await this.reading.eventTypes(filter, page, demand));
    return listAnswer(shown, presentEventType, context);
  }

  @Get(':name')
  async one(
    @Param('name') name: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentEventType(showing(reply, await this.reading.eventType(name, demand)));
  }
}
