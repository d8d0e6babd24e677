/** `/event-types`: defining and amending them. */
import { Body, Controller, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { eventTypeDefinition, eventTypeAmendmentRequest, eventTypeRequest, presentEventType } from '#contracts';
import type { EventTypeAmendmentBody, EventTypeBody, EventTypeRequestBody } from '#contracts';
import type { EventType } from '#domain';
import { Caller, CheckedBody, Documented, IfMatch, INGEST, Needs, type Identity, type Matches } from '#platform';
import { callerOf } from '../caller.js';
import { answerAmended, answerDefined, MAX_DEFINITIONS } from './answer.js';
import { eventTypeAmended, eventTypesDefined } from './documented.js';

@Controller('event-types')
@Needs('admin')
export class EventTypesWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post()
  @Documented(eventTypesDefined)
  async define(
    @CheckedBody(eventTypeRequest, { many: MAX_DEFINITIONS }) items: readonly EventTypeRequestBody[],
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
    @CheckedBody(eventTypeAmendmentRequest) body: EventTypeAmendmentBody,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventTypeBody> {
    const unchanged = matches && ((type: EventType) => matches(presentEventType(type)));
    const outcome = await this.ingest.amendEventType(name, body, callerOf(identity), unchanged);
    return answerAmended(reply, outcome, presentEventType);
  }
}
