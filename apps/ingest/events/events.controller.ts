/** `POST /events`: what services report. */
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller as Reporter, Clock, Ingest, LoggedEvents } from '#application';
import { MAX_EVENTS, type LoggedEventsBody, type StreamedEventsBody } from '#contracts';
import {
  Caller,
  CLOCK,
  CLOUDEVENT_MEDIA,
  CLOUDEVENTS_MEDIA,
  closeAfterAnswer,
  Documented,
  INGEST,
  JSON_MEDIA,
  NDJSON_MEDIA,
  Needs,
  placeOf,
  STOPPING,
  SETTINGS,
  StreamedBody,
  TakesMedia,
  TakesQuery,
  touches,
  valueOf,
  written,
  type Identity,
  type Settings,
} from '#platform';
import { callerOf } from '../caller.js';
import { eventsLogged } from './documented.js';
import { effectsAsked, MAX_EVENTS_WITH_EFFECTS, requireFew } from './effects.js';
import { presentLogged, reportsOf, selectedOf } from './reports.js';
import { EventStreams, presentStream } from './stream.js';

@Controller('events')
@Needs('report')
export class EventsWriter {
  private readonly streams: EventStreams;

  constructor(
    @Inject(INGEST) private readonly ingest: Ingest,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
    @Inject(SETTINGS) { memory }: Settings,
  ) {
    this.streams = new EventStreams(ingest, clock, stopping, memory.busyStreams);
  }

  /** 201; 200 where all were repeats. */
  @Post()
  @TakesMedia(JSON_MEDIA, NDJSON_MEDIA, CLOUDEVENT_MEDIA, CLOUDEVENTS_MEDIA)
  @TakesQuery()
  @Documented(eventsLogged)
  async log(
    @Req() request: FastifyRequest,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoggedEventsBody | StreamedEventsBody> {
    const caller = callerOf(identity);
    const waitS = effectsAsked(request);
    if (request.body instanceof StreamedBody) {
      const answer = await this.streams.log(request.body, caller, placeOf(request)).finally(() => {
        // its sender may have much more, and the end would wait for that
        if (this.stopping.aborted) closeAfterAnswer(request, reply);
      });
      sendLogged(reply, answer);
      touches(request, { ...countsOf(answer), rejected: answer.rejected });
      return presentStream(answer);
    }
    const logged = await this.logAll(request, caller, waitS === undefined ? MAX_EVENTS : MAX_EVENTS_WITH_EFFECTS);
    sendLogged(reply, logged);
    touches(request, { ...countsOf(logged), hosts: new Set(logged.events.map(({ host }) => host)).size });
    // a repeat of more than are waited for was sent without this question at first
    if (waitS === undefined || logged.events.length > MAX_EVENTS_WITH_EFFECTS) return await presentLogged(logged);
    return await presentLogged(logged, await this.ingest.effects(logged, waitS, caller));
  }

  /** At most `most` events: fewer than {@link MAX_EVENTS} where they are waited for. */
  private async logAll(request: FastifyRequest, caller: Reporter, most: number): Promise<LoggedEvents> {
    const selected = selectedOf(request, this.clock.nowMs());
    if (selected !== undefined) return valueOf(await this.ingest.logEventsOn(selected, most, caller));
    const reports = await reportsOf(request, this.clock.nowMs());
    if (most < MAX_EVENTS) requireFew(reports.length);
    return valueOf(await this.ingest.logEvents(reports, caller));
  }
}

function countsOf({ accepted, duplicates }: Pick<LoggedEvents, 'accepted' | 'duplicates'>): Record<string, number> {
  return { events: accepted + duplicates, duplicates };
}

function sendLogged(reply: FastifyReply, { position, accepted }: Pick<LoggedEvents, 'position' | 'accepted'>): void {
  written(reply, position);
  void reply.code(accepted > 0 ? 201 : 200);
}
