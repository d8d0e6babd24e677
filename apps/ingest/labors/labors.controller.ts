/** `/labors/{id}/…`: commands on one labor. */
import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { Caller, CheckedBody, Documented, INGEST, Needs, type Identity } from '#platform';
import { answerWritten } from '../answer.js';
import { callerOf } from '../caller.js';
import { laborAcknowledged, laborAssigned, laborWaived } from './documented.js';
import { AckDto, acking, AssignDto, assigning, WaiveDto, waiving } from './labor.dto.js';

@Controller('labors/:id')
@Needs('operate')
export class LaborsWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post('ack')
  @Documented(laborAcknowledged)
  @HttpCode(200)
  async ack(
    @Param('id') id: string,
    @CheckedBody(AckDto) dto: AckDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerWritten(reply, await this.ingest.commandLabor(id, acking(dto), callerOf(identity)));
  }

  @Post('assign')
  @Documented(laborAssigned)
  @HttpCode(200)
  async assign(
    @Param('id') id: string,
    @CheckedBody(AssignDto) dto: AssignDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerWritten(reply, await this.ingest.commandLabor(id, assigning(dto), callerOf(identity)));
  }

  @Post('waive')
  @Documented(laborWaived)
  @HttpCode(200)
  async waive(
    @Param('id') id: string,
    @CheckedBody(WaiveDto) dto: WaiveDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return answerWritten(reply, await this.ingest.commandLabor(id, waiving(dto), callerOf(identity)));
  }
}
