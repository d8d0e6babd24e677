/** `/quests`: embarking them, amending them, adding hosts. */
import { Controller, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import type { QuestId } from '#domain';
import { Caller, CheckedBody, Documented, INGEST, Needs, questNumber, valueOf, type Identity } from '#platform';
import { answerWritten } from '../answer.js';
import { callerOf } from '../caller.js';
import { answerEmbarked } from './answer.js';
import { questAmended, questEmbarked, questHostsAdded } from './documented.js';
import { questAmendment, QuestAmendmentDto, QuestDto, QuestHostsDto, questRequest } from './quest.dto.js';
import { hostsOf } from '../checks/names.js';

@Controller('quests')
@Needs('operate')
export class QuestsWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post()
  @Documented(questEmbarked)
  async embark(
    @CheckedBody(QuestDto) dto: QuestDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerEmbarked(reply, valueOf(await this.ingest.embarkQuest(questRequest(dto), callerOf(identity))));
  }

  @Patch(':id')
  @Documented(questAmended)
  async amend(
    @Param('id', questNumber) id: QuestId,
    @CheckedBody(QuestAmendmentDto) dto: QuestAmendmentDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerWritten(reply, await this.ingest.amendQuest(id, questAmendment(dto), callerOf(identity)));
  }

  @Post(':id/hosts')
  @Documented(questHostsAdded)
  async addHosts(
    @Param('id', questNumber) id: QuestId,
    @CheckedBody(QuestHostsDto) { hosts }: QuestHostsDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerEmbarked(reply, valueOf(await this.ingest.addQuestHosts(id, hostsOf(hosts), callerOf(identity))));
  }
}
