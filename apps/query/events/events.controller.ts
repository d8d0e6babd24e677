/** `GET /events`: what was reported. */
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
  READING,
  showing,
  Tagged,
  type ListBody,
  type RequestOf,
} from '#platform';
import { eventShown, eventsListed } from './documented.js';
import { eventList } from './list.js';
import { presentEvent } from './present.js';
import { eventQuery } from './queries.js';

@Controller('events')
@Needs('read')
export class EventsReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(eventsListed)
  @Listing()
  list(
    @Asked(eventQuery) asked: RequestOf<typeof eventQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: eventList,
      asked,
      demand,
      read: (page, fresh) => this.reading.events(asked.filter, page, fresh),
    });
  }

  @Get(':id')
  @Documented(eventShown)
  @Tagged()
  async one(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentEvent(showing(reply, await this.reading.event(id, demand)));
  }
}
