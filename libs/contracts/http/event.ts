/** Events: one as it is read, and the answers to requests that log some. */
import type { JsonObject } from '#domain';
import type { Effects } from '../effects.js';
import { COMPARED_FIELDS } from '../event-report.js';
import * as names from './names.js';
import { pageOf } from './list.js';
import {
  component,
  count,
  described,
  eitherOf,
  extended,
  fields,
  flag,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  yes,
  type Infer,
  type ObjectOf,
} from './schema.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

export const textValue = component('TextValue', typed<string>({ type: 'string' }));
export const numberValue = component('NumberValue', typed<number>({ type: 'number', format: 'double' }));
export const booleanValue = component('BooleanValue', typed<boolean>({ type: 'boolean' }));

/** Named, since generators of clients take no list of types. */
const attributeValue = component('AttributeValue', eitherOf(textValue, numberValue, booleanValue));

export const attributes = component(
  'Attributes',
  typed<Readonly<Record<string, string | number | boolean>>>({
    type: 'object',
    additionalProperties: attributeValue,
  }),
);

const data = component(
  'EventData',
  typed<JsonObject>({ type: 'object', description: "JSON of its client's own.", additionalProperties: true }),
);

const redaction = component(
  'EventRedaction',
  fields(
    { by: nullable(text), principal: names.principal, at: names.instant, reason: text },
    'Who took away what the event said, when and why: its by, note, attributes and data are shown no longer.',
  ),
);

export const eventBody = component(
  'Event',
  fields({
    id: names.eventId,
    'key?': { ...text, description: 'What its client calls it.' },
    host: names.hostName,
    type: names.typeName,
    at: names.instant,
    recordedAt: names.instant,
    by: nullable(text),
    principal: names.principal,
    note: nullable(text),
    attributes: nullable(attributes),
    'data?': data,
    quest: nullable(names.questNumber),
    revision: { ...count, description: "Its place in its host's stream." },
    position: names.position,
    'late?': { ...yes, description: 'It happened before one that its host had reported already.' },
    'duplicate?': { ...yes, description: 'It repeats an earlier one, and counts for nothing.' },
    'redacted?': redaction,
  }),
);
export type EventBody = Infer<typeof eventBody>;

/** Either the first three are there, or `effects` says why they are not. */
const effects = {
  'opened?': { ...listOf(names.laborId), description: 'The labors that it opened: its own, then follow-ups.' },
  'closed?': { ...listOf(names.laborId), description: 'The labors that it completed.' },
  'absorbed?': { ...listOf(names.laborId), description: 'The labor that counted it in place of a new one.' },
  'perhapsAbsorbed?': {
    ...listOf(names.laborId),
    description:
      'One of these may have counted it: they no longer keep which events they counted before the newest 100.',
  },
  'effects?': described(
    component('EffectsState', oneOf('pending', 'parked', 'omitted')),
    'Why it is not said what the event did: it is not judged yet; its host is parked; other events of the request did very much.',
  ),
} as const;
export type EffectsBody = ObjectOf<typeof effects>;

export const eventViewBody = component('EventView', extended(eventBody, effects, 'An event, and what it did.'));
export type EventViewBody = Infer<typeof eventViewBody>;

export function presentEffects(effects: Effects): EffectsBody {
  if (effects.state !== 'known') return { effects: effects.state };
  const { opened, closed, absorbed, perhapsAbsorbed } = effects;
  return { opened, closed, absorbed, ...(perhapsAbsorbed.length > 0 ? { perhapsAbsorbed } : {}) };
}

const by = { 'by?': described(line(MAX_NAME_LENGTH), "Absent: the token's name.") };
export const eventRedactRequest = component('EventRedactRequest', fields({ ...by, reason: lines(1, MAX_TEXT_LENGTH) }));
export type EventRedactBody = Infer<typeof eventRedactRequest>;

export const eventRedactedBody = component(
  'EventRedacted',
  fields({
    position: names.position,
    changed: { ...flag, description: 'False where it was redacted already: then nothing was written.' },
  }),
);
export type EventRedactedBody = Infer<typeof eventRedactedBody>;

export const eventPage = pageOf('Event', eventBody);

const differing = { ...count, description: 'Of the repeats, those that said something else than the first.' };

const newHosts = { ...count, description: 'Hosts that nobody had heard of before.' };

const loggedEvent = component(
  'LoggedEvent',
  fields({
    id: names.eventId,
    'key?': text,
    host: names.hostName,
    type: names.typeName,
    revision: count,
    position: names.position,
    'duplicate?': { ...yes, description: 'It was logged before; this names the first.' },
    'differs?': {
      ...listOf(component('ComparedField', oneOf(...COMPARED_FIELDS))),
      description: 'What this repeat said otherwise than the first, which stands as it was.',
    },
    'newHost?': { ...yes, description: 'Nobody had heard of its host before: is the name right?' },
    ...effects,
  }),
);

export const rejectedLine = component(
  'RejectedLine',
  fields({ line: typed<number>({ type: 'integer', minimum: 1 }), code: text, detail: text }),
);

const loggedBody = component(
  'LoggedEvents',
  fields({
    position: names.position,
    accepted: count,
    duplicates: count,
    differing,
    newHosts,
    events: listOf(loggedEvent),
  }),
);
export type LoggedEventsBody = Infer<typeof loggedBody>;

const streamedBody = component(
  'StreamedEvents',
  fields(
    {
      position: names.position,
      accepted: count,
      duplicates: count,
      differing,
      newHosts,
      rejected: count,
      errors: listOf(rejectedLine),
    },
    'The answer to NDJSON: every good line was taken; of the others, the first are reported.',
  ),
);
export type StreamedEventsBody = Infer<typeof streamedBody>;

/** What `POST /events` answers: the second to NDJSON, the first to everything else. */
export const reportedBody = component('ReportedEvents', eitherOf(loggedBody, streamedBody));
