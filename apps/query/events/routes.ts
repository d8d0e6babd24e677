/** `GET /events` and `POST /events/search`: what was reported. */
import { eventViewBody, MAX_BY_LENGTH, MAX_KEY_LENGTH } from '#contracts';
import { instant, listQuery, one, position, several, severalOrNone, terms, words } from '#platform';
import { oneRoute, searchedList } from '../read-routes.js';
import { eventList } from './list.js';
import { presentEventView } from './present.js';

const { category, formerHost, host, principal, quest, type } = terms;

const query = listQuery(['-position', 'position'], {
  host: severalOrNone(host),
  formerHost,
  key: several(words(MAX_KEY_LENGTH)),
  type: several(type),
  category: several(category),
  by: several(words(MAX_BY_LENGTH)),
  principal: several(principal),
  quest: several(quest),
  since: one(instant),
  until: one(instant),
  afterPosition: one(position),
});

export const EVENT_READERS = [
  ...searchedList({
    path: 'events',
    operation: ['listEvents', 'Lists events'],
    search: ['searchEvents', 'Lists events, asked by a body: for filters that are too long for a URL'],
    query,
    shape: eventList,
    read: (reading, { filter, page, fresh }) => reading.events(filter, page, fresh),
  }),
  oneRoute({
    path: 'events/:id',
    operation: ['getEvent', 'Shows an event, and what it did'],
    body: eventViewBody,
    problems: ['host-parked'],
    read: (reading, id, fresh) => reading.event(id, fresh),
    present: presentEventView,
  }),
];
