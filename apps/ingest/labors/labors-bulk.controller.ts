/** `/labors/ack` and so on: one command on many labors, each with its own result. */
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { Caller, CheckedBody, Documented, INGEST, Needs, type Identity } from '#platform';
import { callerOf } from '../caller.js';
import { answerResults } from './answer.js';
import { laborsAcknowledged, laborsAssigned, laborsWaived } from './documented.js';
import { acking, AckManyDto, assigning, AssignManyDto, WaiveManyDto, waiving } from './labor.dto.js';

@Controller('labors')
@Needs('operate')
export class LaborsBulkWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post('ack')
  @Documented(laborsAcknowledged)
  @HttpCode(200)
  async ack(
    @CheckedBody(AckManyDto) dto: AckManyDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerResults(reply, await this.ingest.commandLabors(dto.labors, acking(dto), callerOf(identity)));
  }

  @Post('assign')
  @Documented(laborsAssigned)
  @HttpCode(200)
  async assign(
    @CheckedBody(AssignManyDto) dto: AssignManyDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerResults(reply, await this.ingest.commandLabors(dto.labors, assigning(dto), callerOf(identity)));
  }

  @Post('waive')
  @Documented(laborsWaived)
  @HttpCode(200)
  async waive(
    @CheckedBody(WaiveManyDto) dto: WaiveManyDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerResults(reply, await this.ingest.commandLabors(dto.labors, waiving(dto), callerOf(identity)));
  }
}
