/** `GET /quests`: how far each campaign is. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import type { QuestId } from '#domain';
import {
  Asked,
  Freshness,
  listAnswer,
  Needs,
  questNumber,
  READING,
  showing,
  TakesQuery,
  type ListAnswer,
  type RequestOf,
} from '#platform';
import { presentQuest } from './present.js';
import { questQuery } from './queries.js';

@Controller('quests')
@Needs('read')
export class QuestsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(questQuery) { filter, page, context }: RequestOf<typeof questQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.quests(filter, page, demand)), presentQuest, context);
  }

  @Get(':id')
  async one(
    @Param('id', questNumber) id: QuestId,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentQuest(showing(reply, await this.reading.quest(id, demand)));
  }
}
