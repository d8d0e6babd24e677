/** What the API document says about reporting events. */
import { MAX_EVENTS } from '#contracts';
import { component, count, fields, listOf, names, schemaOfDto, type Operation, type Schema } from '#platform';
import { EventDto } from './event.dto.js';

const event = schemaOfDto(EventDto);
const { host: _, ...others } = event.properties ?? {};

/** One event for each of many hosts. */
const forHosts = component('EventForHostsRequest', {
  type: 'object',
  properties: { hosts: { type: 'array', items: names.hostGiven, minItems: 1, maxItems: MAX_EVENTS }, ...others },
  required: ['hosts', 'type'],
  additionalProperties: false,
});

const body: Schema = { anyOf: [event, forHosts, { type: 'array', items: event, minItems: 1, maxItems: MAX_EVENTS }] };

const logged = component(
  'LoggedEvents',
  fields({
    position: names.position,
    accepted: count,
    duplicates: count,
    events: listOf(
      fields({
        id: names.eventId,
        'key?': { type: 'string' },
        host: names.hostName,
        type: names.typeName,
        revision: count,
        position: names.position,
        'duplicate?': { const: true, description: 'It was logged before; this names the first.' },
      }),
    ),
  }),
);

export const eventsLogged: Operation = {
  id: 'logEvents',
  summary: 'Reports an event, many, or one for many hosts',
  description:
    'The request is checked as a whole. Sending it again, with keys, does no harm; where a store failed half way it completes the request.',
  writes: true,
  body: { 'application/json': body },
  answers: {
    200: { about: 'All were repeats.', body: logged },
    201: { about: 'Logged, in the order of the request.', body: logged },
  },
  problems: ['event-type-unknown', 'event-type-retired', 'event-type-restricted', 'conflict'],
};
