/** `POST /events?effects=true`: the answer waits until the events are judged, and says what they did. */
import type { FastifyRequest } from 'fastify';
import type { Fault } from '#contracts';
import { flag, one, parseFreshness, ProblemError, queryOf, StreamedBody, type QueryTable } from '#platform';

/** As many events of one request are waited for. */
export const MAX_EVENTS_WITH_EFFECTS = 1000;

export const EFFECTS_QUERY = {
  effects: {
    ...one(flag),
    about: `Whether to wait, for \`Hermes-Wait\` seconds at most, and to say what each event did; of up to ${MAX_EVENTS_WITH_EFFECTS} events, not of NDJSON.`,
  },
} as const satisfies QueryTable;

/** For how many seconds the answer waits; undefined where the request does not ask for effects. Throws a {@link ProblemError} where it may not. */
export function effectsAsked(request: FastifyRequest): number | undefined {
  const { url, headers, body } = request;
  if (queryOf(url, EFFECTS_QUERY).effects !== true) return undefined;
  if (body instanceof StreamedBody) {
    throw refused('a stream is answered without them: send an array, or read GET /events/{id} afterwards');
  }
  return parseFreshness(undefined, headers['hermes-wait']).waitS;
}

/** Throws a {@link ProblemError} where there are more than the answer may wait for. */
export function requireFew(events: number): void {
  if (events <= MAX_EVENTS_WITH_EFFECTS) return;
  throw refused(`the request has ${events} events, and at most ${MAX_EVENTS_WITH_EFFECTS} are waited for: send fewer`);
}

function refused(message: string): ProblemError {
  const errors: readonly Fault[] = [
    { path: 'effects', code: 'invalid', message: `effects cannot be said: ${message}` },
  ];
  return new ProblemError({ code: 'validation-failed', detail: 'the question for effects is not valid', errors });
}
