/** Event types and fates as lists, also as the whole of them. */
import { eventTypePage, fatePage, presentEventType, presentFate, type EventTypeBody, type FateBody } from '#contracts';
import type { EventType, Fate } from '#domain';
import type { ListShape } from '#platform';

export const eventTypeList: ListShape<EventType, EventTypeBody> = {
  name: 'event-types',
  page: eventTypePage,
  present: presentEventType,
  columns: {
    id: ({ id }) => id,
    category: ({ category }) => category,
    state: ({ state }) => state,
    name: ({ name }) => name,
    description: ({ description }) => description,
    restricted: ({ restricted }) => restricted,
    status: ({ status }) => status,
  },
};

export const fateList: ListShape<Fate, FateBody> = {
  name: 'fates',
  page: fatePage,
  present: presentFate,
  columns: {
    id: ({ id }) => id,
    creates: ({ creates }) => creates,
    completedBy: ({ completedBy }) => completedBy,
    intermediate: ({ intermediate }) => intermediate,
    follows: ({ follows }) => follows,
    onRepeat: ({ onRepeat }) => onRepeat,
    name: ({ name }) => name,
    description: ({ description }) => description,
    actors: ({ actors }) => actors.join(' '),
    status: ({ status }) => status,
  },
};
