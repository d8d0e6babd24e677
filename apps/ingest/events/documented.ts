/** What the API document says about reporting events. */
import { component, fields, MAX_EVENTS, names, nullable, reportedBody, typed, type JsonSchema } from '#contracts';
import { CLOUDEVENT_MEDIA, CLOUDEVENTS_MEDIA, JSON_MEDIA, NDJSON_MEDIA, schemaOfDto, type Operation } from '#platform';
import { line } from '../checks/texts.js';
import { EventDto } from './event.dto.js';

const event = schemaOfDto(EventDto);
const { host: _host, ...others } = event.properties ?? {};

/** One event for each of many hosts. */
const forHosts = component('EventForHostsRequest', {
  type: 'object',
  properties: { hosts: { type: 'array', items: names.hostGiven, minItems: 1, maxItems: MAX_EVENTS }, ...others },
  required: ['hosts', 'type'],
  additionalProperties: false,
});

const json: JsonSchema = {
  anyOf: [event, forHosts, { type: 'array', items: event, minItems: 1, maxItems: MAX_EVENTS }],
};

const optional = (name: string): JsonSchema => others[name] ?? {};

/** The JSON format of CloudEvents 1.0, where a member that is null is not there. */
const cloudEvent = component('CloudEvent', {
  type: 'object',
  description: 'CloudEvents 1.0; `source` and `id` make the key.',
  properties: {
    specversion: { const: '1.0' },
    id: line(4000).schema ?? {},
    source: { type: 'string', minLength: 1, maxLength: 200, description: 'Who reports it: a URI reference.' },
    type: names.typeName,
    subject: names.hostGiven,
    time: nullable(names.instant),
    datacontenttype: { type: ['string', 'null'], description: 'JSON of some kind.' },
    data: nullable(fields({ 'note?': typed(optional('note')), 'attributes?': typed(optional('attributes')) })),
  },
  required: ['specversion', 'id', 'source', 'type', 'subject'],
  // what cannot name an extension
  patternProperties: { '^$|[^a-z0-9]': { type: 'null' } },
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
});

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
  body: {
    [JSON_MEDIA]: json,
    [NDJSON_MEDIA]: { anyOf: [event], description: 'One a line, of up to 1 MiB each.' },
    [CLOUDEVENT_MEDIA]: cloudEvent,
    [CLOUDEVENTS_MEDIA]: { type: 'array', items: cloudEvent, minItems: 1, maxItems: MAX_EVENTS },
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
  problems: ['event-type-unknown', 'event-type-retired', 'event-type-restricted', 'conflict'],
};
