/** Event types and fates as lists, also as the whole of them. */
import { eventTypePage, fatePage, presentEventType, presentFate, type EventTypeBody, type FateBody } from '#contracts';
import type { EventType, Fate } from '#domain';
import { columnsOf, type ListShape } from '#platform';

export const eventTypeList: ListShape<EventType, EventTypeBody> = {
  name: 'event-types',
  page: eventTypePage,
  present: presentEventType,
  instants: [],
  columns: columnsOf<EventType>('id', 'category', 'state', 'name', 'description', 'restricted', 'status', 'principal'),
};

export const fateList: ListShape<Fate, FateBody> = {
  name: 'fates',
  page: fatePage,
  present: presentFate,
  instants: [],
  columns: {
    ...columnsOf<Fate>('id', 'creates', 'completedBy', 'intermediate', 'follows', 'onRepeat', 'name', 'description'),
    actors: ({ actors }) => actors.join(' '),
    ...columnsOf<Fate>('status', 'principal'),
  },
};
