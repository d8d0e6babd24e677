/**
 * The strict parser of events: every way in (a request, a message, a line) takes exactly what it takes. Nothing is
 * converted, unknown fields are faults, null is no value, and all faults are reported at once.
 */
import type { Attributes, HostName, Instant, JsonObject, TypeReference } from '#domain';
import type { Fault } from './errors.js';
import {
  atOf,
  attributesOf,
  dataOf,
  FaultLog,
  hostOf,
  isObject,
  lineOf,
  MAX_FAULTS,
  noteOf,
  typeOf,
} from './event-fields.js';
import { inMessage } from './in-message.js';
import { MAX_BY_LENGTH, MAX_EVENTS, MAX_KEY_LENGTH, MAX_NOTE_LENGTH } from './event-limits.js';
import type { EventReport, SharedReport } from './event-report.js';
import type { Steps } from './steps.js';

/** Every report, or why none: more than {@link MAX_EVENTS} events or hosts were named (`count`), or there are faults (the first 1,000). */
export type ParsedEvents =
  | { readonly ok: true; readonly reports: readonly EventReport[] }
  | { readonly ok: false; readonly reason: 'too-many'; readonly count: number }
  | { readonly ok: false; readonly reason: 'invalid'; readonly faults: readonly Fault[] };

/** Items between two steps: the data of each takes up to a millisecond. */
const STEP_ITEMS = 8;

interface Moment {
  /** Ours, which no reported time may be far ahead of; ms since 1970. */
  readonly nowMs: number;
}

/**
 * The events of a request: one, an array of 1 to {@link MAX_EVENTS}, or one for each of as many `hosts` (a host named
 * twice counts once). `body` is parsed JSON.
 */
export function* parseEvents(body: unknown, { nowMs }: Moment): Steps<ParsedEvents> {
  const faults: Fault[] = [];
  if (Array.isArray(body)) return yield* parseList(body, (item, path) => parseEvent(item, path, nowMs, faults), faults);
  if (isObject(body) && Object.hasOwn(body, 'hosts')) return parseForHosts(body, nowMs, faults);
  const report = parseEvent(body, '', nowMs, faults);
  return report ? { ok: true, reports: [report] } : { ok: false, reason: 'invalid', faults };
}

/** One event, which stands at `path` of its request; undefined where it has faults, which are added to `faults` (while those are fewer than 1,000). */
export function parseEvent(value: unknown, path: string, nowMs: number, faults: Fault[]): EventReport | undefined {
  const log = new FaultLog(path, faults);
  if (!isObject(value)) {
    log.invalid('', value, 'an event is an object with host and type');
    return undefined;
  }
  const parts = readParts(value, nowMs, log);
  if (Object.hasOwn(value, 'hosts'))
    log.add('hosts', 'unknown', 'hosts is taken where it is the whole request; here each host has its own event');
  if (parts.host === null && !Object.hasOwn(value, 'host'))
    log.add('host', 'missing', 'an event needs the host that it happened on');
  if (!log.sound || parts.host === null || parts.type === null) return undefined;
  return reportOf(parts, parts.host, parts.type, path);
}

/** Each item as `parse` reads it; yields now and then. Of an array with no items or too many, why. */
export function* parseList(
  items: readonly unknown[],
  parse: (item: unknown, path: string) => EventReport | undefined,
  faults: Fault[],
): Steps<ParsedEvents> {
  if (items.length > MAX_EVENTS) return { ok: false, reason: 'too-many', count: items.length };
  if (items.length === 0) {
    const message = `the array is empty; give 1 to ${MAX_EVENTS} events`;
    return { ok: false, reason: 'invalid', faults: [{ path: '', code: 'invalid', message }] };
  }
  const reports: EventReport[] = [];
  for (let index = 0; index < items.length && faults.length < MAX_FAULTS; index += 1) {
    const report = parse(items[index], `[${index}]`);
    if (report) reports.push(report);
    if (index % STEP_ITEMS === STEP_ITEMS - 1) yield;
  }
  return faults.length === 0 ? { ok: true, reports } : { ok: false, reason: 'invalid', faults };
}

