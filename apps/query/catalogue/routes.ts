/** `GET /event-types` and `GET /fates`: the definitions, those in force and the retired ones, also as of a moment of the past. */
import { definitionStatus, eventTypeBody, fateBody, presentEventType, presentFate } from '#contracts';
import { flag, listQuery, one, several, terms, wordOf } from '#platform';
import { listRoute, oneRoute } from '../read-routes.js';
import { eventTypeList, fateList } from './lists.js';

const { category, type } = terms;

const status = several(wordOf(definitionStatus));

export const CATALOGUE_READERS = [
  listRoute({
    path: 'event-types',
    operation: ['listEventTypes', 'Lists event types'],
    query: listQuery(['id'], { status, category: several(category), starting: one(flag) }, ['id']),
    shape: eventTypeList,
    read: (reading, { filter, page, fresh }) => reading.eventTypes(filter, page, fresh),
  }),
  oneRoute({
    path: 'event-types/:name',
    operation: ['getEventType', 'Shows an event type'],
    body: eventTypeBody,
    past: true,
    read: (reading, name, fresh) => reading.eventType(name, fresh),
    present: presentEventType,
  }),
  listRoute({
    path: 'fates',
    operation: ['listFates', 'Lists fates'],
    query: listQuery(['id'], { status, creates: several(type), completedBy: several(type) }, ['id']),
    shape: fateList,
    read: (reading, { filter, page, fresh }) => reading.fates(filter, page, fresh),
  }),
  oneRoute({
    path: 'fates/:fate',
    operation: ['getFate', 'Shows a fate'],
    body: fateBody,
    past: true,
    read: (reading, fate, fresh) => reading.fate(fate, fresh),
    present: presentFate,
  }),
];
