/** What the API document says about reading events. */
import { component, count, fields, names, nullable, type Operation } from '#platform';
import { listed, shown, textOrNull, yes } from '../answers.js';

export const eventShape = component(
  'Event',
  fields({
    id: names.eventId,
    'key?': { type: 'string', description: 'What its client calls it.' },
    host: names.hostName,
    type: names.typeName,
    at: names.instant,
    recordedAt: names.instant,
    by: textOrNull,
    note: textOrNull,
    attributes: { type: ['object', 'null'], additionalProperties: { type: ['string', 'number', 'boolean'] } },
    quest: nullable(names.questNumber),
    revision: { ...count, description: "Its place in its host's stream." },
    position: names.position,
    'late?': { ...yes, description: 'It happened before one that its host had reported already.' },
    'duplicate?': { ...yes, description: 'It repeats an earlier one, and counts for nothing.' },
  }),
);

export const eventsListed: Operation = {
  id: 'listEvents',
  summary: 'Lists events',
  answers: listed('Event', eventShape),
};

export const eventShown: Operation = { id: 'getEvent', summary: 'Shows an event', answers: shown(eventShape) };
