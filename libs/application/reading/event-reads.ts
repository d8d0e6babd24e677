/** Questions about events: the list that outlives generations (P7). */
import { done, failed, inMessage, type EventFilter, type Problem } from '#contracts';
import { parseEventId } from '#domain';
import { effectsOf } from './event-effects.js';
import { hostsJudged } from './host-barrier.js';
import { byOwnNames } from './own-names.js';
import type { ReadContext } from './read-context.js';
import { unjudgedThing } from './unjudged-thing.js';
import type { Reading } from './reading.js';

export function eventReads(context: ReadContext): Pick<Reading, 'events' | 'event'> {
  return {
    events: (filter, page, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) =>
          done(await views.events(await byOwnNames<EventFilter>(context, generation, filter), page)),
        (views) =>
          hostsJudged(views, { hosts: filter.host, formerHosts: filter.formerHost, quests: filter.quest }, context.own),
      ),
    event: (id, demand) => {
      const parsed = parseEventId(id);
      return context.answer(
        demand,
        async ({ generation }, views) => {
          if (!parsed) return failed(unknown(id, 'an id is <host>~<revision>'));
          const event = await views.event(parsed.id);
          if (event) {
            const effects = await effectsOf(views, generation, [event]);
            return done({ event, effects: effects.get(event.id) ?? { state: 'pending' } });
          }
          return failed((await unjudgedThing(views, generation, parsed, id)) ?? unknown(id, 'GET /events lists them'));
        },
        (views) => (parsed ? hostsJudged(views, { hosts: [parsed.host] }) : null),
      );
    },
  };
}

function unknown(text: string, hint: string): Problem {
  return { code: 'event-unknown', detail: `no event ${inMessage(text)}: ${hint}` };
}
