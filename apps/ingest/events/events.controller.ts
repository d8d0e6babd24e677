/** `POST /events`: what services report. */
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Ingest, LoggedEvents } from '#application';
import type { LoggedEventsBody, StreamedEventsBody } from '#contracts';
import {
  Caller,
  CLOCK,
  CLOUDEVENT_MEDIA,
  CLOUDEVENTS_MEDIA,
  Documented,
  INGEST,
  JSON_MEDIA,
  NDJSON_MEDIA,
  Needs,
  placeOf,
  SETTINGS,
  StreamedBody,
  TakesMedia,
  valueOf,
  written,
  type Identity,
  type Settings,
} from '#platform';
import { callerOf } from '../caller.js';
import { eventsLogged } from './documented.js';
import { presentLogged, reportsOf } from './reports.js';
import { EventStreams, presentStream } from './stream.js';

@Controller('events')
@Needs('report')
export class EventsWriter {
  private readonly streams: EventStreams;

  constructor(
    @Inject(INGEST) private readonly ingest: Ingest,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) { memory }: Settings,
  ) {
    this.streams = new EventStreams(ingest, clock, memory.busyStreams);
  }

  /** 201; 200 where all were repeats. */
  @Post()
  @TakesMedia(JSON_MEDIA, NDJSON_MEDIA, CLOUDEVENT_MEDIA, CLOUDEVENTS_MEDIA)
  @Documented(eventsLogged)
  async log(
    @Req() request: FastifyRequest,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoggedEventsBody | StreamedEventsBody> {
    const caller = callerOf(identity);
    if (request.body instanceof StreamedBody) {
      const answer = await this.streams.log(request.body, caller, placeOf(request));
      sendLogged(reply, answer);
      return presentStream(answer);
    }
    const logged = valueOf(await this.ingest.logEvents(await reportsOf(request, this.clock.nowMs()), caller));
    sendLogged(reply, logged);
    return presentLogged(logged);
  }
}

function sendLogged(reply: FastifyReply, { position, accepted }: Pick<LoggedEvents, 'position' | 'accepted'>): void {
  written(reply, position);
  void reply.code(accepted > 0 ? 201 : 200);
}
