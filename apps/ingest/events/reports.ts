/** From a request's body to reports of events, and from what was logged to its answer. */
import type { LoggedEvent, LoggedEvents } from '#application';
import { MAX_EVENTS, parseEvents, type EventReport } from '#contracts';
import { ProblemError } from '#platform';

/** One event, an array, or `{type, hosts}`; throws a {@link ProblemError} with every fault. `nowMs`: since 1970. */
export function reportsOf(body: unknown, nowMs: number): readonly EventReport[] {
  if (body === undefined) throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
  const parsed = parseEvents(body, { nowMs });
  if (parsed.ok) return parsed.reports;
  if (parsed.reason === 'too-many') {
    const detail = `the request has ${parsed.count} events: send at most ${MAX_EVENTS} at once`;
    throw new ProblemError({ code: 'payload-too-large', detail });
  }
  const count = parsed.faults.length === 1 ? 'one fault' : `${parsed.faults.length} faults`;
  throw new ProblemError({ code: 'validation-failed', detail: `the body has ${count}`, errors: parsed.faults });
}

export function presentLogged({ position, accepted, duplicates, events }: LoggedEvents): object {
  return { position: String(position), accepted, duplicates, events: events.map(presentEvent) };
}

function presentEvent({ id, key, host, type, revision, position, duplicate }: LoggedEvent): object {
  return {
    id,
    ...(key === null ? {} : { key }),
    host,
    type,
    revision,
    position: String(position),
    ...(duplicate ? { duplicate: true } : {}),
  };
}
