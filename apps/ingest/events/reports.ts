/** From a request's body to reports of events, and from what was logged to its answer. */
import type { FastifyRequest } from 'fastify';
import type { LoggedEvent, LoggedEvents, SelectedReports } from '#application';
import {
  cloudEventOfHeaders,
  hasCloudEventHeaders,
  inMessage,
  inTurns,
  mapInTurns,
  MAX_EVENTS,
  presentEffects,
  type Effects,
  parseCloudEvent,
  parseCloudEvents,
  parseEvents,
  parseSelectedEvent,
  type EventReport,
  type Fault,
  type HostQuery,
  type LoggedEventsBody,
  type ParsedEvents,
  type Steps,
} from '#contracts';
import type { EventId } from '#domain';
import { CLOUDEVENT_MEDIA, CLOUDEVENTS_MEDIA, mediaOf, ProblemError } from '#platform';
import { readHostQuery } from '../host-query.js';

/**
 * One event, an array, `{type, hosts}`, or CloudEvents in any of their modes; throws a {@link ProblemError} with every
 * fault. Many are read in turns with other requests. `nowMs`: since 1970.
 */
export async function reportsOf(request: FastifyRequest, nowMs: number): Promise<readonly EventReport[]> {
  const parsed = await inTurns(parse(request, nowMs));
  if (parsed.ok) return parsed.reports;
  if (parsed.reason === 'too-many') {
    const message = `the request has ${parsed.count} events: send at most ${MAX_EVENTS} at once, or any number as NDJSON`;
    throw invalid([{ path: '', code: 'invalid', message }]);
  }
  throw invalid(parsed.faults);
}

/**
 * A body with a `hostQuery`: the event, and its hosts. Undefined of any other; throws a {@link ProblemError} with every fault.
 */
export function selectedOf({ headers, body }: FastifyRequest, nowMs: number): SelectedReports | undefined {
  if (hasCloudEventHeaders(headers) || !isSelected(body)) return undefined;
  const faults: Fault[] = [];
  const query = readQuery(body.hostQuery, faults);
  const event = parseSelectedEvent(body, { nowMs }, faults);
  if (query === undefined || event === undefined) throw invalid(faults);
  return { hosts: { query, beside: event.beside }, report: event.report };
}

function isSelected(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.hasOwn(body, 'hostQuery');
}

function readQuery(text: unknown, faults: Fault[]): HostQuery | undefined {
  if (typeof text === 'string') return readHostQuery(text, faults);
  faults.push({ path: 'hostQuery', code: 'invalid', message: `hostQuery is ${inMessage(text)}; give a text` });
  return undefined;
}

function invalid(errors: readonly Fault[]): ProblemError {
  const count = errors.length === 1 ? 'one fault' : `${errors.length} faults`;
  return new ProblemError({ code: 'validation-failed', detail: `the request has ${count}`, errors });
}

function* parse(request: FastifyRequest, nowMs: number): Steps<ParsedEvents> {
  const media = mediaOf(request);
  const isStructured = media === CLOUDEVENT_MEDIA || media === CLOUDEVENTS_MEDIA;
  if (!isStructured && hasCloudEventHeaders(request.headers)) return parseBinary(request, nowMs);
  const { body } = request;
  if (body === undefined) throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
  if (media === CLOUDEVENTS_MEDIA) return yield* parseCloudEvents(body, { nowMs });
  if (media === CLOUDEVENT_MEDIA) return parseOne(body, nowMs, []);
  return yield* parseEvents(body, { nowMs });
}

function parseBinary({ raw, body }: FastifyRequest, nowMs: number): ParsedEvents {
  const faults: Fault[] = [];
  const event = cloudEventOfHeaders(raw.headersDistinct, body, faults);
  return event === undefined ? { ok: false, reason: 'invalid', faults } : parseOne(event, nowMs, faults);
}

function parseOne(event: unknown, nowMs: number, faults: Fault[]): ParsedEvents {
  const report = parseCloudEvent(event, '', nowMs, faults);
  return report === undefined ? { ok: false, reason: 'invalid', faults } : { ok: true, reports: [report] };
}

/** Many events are shown in turns with other requests. `effects`: what they did, where the request asks for it. */
export async function presentLogged(
  { position, accepted, duplicates, differing, newHosts, events }: LoggedEvents,
  effects?: ReadonlyMap<EventId, Effects>,
): Promise<LoggedEventsBody> {
  const counts = { accepted, duplicates, differing, newHosts };
  const shown = await mapInTurns(events, (event) => ({
    ...presentEvent(event),
    ...(effects && presentEffects(effects.get(event.id) ?? { state: 'pending' })),
  }));
  return { position: String(position), ...counts, events: shown };
}

function presentEvent({
  id,
  key,
  host,
  type,
  revision,
  position,
  duplicate,
  differs,
  newHost,
}: LoggedEvent): LoggedEventsBody['events'][number] {
  return {
    id,
    ...(key === null ? {} : { key }),
    host,
    type,
    revision,
    position: String(position),
    ...(duplicate ? { duplicate: true } : {}),
    ...(differs.length > 0 ? { differs } : {}),
    ...(newHost ? { newHost: true } : {}),
  };
}