function parseForHosts(body: Readonly<Record<string, unknown>>, nowMs: number, faults: Fault[]): ParsedEvents {
  if (Array.isArray(body.hosts) && body.hosts.length > MAX_EVENTS)
    return { ok: false, reason: 'too-many', count: body.hosts.length };
  const log = new FaultLog('', faults);
  const parts = readParts(body, nowMs, log);
  if (Object.hasOwn(body, 'host')) log.add('hosts', 'invalid', 'host and hosts are both given; give one of them');
  const hosts = hostsOf(body.hosts, log);
  const { type } = parts;
  if (!log.sound || type === null) return { ok: false, reason: 'invalid', faults };
  return { ok: true, reports: hosts.map((host) => reportOf(parts, host, type, '')) };
}

/** One event for each host that its `hostQuery` selects, and for those of its `hosts`, which may be absent. */
export interface SelectedEvent {
  readonly report: SharedReport;
  readonly beside: readonly HostName[];
}

/** Of a body with a `hostQuery`, all but that; undefined where it has faults, which are added to `faults`. */
export function parseSelectedEvent(
  { hostQuery: _, ...body }: Readonly<Record<string, unknown>>,
  { nowMs }: Moment,
  faults: Fault[],
): SelectedEvent | undefined {
  const log = new FaultLog('', faults);
  const { host, type, ...parts } = readParts(body, nowMs, log);
  if (host !== null || Object.hasOwn(body, 'host'))
    log.add('host', 'invalid', 'host and hostQuery are both given; give one of them');
  const { hosts } = body;
  const isTooLong = Array.isArray(hosts) && hosts.length > MAX_EVENTS;
  if (isTooLong) log.add('hosts', 'invalid', `hosts has ${hosts.length} names; give at most ${MAX_EVENTS}`);
  const beside = hosts === undefined || isTooLong ? [] : hostsOf(hosts, log);
  return log.sound && type !== null ? { report: { ...parts, type, path: '' }, beside } : undefined;
}

/** Each host once, in the order first named; faulty ones are reported and left out. */
function hostsOf(value: unknown, log: FaultLog): readonly HostName[] {
  if (!Array.isArray(value) || value.length === 0) {
    const what = Array.isArray(value) ? 'an empty array' : inMessage(value);
    log.add('hosts', 'invalid', `hosts is ${what}; give an array of 1 to ${MAX_EVENTS} names of hosts`);
    return [];
  }
  const hosts = new Set<HostName>();
  value.forEach((item: unknown, index) => {
    const host = hostOf(item, `hosts[${index}]`, log);
    if (host !== null) hosts.add(host);
  });
  return [...hosts];
}

/** What an event's fields say; null: left out or faulty. */
interface Parts {
  host: HostName | null;
  type: TypeReference | null;
  key: string | null;
  at: Instant | null;
  by: string | null;
  note: string | null;
  attributes: Attributes | null;
  data: JsonObject | null;
}

/** Reads own fields only, whatever the object inherits. */
function readParts(value: Readonly<Record<string, unknown>>, nowMs: number, log: FaultLog): Parts {
  const parts: Parts = {
    host: null,
    type: null,
    key: null,
    at: null,
    by: null,
    note: null,
    attributes: null,
    data: null,
  };
  for (const field of Object.keys(value)) readField(parts, field, value[field], nowMs, log);
  if (parts.type === null && !Object.hasOwn(value, 'type'))
    log.add('type', 'missing', 'an event needs its type, by name or as {category, state}');
  return parts;
}

function readField(parts: Parts, field: string, value: unknown, nowMs: number, log: FaultLog): void {
  switch (field) {
    case 'host':
      parts.host = hostOf(value, field, log);
      break;
    case 'hosts':
      // Its callers look into it.
      break;
    case 'type':
      parts.type = typeOf(value, log);
      break;
    case 'key':
      parts.key = lineOf(value, field, MAX_KEY_LENGTH, log);
      break;
    case 'at':
      parts.at = atOf(value, nowMs, log);
      break;
    case 'by':
      parts.by = lineOf(value, field, MAX_BY_LENGTH, log);
      break;
    case 'note':
      parts.note = noteOf(value, field, MAX_NOTE_LENGTH, log);
      break;
    case 'attributes':
      parts.attributes = attributesOf(value, log);
      break;
    case 'data':
      parts.data = dataOf(value, log);
      break;
    default:
      log.unknown('', field);
  }
}

function reportOf(parts: Parts, host: HostName, type: TypeReference, path: string): EventReport {
  const { key, at, by, note, attributes, data } = parts;
  return { host, type, key, at, by, note, attributes, data, path };
}
