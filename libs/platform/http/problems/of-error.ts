/** Which problem an exception is: expected failures, stores that are away, Fastify's refusals; the rest are defects. */
import type { Problem } from '#contracts';
import { GenerationGone, StoreDamaged, StoreOverloaded, StoreUnavailable } from '#ports';
import { ProblemError } from './problem-error.js';

/** Of a body that is read as a whole. */
export const TOO_LARGE: Problem = {
  code: 'payload-too-large',
  detail: 'the body is too large: send it in smaller parts, or events as NDJSON (application/x-ndjson), of any length',
};

/** Fastify's errors about a request before any handler sees it. Its own messages are not shown: they are about its API. */
const FASTIFY: Readonly<Record<string, Problem>> = {
  // of an invalid Content-Type; http/media.ts answers media types that a route does not take
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    detail: 'the Content-Type names no media type: send application/json',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: TOO_LARGE,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'malformed', detail: 'the body is not as long as Content-Length says' },
  FST_ERR_BAD_URL: {
    code: 'malformed',
    detail: 'the path has a broken percent encoding',
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'malformed', detail: 'a part of the path is too long' },
};
const OTHER_REFUSAL: Problem = { code: 'malformed', detail: 'the request cannot be read' };
/** Where a use case does not look for the generation that replaced it. */
const REPLACED: Problem = { code: 'not-caught-up', detail: 'the views were replaced while they were read: try again' };
const DEFECT: Problem = {
  code: 'internal',
  detail: 'a defect of Hermes; its log has the cause under the id in "instance"',
};

/** A damaged store is back when an operator has mended it. */
const DAMAGED_RETRY_S = 60;

export interface Diagnosis {
  readonly problem: Problem;
  /** Whether it is Hermes' fault and must be logged as such. */
  readonly defect: boolean;
}

export function problemOfError(error: unknown): Diagnosis {
  if (error instanceof ProblemError) return { problem: error.problem, defect: error.problem.code === 'internal' };
  if (error instanceof StoreDamaged) {
    const { reason: detail } = error;
    return { problem: { code: 'store-unavailable', detail, retryAfterS: DAMAGED_RETRY_S }, defect: false };
  }
  if (error instanceof StoreUnavailable) {
    return {
      problem: { code: 'store-unavailable', detail: `the ${error.store} is away or full; try again` },
      defect: false,
    };
  }
  if (error instanceof GenerationGone) return { problem: REPLACED, defect: false };
  if (error instanceof StoreOverloaded) {
    return { problem: { code: 'overloaded', detail: error.reason }, defect: false };
  }
  const refusal = fastifyRefusal(error);
  return refusal === undefined ? { problem: DEFECT, defect: true } : { problem: refusal, defect: false };
}

function causeOf(error: object): unknown {
  return 'cause' in error ? error.cause : undefined;
}

/** Fastify's errors come as they are, or inside Nest's exceptions as their cause. */
function fastifyRefusal(error: unknown): Problem | undefined {
  for (let current = error; typeof current === 'object' && current !== null; current = causeOf(current)) {
    const known = 'code' in current && typeof current.code === 'string' ? FASTIFY[current.code] : undefined;
    if (known !== undefined) return known;
    // such as a sender that went away in the middle of its body
    const status = 'statusCode' in current ? current.statusCode : undefined;
    if (typeof status === 'number' && status >= 400 && status < 500) return OTHER_REFUSAL;
  }
  return undefined;
}
