/** `/event-types`: defining and amending them. */
import { Body, Controller, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { presentEventType, type EventTypeBody } from '#contracts';
import { Caller, CheckedBody, Documented, INGEST, Needs, type Identity } from '#platform';
import { callerOf } from '../caller.js';
import { answerAmended, answerDefined, MAX_DEFINITIONS } from './answer.js';
import { eventTypeAmended, eventTypesDefined } from './documented.js';
import { eventTypeAmendment, EventTypeAmendmentDto, eventTypeDefinition, EventTypeDto } from './event-type.dto.js';

@Controller('event-types')
@Needs('admin')
export class EventTypesWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post()
  @Documented(eventTypesDefined)
  async define(
    @CheckedBody(EventTypeDto, { many: MAX_DEFINITIONS }) items: readonly EventTypeDto[],
    @Body() asked: unknown,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventTypeBody | readonly EventTypeBody[]> {
    const outcome = await this.ingest.defineEventTypes(items.map(eventTypeDefinition), callerOf(identity));
    return answerDefined(reply, asked, outcome, presentEventType);
  }

  @Patch(':name')
  @Documented(eventTypeAmended)
  async amend(
    @Param('name') name: string,
    @CheckedBody(EventTypeAmendmentDto) dto: EventTypeAmendmentDto,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventTypeBody> {
    const outcome = await this.ingest.amendEventType(name, eventTypeAmendment(dto), callerOf(identity));
    return answerAmended(reply, outcome, presentEventType);
  }
}
