/** What the API document says about reporting events. */
import {
  cloudEventRequest,
  cloudEventsRequest,
  eventRedactedBody,
  eventRequest,
  reportedBody,
  reportRequest,
} from '#contracts';
import {
  answering,
  CLOUDEVENT_MEDIA,
  CLOUDEVENTS_MEDIA,
  JSON_MEDIA,
  NDJSON_MEDIA,
  WAIT,
  type Operation,
} from '#platform';
import { EFFECTS_QUERY } from './effects.js';

const example = {
  host: 'web-1.example.com',
  type: 'system-reboot-required',
  key: 'kernel-6.12',
  note: 'kernel 6.12 is installed',
  attributes: { kernel: '6.12', urgent: true },
};

export const eventsLogged: Operation = {
  id: 'logEvents',
  summary: 'Reports an event, many, or one for many hosts',
  description:
    'JSON and CloudEvents are checked as a whole; sending a request again, with keys, does no harm, and where a store failed half way it completes it. Of NDJSON, one event a line and as many as there are, each good line is taken. CloudEvents also come in binary mode: `ce-` headers, and data as the JSON body or none.',
  writes: true,
  query: EFFECTS_QUERY,
  headers: { 'Hermes-Wait': { ...WAIT, description: `With \`effects=true\`. ${WAIT.description}` } },
  body: {
    [JSON_MEDIA]: reportRequest,
    [NDJSON_MEDIA]: { anyOf: [eventRequest], description: 'One a line, of up to 1 MiB each.' },
    [CLOUDEVENT_MEDIA]: cloudEventRequest,
    [CLOUDEVENTS_MEDIA]: cloudEventsRequest,
  },
  examples: {
    [JSON_MEDIA]: example,
    [CLOUDEVENT_MEDIA]: {
      specversion: '1.0',
      id: '42',
      source: '/kernel-updater',
      type: example.type,
      subject: example.host,
      data: { note: example.note },
    },
  },
  answers: {
    200: { about: 'All were repeats.', body: reportedBody },
    201: { about: 'Logged, in the order of the request.', body: reportedBody },
  },
  problems: [
    'event-type-unknown',
    'event-type-retired',
    'event-type-restricted',
    'conflict',
    'too-broad',
    'not-caught-up',
  ],
};

export const eventRedacted: Operation = {
  id: 'redactEvent',
  summary: 'Redacts an event: what it said is shown no longer',
  description:
    'Its by, note, attributes and data go from the views for good, also where its labors show them; all else stays. The journal, backups and topics keep them.',
  writes: true,
  answers: answering(eventRedactedBody, 'Done, or it was redacted already.'),
  problems: ['event-unknown', 'conflict'],
};
