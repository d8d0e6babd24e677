/**
 * Events as requests report them. The bodies do not pass through these checks: events come in through the strict parser on
 * every path, for speed. They describe it, and a spec of apps/ingest holds that both take and refuse the same values.
 */
import { msOfInstant, parseInstant, type Attributes } from '#domain';
import {
  dataFault,
  isAttributeName,
  LEAST_AT_MS,
  MAX_AHEAD_MS,
  MAX_ATTRIBUTE_NAME_LENGTH,
  MAX_ATTRIBUTE_VALUE_LENGTH,
  MAX_ATTRIBUTES,
  MAX_BY_LENGTH,
  MAX_DATA_BYTES,
  MAX_EVENTS,
  MAX_KEY_LENGTH,
  MAX_NOTE_LENGTH,
  TOO_EARLY,
} from '../event-limits.js';
import { MAX_HOST_QUERY_LENGTH } from '../host-query.js';
import { inMessage } from '../in-message.js';
import { booleanValue, numberValue, textValue } from './event.js';
import { typeGiven } from './definitions-given.js';
import { hostGiven, instant, typeName } from './names.js';
import {
  checked,
  checkOf,
  component,
  described,
  eitherOf,
  fields,
  nullable,
  typed,
  type Infer,
  type Schema,
} from './schema.js';
import { line, lines } from './texts.js';

const at = checked<string>(
  { description: 'When it happened, not before the year 2000; absent: when it is accepted.', anyOf: [instant] },
  (value) => {
    const parsed = typeof value === 'string' ? parseInstant(value) : undefined;
    if (parsed === undefined) return checkOf(instant)?.(value);
    if (msOfInstant(parsed) < LEAST_AT_MS) return `is ${inMessage(value)}: ${TOO_EARLY}`;
    return msOfInstant(parsed) - Date.now() > MAX_AHEAD_MS
      ? `is ${inMessage(value)}: at most ${MAX_AHEAD_MS / 60_000} minutes ahead are taken`
      : undefined;
  },
);

const attributeText = component('AttributeText', lines(0, MAX_ATTRIBUTE_VALUE_LENGTH));

export const attributeName = line(MAX_ATTRIBUTE_NAME_LENGTH);
export const attributeValue = component('AttributeValueGiven', eitherOf(attributeText, numberValue, booleanValue));

/** At most `most` attributes. */
export function attributesGiven(most: number): Schema<Attributes> {
  return checked<Attributes>(
    {
      type: 'object',
      maxProperties: most,
      propertyNames: attributeName,
      additionalProperties: attributeValue,
    },
    (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return `is ${inMessage(value)}: give an object`;
      const entries = Object.entries(value);
      if (entries.length > most) return `has ${entries.length} attributes: give at most ${most}`;
      const bad = entries.find(([name, item]) => !isAttributeName(name) || !isAttributeValue(item));
      return (
        bad && `has ${inMessage(bad[0])}, which is no attribute: give texts, numbers and booleans under short names`
      );
    },
  );
}

const attributes = component('AttributesGiven', attributesGiven(MAX_ATTRIBUTES));

function isAttributeValue(value: unknown): boolean {
  if (typeof value === 'string') return checkOf(attributeText)?.(value) === undefined;
  return typeof value === 'boolean' || Number.isFinite(value);
}

const data = component(
  'EventDataGiven',
  checked<object>(
    {
      type: 'object',
      description: `JSON of the client's own, up to ${MAX_DATA_BYTES} bytes: kept with the event and shown, never read.`,
      additionalProperties: true,
    },
    (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return `is ${inMessage(value)}: give a JSON object`;
      return dataFault(value);
    },
  ),
);

const note = lines(0, MAX_NOTE_LENGTH);

const event = {
  type: described(typeGiven, 'Name or pair.'),
  'key?': described(line(MAX_KEY_LENGTH), 'What the client calls it, so that sending it again does no harm.'),
  'at?': at,
  'by?': described(line(MAX_BY_LENGTH), "Who reports it; absent: the token's name."),
  'note?': note,
  'attributes?': attributes,
  'data?': data,
};

export const eventRequest = component('EventRequest', fields({ host: hostGiven, ...event }));
export type EventRequestBody = Infer<typeof eventRequest>;

/** One event for each of many hosts. */
const forHosts = component(
  'EventForHostsRequest',
  fields({
    hosts: typed<readonly string[]>({ type: 'array', items: hostGiven, minItems: 1, maxItems: MAX_EVENTS }),
    ...event,
  }),
);

/** One event for each host that a query selects. */
const forSelected = component(
  'EventForSelectedRequest',
  fields({
    hostQuery: described(
      lines(1, MAX_HOST_QUERY_LENGTH),
      'The hosts that it selects when the request is worked on, of retired hosts only where it speaks of them.',
    ),
    'hosts?': described(
      typed<readonly string[]>({ type: 'array', items: hostGiven, minItems: 1, maxItems: MAX_EVENTS }),
      'Beside those.',
    ),
    ...event,
  }),
);

const manyOf = <T>(items: Schema<T>): Schema<readonly T[]> =>
  typed({ type: 'array', items, minItems: 1, maxItems: MAX_EVENTS });

/** What `POST /events` takes as JSON. */
export const reportRequest = eitherOf(
  eventRequest,
  forHosts,
  forSelected,
  component('EventRequests', manyOf(eventRequest)),
);

const none = typed<null>({ type: 'null' });
const cloudEventExtension = component('CloudEventExtension', eitherOf(textValue, numberValue, booleanValue, none));
const cloudEventData = component(
  'CloudEventData',
  eitherOf(
    component('CloudEventNote', fields({ 'note?': note, 'attributes?': attributes })),
    described(data, "Any other object is the event's data, kept whole."),
  ),
);

/** `type` and the extension `hermestype`, one of which names the event type. */
function cloudEventOf(
  name: string,
  naming: { readonly type: Schema; readonly hermestype: Schema },
  required: readonly string[],
) {
  return component(
    name,
    typed<object>({
      type: 'object',
      properties: {
        specversion: { type: 'string', const: '1.0' },
        id: line(4000),
        source: { type: 'string', minLength: 1, maxLength: 200, description: 'Who reports it: a URI reference.' },
        ...naming,
        subject: hostGiven,
        time: nullable(instant),
        datacontenttype: { type: ['string', 'null'], description: 'JSON of some kind.' },
        data: nullable(cloudEventData),
        data_base64: { ...none, description: 'Data in binary is not taken.' },
      },
      required: ['specversion', 'id', 'source', 'type', 'subject', ...required],
      // what cannot name an extension
      patternProperties: { '^$|[^a-z0-9]': { type: 'null' } },
      additionalProperties: cloudEventExtension,
    }),
  );
}

/** The JSON format of CloudEvents 1.0, where a member that is null is not there. */
export const cloudEventRequest = component(
  'CloudEvent',
  typed<object>({
    description: 'CloudEvents 1.0; `source` and `id` make the key.',
    anyOf: [
      cloudEventOf('CloudEventOfType', { type: typeName, hermestype: none }, []),
      cloudEventOf(
        'CloudEventOfAnyType',
        {
          type: described(line(4000), 'Any text, for others: `hermestype` names the event type.'),
          hermestype: typeName,
        },
        ['hermestype'],
      ),
    ],
  }),
);

export const cloudEventsRequest = component('CloudEvents', manyOf(cloudEventRequest));
