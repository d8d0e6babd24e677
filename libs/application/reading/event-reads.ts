/** Questions about events: the list that outlives generations (P7). */
import { done, failed, inMessage, type Problem } from '#contracts';
import { parseEventId } from '#domain';
import type { ReadContext } from './read-context.js';
import type { Reading } from './reading.js';

export function eventReads(context: ReadContext): Pick<Reading, 'events' | 'event'> {
  const { views } = context;
  return {
    events: (filter, page, demand) => context.answer(demand, async () => done(await views.events(filter, page))),
    event: (id, demand) =>
      context.answer(demand, async () => {
        const parsed = parseEventId(id);
        if (!parsed) return failed(unknown(id, 'an id is <host>~<revision>'));
        const event = await views.event(parsed.id);
        return event ? done(event) : failed(unknown(id, 'GET /events lists them'));
      }),
  };
}

function unknown(text: string, hint: string): Problem {
  return { code: 'event-unknown', detail: `no event ${inMessage(text)}: ${hint}` };
}
