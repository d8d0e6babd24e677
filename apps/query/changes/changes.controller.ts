/** `GET /changes`: labors and quests as they change, as Server-Sent Events. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Changes } from '#application';
import {
  Documented,
  Metrics,
  Needs,
  openAnswer,
  placeOf,
  queryOf,
  READING,
  Serves,
  TakesQuery,
  valueOf,
  whenOver,
} from '#platform';
import { laborQuery } from '../labors/routes.js';
import { Connection } from './connection.js';

const MEDIA = 'text/event-stream';
const HEADERS = {
  'content-type': MEDIA,
  'cache-control': 'no-store',
  // nginx would collect it otherwise
  'x-accel-buffering': 'no',
};
const LAST_EVENT_ID = 'last-event-id';

const FILTERS = laborQuery.filters;

@Controller('changes')
@Needs('read')
export class ChangesReader {
  constructor(
    @Inject(READING) private readonly reading: Pick<Changes, 'follow'>,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get()
  @TakesQuery()
  @Serves(MEDIA)
  @Documented({
    id: 'followChanges',
    summary: 'Streams labors and quests as they change, until the client leaves',
    description:
      'Events `labor` and `quest` hold the thing as it is then and its `position`; of several of one thing the greatest position is the newest. `position` comes after all that it covers, with the id to resume from; `reset`: read the lists again (not sent where rebuilt views were compared with the former and are equal); `end` is the last, and says why. Quests are sent where the filter names nothing but `quest`. What changes of a host, a quest or a name alone sends nothing: a labor that changes is judged by what is known of them then.',
    query: FILTERS,
    headers: {
      'Last-Event-ID': {
        description: 'The last id that came: what has changed since comes first. Without it, what changes from now on.',
        schema: { type: 'string', maxLength: 100 },
      },
    },
    answers: { 200: { about: 'Server-Sent Events.', content: { [MEDIA]: { type: 'string' } } } },
    problems: ['not-caught-up', 'store-unavailable'],
  })
  async follow(@Res() reply: FastifyReply): Promise<void> {
    const { request } = reply;
    const question = queryOf(request.url, FILTERS);
    if (request.method === 'HEAD') {
      openAnswer(request, reply, HEADERS).end();
      return;
    }
    const { [LAST_EVENT_ID]: from } = request.headers;
    const connection = new Connection(
      () => openAnswer(request, reply, HEADERS),
      (why) => {
        this.metrics.followerEnded(why);
      },
    );
    const { holder } = placeOf(request);
    const asked = { question, from: typeof from === 'string' && from !== '' ? from : null, holder };
    const following = valueOf(await this.reading.follow(asked, connection));
    connection.begin();
    whenOver(request.raw, reply.raw, () => {
      connection.leave();
      following.leave();
    });
  }
}
