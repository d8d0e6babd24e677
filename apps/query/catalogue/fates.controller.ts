/** `GET /fates`: which rules there are. */
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
  presentFate,
  READING,
  showing,
  Tagged,
  type ListBody,
  type RequestOf,
} from '#platform';
import { fateShown, fatesListed } from './documented.js';
import { fateList } from './lists.js';
import { fateQuery } from './queries.js';

@Controller('fates')
@Needs('read')
export class FatesReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(fatesListed)
  @Listing()
  list(
    @Asked(fateQuery) asked: RequestOf<typeof fateQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: fateList,
      asked,
      demand,
      read: (page, fresh) => this.reading.fates(asked.filter, page, fresh),
    });
  }

  @Get(':fate')
  @Documented(fateShown)
  @Tagged()
  async one(
    @Param('fate') fate: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentFate(showing(reply, await this.reading.fate(fate, demand)));
  }
}
