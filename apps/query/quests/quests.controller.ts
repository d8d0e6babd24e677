/** `GET /quests`: how far each campaign is. */
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
  showing,
  Tagged,
  type ListBody,
  type RequestOf,
} from '#platform';
import { questShown, questsListed } from './documented.js';
import { questList } from './lists.js';
import { presentQuest } from './present.js';
import { questQuery } from './queries.js';

@Controller('quests')
@Needs('read')
export class QuestsReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(questsListed)
  @Listing()
  list(
    @Asked(questQuery) asked: RequestOf<typeof questQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: questList,
      asked,
      demand,
      read: (page, fresh) => this.reading.quests(asked.filter, page, fresh),
    });
  }

  @Get(':id')
  @Documented(questShown)
  @Tagged()
  async one(
    @Param('id', questNumber) id: QuestId,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentQuest(showing(reply, await this.reading.quest(id, demand)));
  }
}
