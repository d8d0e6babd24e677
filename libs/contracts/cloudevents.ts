/**
 * CloudEvents 1.0 as reports of events, for every way in that takes them: `subject` is the host, `type` the type's name,
 * `time` the `at`, `source` the `by`, `source` and `id` the key. Data of nothing but `note` and `attributes` is read as
 * these; any other object is the event's data, kept whole and not read. The extension attribute `hermestype` names the event
 * type in place of `type`. Other extension attributes are looked at (names and values must be as the specification has
 * them) and not kept.
 */
import { createHash } from 'node:crypto';
import { parseTypeName, type Attributes, type HostName, type Instant, type JsonObject, type TypeName } from '#domain';
import type { Fault } from './errors.js';
import { atOf, attributesOf, dataOf, FaultLog, hostOf, isObject, lineOf, noteOf } from './event-fields.js';
import { inMessage } from './in-message.js';
import { MAX_BY_LENGTH, MAX_EVENTS, MAX_KEY_LENGTH, MAX_NOTE_LENGTH } from './event-limits.js';
import { parseList, type ParsedEvents } from './event-parser.js';
import type { EventReport } from './event-report.js';
import type { Steps } from './steps.js';

const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
/** RFC 3986: what a URI reference is written with. There is no space among it, which {@link cloudEventKey} relies on. */
const URI_REFERENCE = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const JSON_MEDIA_TYPE = /^[\w!#$&^.+-]+\/(?:json|[\w!#$&^.-]+\+json)$/;

/** The extension attribute that names the event type. */
const TYPE_EXTENSION = 'hermestype';

/** What the CloudEvent says, as far as it is sound; null: absent or faulty. */
interface Parts {
  id: string | null;
  source: string | null;
  type: TypeName | null;
  subject: HostName | null;
  time: Instant | null;
  note: string | null;
  attributes: Attributes | null;
  data: JsonObject | null;
}

/**
 * One CloudEvent in the JSON format, which stands at `path` of its request; undefined where it has faults, which are added
 * to `faults` (while those are fewer than 1,000). Other modes are brought into this form first.
 */
export function parseCloudEvent(value: unknown, path: string, nowMs: number, faults: Fault[]): EventReport | undefined {
  const log = new FaultLog(path, faults);
  if (!isObject(value)) {
    log.invalid('', value, 'a CloudEvent is an object');
    return undefined;
  }
  const parts: Parts = {
    ...{ id: null, source: null, type: null, subject: null, time: null },
    ...{ note: null, attributes: null, data: null },
  };
  // whose `type` says something to others only
  const isForeign = (value[TYPE_EXTENSION] ?? null) !== null;
  for (const name of Object.keys(value)) {
    // the JSON format: a member that is null is not there
    if (value[name] === null) continue;
    if (name === 'type' && isForeign) lineOf(value[name], name, MAX_ID_LENGTH, log);
    else readMember(parts, name, value[name], nowMs, log);
  }
  for (const name of REQUIRED) if ((value[name] ?? null) === null) log.add(name, 'missing', MISSING[name]);
  const { id, source, type, subject } = parts;
  if (!log.sound || id === null || source === null || type === null || subject === null) return undefined;
  const { time, note, attributes, data } = parts;
  const key = cloudEventKey(source, id);
  return { host: subject, type, key, at: time, by: source, note, attributes, data, path };
}

/** The CloudEvents of a batch: 1 to {@link MAX_EVENTS}. `body` is parsed JSON. */
export function* parseCloudEvents(body: unknown, { nowMs }: { readonly nowMs: number }): Steps<ParsedEvents> {
  if (!Array.isArray(body) || body.length === 0) {
    const what = Array.isArray(body) ? 'an empty array' : inMessage(body);
    const message = `the batch is ${what}; give an array of 1 to ${MAX_EVENTS} CloudEvents`;
    return { ok: false, reason: 'invalid', faults: [{ path: '', code: 'invalid', message }] };
  }
  const faults: Fault[] = [];
  return yield* parseList(body, (item, path) => parseCloudEvent(item, path, nowMs, faults), faults);
}

/**
 * The key of a CloudEvent: `<source> <id>` where that is no longer than a key may be, else its hash. A source has no space,
 * so no two pairs share one, and what is hashed looks like nothing that is not.
 */
export function cloudEventKey(source: string, id: string): string {
  return boundedKey(`${source} ${id}`);
}

/** `text` where it is no longer than a key may be, else `sha256:` and 64 hex digits of its SHA-256. */
export function boundedKey(text: string): string {
  return text.length <= MAX_KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

const REQUIRED = ['specversion', 'id', 'source', 'type', 'subject'] as const;
const MISSING: Readonly<Record<(typeof REQUIRED)[number], string>> = {
  specversion: 'a CloudEvent needs its specversion: 1.0',
  id: 'a CloudEvent needs its id',
  source: 'a CloudEvent needs its source',
  type: 'a CloudEvent needs its type: the name of an event type ("category-state"), or any where hermestype names one',
  subject: 'the subject must name the host that it happened on',
};

function readMember(parts: Parts, name: string, value: unknown, nowMs: number, log: FaultLog): void {
  switch (name) {
    case 'specversion':
      if (value !== '1.0') log.invalid(name, value, 'CloudEvents 1.0 are taken');
      break;
    case 'id':
      parts.id = lineOf(value, name, MAX_ID_LENGTH, log);
      break;
    case 'source':
      parts.source = sourceOf(value, log);
      break;
    case 'type':
    case TYPE_EXTENSION:
      parts.type = typeOf(value, name, log);
      break;
    case 'subject':
      parts.subject = hostOf(value, name, log);
      break;
    case 'time':
      parts.time = atOf(value, nowMs, log, name);
      break;
    case 'datacontenttype':
      if (typeof value !== 'string' || !isJsonMediaType(value))
        log.invalid(name, value, 'data must be JSON: application/json');
      break;
    case 'data':
      readData(parts, value, log);
      break;
    case 'data_base64':
      log.add(name, 'invalid', 'data_base64 is not taken: give data as a JSON object');
      break;
    default:
      readExtension(name, value, log);
  }
}

/** Longer ones than this are no names. */
const MAX_ID_LENGTH = 4000;

function sourceOf(value: unknown, log: FaultLog): string | null {
  const source = lineOf(value, 'source', MAX_BY_LENGTH, log);
  if (source === null || URI_REFERENCE.test(source)) return source;
  return log.invalid('source', value, 'give a URI reference: other characters are percent-encoded');
}

function typeOf(value: unknown, name: string, log: FaultLog): TypeName | null {
  const type = typeof value === 'string' ? parseTypeName(value) : undefined;
  const instead = name === 'type' ? `, or name it in the extension ${TYPE_EXTENSION}` : '';
  return type ?? log.invalid(name, value, `give the name of an event type ("category-state")${instead}`);
}

/** Whether a media type, perhaps with parameters, is JSON of some kind. */
export function isJsonMediaType(text: string): boolean {
  return JSON_MEDIA_TYPE.test((text.split(';', 1)[0] ?? '').trim().toLowerCase());
}

function readData(parts: Parts, data: unknown, log: FaultLog): void {
  if (!isObject(data)) {
    log.invalid('data', data, 'give a JSON object');
    return;
  }
  if (!Object.keys(data).every((field) => field === 'note' || field === 'attributes')) {
    parts.data = dataOf(data, log);
    return;
  }
  for (const field of Object.keys(data)) {
    const value = data[field];
    if (field === 'note') parts.note = noteOf(value, 'data.note', MAX_NOTE_LENGTH, log);
    else parts.attributes = attributesOf(value, log, 'data.attributes');
  }
}

/** `dataschema` too: nothing here follows it. */
function readExtension(name: string, value: unknown, log: FaultLog): void {
  if (!ATTRIBUTE_NAME.test(name)) {
    log.unknownName(name, 'cannot name an attribute of a CloudEvent: they are written with a-z and 0-9');
  } else if (typeof value === 'object') {
    log.invalid(name, value, 'an attribute of a CloudEvent is a text, a number or a boolean');
  }
}
