/** `GET /labors`: what is to be done, and what was. */
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
import { laborExplained, laborShown, laborsListed } from './documented.js';
import { laborList } from './list.js';
import { presentLabor, presentWhy } from './present.js';
import { laborQuery } from './queries.js';

@Controller('labors')
@Needs('read')
export class LaborsReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(laborsListed)
  @Listing()
  list(
    @Asked(laborQuery) asked: RequestOf<typeof laborQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: laborList,
      asked,
      demand,
      read: (page, fresh) => this.reading.labors(asked.filter, page, fresh),
    });
  }

  @Get(':id')
  @Documented(laborShown)
  @Tagged()
  async one(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentLabor(showing(reply, await this.reading.labor(id, demand)));
  }

  @Get(':id/why')
  @Documented(laborExplained)
  @Tagged()
  async why(
    @Param('id') id: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentWhy(showing(reply, await this.reading.why(id, demand)));
  }
}
