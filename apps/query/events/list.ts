/** Events as a list, also as the whole of it: attributes are one cell of JSON. */
import { eventPage, type EventBody, type EventDocument } from '#contracts';
import type { ListShape } from '#platform';
import { presentEvent } from './present.js';

export const eventList: ListShape<EventDocument, EventBody> = {
  name: 'events',
  page: eventPage,
  present: presentEvent,
  columns: {
    id: ({ id }) => id,
    key: ({ key }) => key,
    host: ({ host }) => host,
    type: ({ type }) => type,
    at: ({ at }) => at,
    recordedAt: ({ recordedAt }) => recordedAt,
    by: ({ by }) => by,
    note: ({ note }) => note,
    attributes: ({ attributes }) => (attributes === null ? null : JSON.stringify(attributes)),
    quest: ({ quest }) => quest,
    revision: ({ revision }) => revision,
    position: ({ position }) => position,
    late: ({ late }) => late,
    duplicate: ({ duplicate }) => duplicate,
  },
};
