/** `POST /events`: what services report. */
import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Clock, Ingest } from '#application';
import { Caller, CLOCK, Documented, INGEST, Needs, valueOf, written, type Identity } from '#platform';
import { callerOf } from '../caller.js';
import { eventsLogged } from './documented.js';
import { presentLogged, reportsOf } from './reports.js';

@Controller('events')
@Needs('report')
export class EventsWriter {
  constructor(
    @Inject(INGEST) private readonly ingest: Ingest,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** 201; 200 where all were repeats. */
  @Post()
  @Documented(eventsLogged)
  async log(
    @Body() body: unknown,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const reports = reportsOf(body, this.clock.nowMs());
    const logged = valueOf(await this.ingest.logEvents(reports, callerOf(identity)));
    written(reply, logged.position);
    void reply.code(logged.accepted > 0 ? 201 : 200);
    return presentLogged(logged);
  }
}
