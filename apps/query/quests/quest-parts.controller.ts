/** `GET /quests/{id}/labors` and `/hosts`: what one quest consists of. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import type { QuestId } from '#domain';
import {
  Asked,
  Documented,
  Freshness,
  Listing,
  Lists,
  Needs,
  questNumber,
  READING,
  type ListBody,
  type RequestOf,
} from '#platform';
import { laborList } from '../labors/list.js';
import { laborQuery } from '../labors/queries.js';
import { questHostsListed, questLaborsListed } from './documented.js';
import { questHostList } from './lists.js';
import { questHostsQuery } from './queries.js';

@Controller('quests/:id')
@Needs('read')
export class QuestPartsReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get('labors')
  @Documented(questLaborsListed)
  @Listing()
  labors(
    @Param('id', questNumber) id: QuestId,
    @Asked(laborQuery) asked: RequestOf<typeof laborQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: { ...laborList, name: `quest-${id}-labors` },
      asked,
      demand,
      read: (page, fresh) => this.reading.questLabors(id, asked.filter, page, fresh),
    });
  }

  @Get('hosts')
  @Documented(questHostsListed)
  @Listing()
  hosts(
    @Param('id', questNumber) id: QuestId,
    @Asked(questHostsQuery) asked: RequestOf<typeof questHostsQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: { ...questHostList, name: `quest-${id}-hosts` },
      asked,
      demand,
      read: (page, fresh) => this.reading.questHosts(id, page, fresh),
    });
  }
}
