/** `/quests`: embarking them, amending them, adding hosts, claiming labors, taking hosts out, abandoning them. */
import { Controller, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import {
  abandonRequest,
  questAmendmentRequest,
  questDefinition,
  questClaimRequest,
  questHostsRemovalRequest,
  questHostsRequest,
  questRequest,
} from '#contracts';
import type {
  AbandonBody,
  AbandonedQuestBody,
  EmbarkedBody,
  HostsRemovedBody,
  QuestAmendmentBody,
  QuestClaimBody,
  QuestHostsBody,
  QuestHostsRemovalBody,
  QuestRequestBody,
  RemovalForeseenBody,
  WrittenBody,
} from '#contracts';
import type { QuestId, QuestState } from '#domain';
import {
  Caller,
  CheckedBody,
  Documented,
  IfMatch,
  INGEST,
  JSON_MEDIA,
  Needs,
  questNumber,
  tagAmended,
  TakesMedia,
  TakesQuery,
  TEXT_MEDIA,
  valueOf,
  type Identity,
  type Matches,
} from '#platform';
import { answerWritten } from '../answer.js';
import { callerOf } from '../caller.js';
import { DRY_RUN, type MayBeDry } from '../dry-run.js';
import { answerAbandoned, answerClaimed, answerEmbarked, answerRemovalForeseen, answerRemoved } from './answer.js';
import {
  questAbandoned,
  questAmended,
  questClaimed,
  questEmbarked,
  questHostsAdded,
  questHostsRemoved,
} from './documented.js';
import { amendmentOf, requestOf } from './request.js';
import { BodyOrTextHosts, CLAIM_QUERY, QUEST_QUERY, REMOVAL_QUERY, type WithHosts } from './text-hosts.js';

@Controller('quests')
@Needs('operate')
export class QuestsWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post()
  @TakesMedia(JSON_MEDIA, TEXT_MEDIA)
  @TakesQuery()
  @Documented(questEmbarked)
  async embark(
    @BodyOrTextHosts(questRequest, QUEST_QUERY) body: WithHosts<QuestRequestBody>,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmbarkedBody> {
    return answerEmbarked(reply, valueOf(await this.ingest.embarkQuest(requestOf(body), callerOf(identity))));
  }

  @Patch(':id')
  @Documented(questAmended)
  async amend(
    @Param('id', questNumber) id: QuestId,
    @CheckedBody(questAmendmentRequest) body: QuestAmendmentBody,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenBody> {
    const unchanged = matches && ((quest: QuestState) => matches(questDefinition(quest)));
    const outcome = await this.ingest.amendQuest(id, amendmentOf(body), callerOf(identity), unchanged);
    tagAmended(reply, questDefinition(valueOf(outcome).quest));
    return answerWritten(reply, outcome);
  }

  @Post(':id/hosts')
  @TakesMedia(JSON_MEDIA, TEXT_MEDIA)
  @TakesQuery()
  @Documented(questHostsAdded)
  async addHosts(
    @Param('id', questNumber) id: QuestId,
    @BodyOrTextHosts(questHostsRequest, {}) { hosts }: WithHosts<QuestHostsBody>,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmbarkedBody> {
    return answerEmbarked(reply, valueOf(await this.ingest.addQuestHosts(id, hosts, callerOf(identity))));
  }

  @Post(':id/claim')
  @TakesMedia(JSON_MEDIA, TEXT_MEDIA)
  @TakesQuery()
  @Documented(questClaimed)
  async claim(
    @Param('id', questNumber) id: QuestId,
    @BodyOrTextHosts(questClaimRequest, CLAIM_QUERY) body: WithHosts<QuestClaimBody>,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmbarkedBody> {
    const { hosts, from = 'none', by = null } = body;
    const claim = { hosts, from, by };
    return answerClaimed(reply, valueOf(await this.ingest.claimLabors(id, claim, callerOf(identity))));
  }

  @Post(':id/hosts/remove')
  @TakesMedia(JSON_MEDIA, TEXT_MEDIA)
  @TakesQuery()
  @Documented(questHostsRemoved)
  async removeHosts(
    @Param('id', questNumber) id: QuestId,
    @BodyOrTextHosts(questHostsRemovalRequest, REMOVAL_QUERY, DRY_RUN)
    body: WithHosts<QuestHostsRemovalBody> & MayBeDry,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostsRemovedBody | RemovalForeseenBody> {
    const { hosts, by = null, reason = null, dryRun = false } = body;
    const caller = callerOf(identity);
    if (dryRun)
      return answerRemovalForeseen(reply, valueOf(await this.ingest.foreseeQuestHostsRemoval(id, hosts, caller)));
    return answerRemoved(reply, valueOf(await this.ingest.removeQuestHosts(id, { hosts, by, reason }, caller)));
  }

  @Post(':id/abandon')
  @Documented(questAbandoned)
  async abandon(
    @Param('id', questNumber) id: QuestId,
    @CheckedBody(abandonRequest) body: AbandonBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AbandonedQuestBody> {
    const { by = null, reason } = body;
    return answerAbandoned(reply, valueOf(await this.ingest.abandonQuest(id, { by, reason }, callerOf(identity))));
  }
}
