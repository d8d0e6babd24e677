/**
 * A message of the inbound topic as a report of an event, or why it is none: JSON as `POST /events` takes it for one event,
 * or a CloudEvent in structured or binary mode. Pure; a refusal depends on the message and the clock alone.
 */
import {
  boundedKey,
  cloudEventOfRecord,
  hasCloudEventRecordHeaders,
  isJsonMediaType,
  parseCloudEvent,
  parseEvent,
  parseStrictJson,
  type ErrorCode,
  type EventReport,
  type Fault,
} from '#contracts';
import type { InboundMessage } from '#ports';

/** As long as a line of NDJSON: more than the longest event can be, however it is written. */
export const MAX_VALUE_BYTES = 1_048_576;
/** At most this many faults of one message are listed. */
const MAX_FAULTS_LISTED = 5;
const STRUCTURED = 'application/cloudevents+json';
const CLOUDEVENTS = 'application/cloudevents';

export interface MessageRefusal {
  readonly code: ErrorCode;
  /** For the producer. */
  readonly reason: string;
}

export type ReadMessage =
  { readonly ok: true; readonly report: EventReport } | { readonly ok: false; readonly refusal: MessageRefusal };

/** `<topic>/<partition>/<offset>`: the message's place. */
export function placeOf(topic: string, { partition, offset }: Pick<InboundMessage, 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`;
}

/**
 * The report's path is the message's offset. An event without a key gets one of the message's place and its timestamp (which
 * distinguishes a topic that was recreated), the same each time that the message comes.
 */
export function readMessage(topic: string, message: InboundMessage, nowMs: number): ReadMessage {
  const { value, offset, timestampMs } = message;
  if (value !== null && value.length > MAX_VALUE_BYTES) {
    return refused('payload-too-large', `the value has ${value.length} bytes: send at most ${MAX_VALUE_BYTES}`);
  }
  const faults: Fault[] = [];
  const parsed = parse(message, nowMs, faults);
  if ('refusal' in parsed) return { ok: false, refusal: parsed.refusal };
  const { report } = parsed;
  if (report === undefined) return refused('validation-failed', describeFaults(faults));
  const key = report.key ?? boundedKey(`${placeOf(topic, message)}/${timestampMs}`);
  return { ok: true, report: { ...report, key, path: String(offset) } };
}

type Parsed = { readonly report: EventReport | undefined } | { readonly refusal: MessageRefusal };

function parse({ headers, value }: InboundMessage, nowMs: number, faults: Fault[]): Parsed {
  const media = mediaOf(headers);
  const isStructured = media?.split(';', 1)[0]?.trim() === STRUCTURED;
  if (!isStructured && media?.startsWith(CLOUDEVENTS) === true) {
    return refusal('unsupported-media-type', `the content-type is ${media}: send one CloudEvent a message, as JSON`);
  }
  if (value !== null && media !== undefined && !isJsonMediaType(media)) {
    return refusal('unsupported-media-type', `the content-type is "${media.slice(0, 80)}": send JSON`);
  }
  const isBinary = !isStructured && hasCloudEventRecordHeaders(headers);
  if (value === null && !isBinary) return refusal('malformed', 'the message has no value: send an event as JSON');
  const json = value === null || (isBinary && value.length === 0) ? undefined : parseStrictJson(value, 'value');
  if (json?.ok === false) {
    const { code, detail, errors } = json.problem;
    return refusal(code, errors === undefined ? detail : describeFaults(errors));
  }
  const body = json?.value;
  if (!isBinary) {
    return { report: isStructured ? parseCloudEvent(body, '', nowMs, faults) : parseEvent(body, '', nowMs, faults) };
  }
  const event = cloudEventOfRecord(headers, body, faults);
  return { report: event === undefined ? undefined : parseCloudEvent(event, '', nowMs, faults) };
}

/** In lower case, with its parameters; undefined where there is none. Clients spell the header's name in many ways. */
function mediaOf(headers: InboundMessage['headers']): string | undefined {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'content-type');
  const [value] = name === undefined ? [] : (headers[name] ?? []);
  return value?.toString('latin1').trim().toLowerCase();
}

function refusal(code: ErrorCode, reason: string): { readonly refusal: MessageRefusal } {
  return { refusal: { code, reason } };
}

function refused(code: ErrorCode, reason: string): ReadMessage {
  return { ok: false, ...refusal(code, reason) };
}

/** The faults as one sentence, each with its place in the event. */
function describeFaults(faults: readonly Fault[]): string {
  const shown = faults
    .slice(0, MAX_FAULTS_LISTED)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const more = faults.length > shown.length ? [`and ${faults.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}
