/** `GET /quests/{id}/labors` and `/hosts`: what one quest consists of. */
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
import { presentLabor } from '../labors/present.js';
import { laborQuery } from '../labors/queries.js';
import { presentQuestHost } from './present.js';
import { questHostsQuery } from './queries.js';

@Controller('quests/:id')
@Needs('read')
@TakesQuery()
export class QuestPartsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get('labors')
  async labors(
    @Param('id', questNumber) id: QuestId,
    @Asked(laborQuery) { filter, page, context }: RequestOf<typeof laborQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.questLabors(id, filter, page, demand)), presentLabor, context);
  }

  @Get('hosts')
  async hosts(
    @Param('id', questNumber) id: QuestId,
    @Asked(questHostsQuery) { page, context }: RequestOf<typeof questHostsQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.questHosts(id, page, demand)), presentQuestHost, context);
  }
}
