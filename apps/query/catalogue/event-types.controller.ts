/** `GET /event-types`: which event types there are. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Documented,
  Freshness,
  Listing,
  Lists,
  Needs,
  presentEventType,
  READING,
  showing,
  Tagged,
  type ListBody,
  type RequestOf,
} from '#platform';
import { eventTypeShown, eventTypesListed } from './documented.js';
import { eventTypeList } from './lists.js';
import { eventTypeQuery } from './queries.js';

@Controller('event-types')
@Needs('read')
export class EventTypesReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(eventTypesListed)
  @Listing()
  list(
    @Asked(eventTypeQuery) asked: RequestOf<typeof eventTypeQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: eventTypeList,
      asked,
      demand,
      read: (page, fresh) => this.reading.eventTypes(asked.filter, page, fresh),
    });
  }

  @Get(':name')
  @Documented(eventTypeShown)
  @Tagged()
  async one(
    @Param('name') name: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentEventType(showing(reply, await this.reading.eventType(name, demand)));
  }
}
