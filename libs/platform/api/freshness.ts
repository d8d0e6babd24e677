/** The position headers: which place of the journal a read must show, and which one an answer shows. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FreshnessDemand, Shown } from '#application';
import { parsePosition, START, type Fault, type JsonSchema, type Outcome, type Position } from '#contracts';
import { readsFreshness } from './description/marks.js';
import { placeOf } from '../http/places.js';
import { freshnessHeaders } from '../http/problems/freshness-headers.js';
import { ProblemError, valueOf } from '../http/problems/problem-error.js';

/** Seconds, where the caller does not say. */
const DEFAULT_WAIT_S = 5;
const MAX_WAIT_S = 30;

/** `Hermes-Wait` in the API document. */
export const WAIT = {
  description: 'For how many seconds at most, with any number of decimals.',
  schema: {
    ...{ type: 'number', format: 'double', minimum: 0, maximum: MAX_WAIT_S, default: DEFAULT_WAIT_S },
  } satisfies JsonSchema,
};

/** Injects the demand of `Hermes-Min-Position` and `Hermes-Wait`, with the request's place: every read is in its holder's share. */
export const Freshness = createParamDecorator(
  readsFreshness((_: unknown, context: ExecutionContext): FreshnessDemand => {
    return freshnessOf(context.switchToHttp().getRequest<FastifyRequest>());
  }),
);

/** The demand of a request's headers. */
export function freshnessOf(request: FastifyRequest): FreshnessDemand {
  const { headers } = request;
  return { ...parseFreshness(headers['hermes-min-position'], headers['hermes-wait']), place: placeOf(request) };
}

type Header = string | readonly string[] | undefined;

/** Throws a {@link ProblemError} that names every header that is wrong. */
export function parseFreshness(minPosition: Header, wait: Header): FreshnessDemand {
  const faults: Fault[] = [];
  const position = typeof minPosition === 'string' ? parsePosition(minPosition) : undefined;
  if (minPosition !== undefined && position === undefined) {
    faults.push(invalid('Hermes-Min-Position', 'must be a position that an answer has shown: at most 20 digits'));
  }
  const waitS = wait === undefined ? DEFAULT_WAIT_S : seconds(wait);
  if (waitS === undefined) faults.push(invalid('Hermes-Wait', `must be seconds from 0 to ${MAX_WAIT_S}`));
  if (faults.length > 0 || waitS === undefined) {
    throw new ProblemError({ code: 'validation-failed', detail: 'a header is not valid', errors: faults });
  }
  return { ...(position === undefined ? {} : { minPosition: position }), waitS };
}

function seconds(header: Header): number | undefined {
  if (typeof header !== 'string' || !/^\d{1,2}(?:\.\d+)?$/.test(header)) return undefined;
  const value = Number(header);
  return value <= MAX_WAIT_S ? value : undefined;
}

function invalid(header: string, message: string): Fault {
  return { path: `header ${header}`, code: 'invalid', message: `${header} ${message}` };
}

/**
 * Sends what a read shows: the body, and in headers how far the views are (none before any entry), how old that is, where
 * there are any, of how many hosts entries are missing, and which place of the past it shows, where one was asked for.
 */
export function showing<T>(reply: FastifyReply, outcome: Outcome<Shown<T>>): T {
  const { position, ageMs, hostsBehind, asOf, body } = valueOf(outcome);
  for (const [name, value] of Object.entries(freshnessHeaders({ position, ageMs }))) void reply.header(name, value);
  if (hostsBehind > 0) void reply.header('hermes-hosts-behind', String(hostsBehind));
  if (asOf !== undefined && asOf.position > START) void reply.header('hermes-as-of', String(asOf.position));
  return body;
}

/** Answers the position at which everything that a request wrote is visible; no position where it wrote nothing. */
export function written(reply: FastifyReply, position: Position | undefined): void {
  if (position !== undefined && position > START) void reply.header('hermes-position', String(position));
}
