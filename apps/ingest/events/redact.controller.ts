/** `POST /events/{id}/redact`: takes away what an event said (rule 25). */
import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { eventRedactRequest, type EventRedactBody, type EventRedactedBody } from '#contracts';
import { Caller, CheckedBody, Documented, INGEST, Needs, valueOf, written, type Identity } from '#platform';
import { callerOf } from '../caller.js';
import { eventRedacted } from './documented.js';

@Controller('events')
@Needs('admin')
export class EventRedactions {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post(':id/redact')
  @Documented(eventRedacted)
  @HttpCode(200)
  async redact(
    @Param('id') id: string,
    @CheckedBody(eventRedactRequest) { by, reason }: EventRedactBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventRedactedBody> {
    const outcome = await this.ingest.redactEvent(id, { by: by ?? null, reason }, callerOf(identity));
    const { position, changed } = valueOf(outcome);
    written(reply, position);
    return { position: String(position), changed };
  }
}
