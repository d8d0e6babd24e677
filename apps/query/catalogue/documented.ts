/** What the API document says about reading the catalogue. */
import { eventTypeShape, fateShape, type Operation } from '#platform';
import { listed, shown } from '../answers.js';

export const eventTypesListed: Operation = {
  id: 'listEventTypes',
  summary: 'Lists event types',
  answers: listed('EventType', eventTypeShape),
};

export const eventTypeShown: Operation = {
  id: 'getEventType',
  summary: 'Shows an event type',
  answers: shown(eventTypeShape),
};

export const fatesListed: Operation = {
  id: 'listFates',
  summary: 'Lists fates',
  answers: listed('Fate', fateShape),
};

export const fateShown: Operation = { id: 'getFate', summary: 'Shows a fate', answers: shown(fateShape) };
