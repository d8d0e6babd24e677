/** Events as a list, also as the whole of it: attributes are one cell of JSON. */
import { eventPage, type EventBody, type EventDocument } from '#contracts';
import { columnsOf, formulaFreeJson, type ListShape } from '#platform';
import { presentEvent } from './present.js';

export const eventList: ListShape<EventDocument, EventBody> = {
  name: 'events',
  page: eventPage,
  present: presentEvent,
  instants: ['at', 'recordedAt', 'redactedAt'],
  columns: {
    ...columnsOf<EventDocument>('id', 'key', 'host', 'type', 'at', 'recordedAt', 'by', 'principal', 'note'),
    attributes: ({ attributes }) => (attributes === null ? null : formulaFreeJson(attributes)),
    ...columnsOf<EventDocument>('quest', 'revision', 'position', 'late', 'duplicate'),
    redactedAt: ({ redacted }) => redacted?.at ?? null,
    redactedBy: ({ redacted }) => redacted?.by ?? null,
    redactedPrincipal: ({ redacted }) => redacted?.principal ?? null,
    redactedReason: ({ redacted }) => redacted?.reason ?? null,
  },
};
