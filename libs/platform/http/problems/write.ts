/** The one writer of errors: RFC 9457 `application/problem+json`, whatever went wrong and wherever. */
import { cut, ERRORS, type Problem, type ProblemBody } from '#contracts';
import { freshnessHeaders } from './freshness-headers.js';
import { statusOf } from './statuses.js';

/** Seconds to wait before trying again, where the problem does not say. */
const RETRY_AFTER_S = 1;
/** A request of 10,000 bad items is answered with the first of their faults. */
export const MAX_FAULTS = 1000;
/** Of a fault's path, which may hold a name of the client's own: what is longer is cut. */
export const MAX_PATH_CHARACTERS = 256;
/** Of a sentence. */
export const MAX_TEXT_CHARACTERS = 4096;

/** Of a path that is not served. */
export const NOTHING_HERE = 'nothing is served at this path: check it against the API guide';

/** Of a path that takes other methods. */
export function takesOnly(allow: readonly string[]): string {
  return `this path takes ${allow.join(', ')}`;
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

export interface ProblemContext {
  /** Whether the path names one thing: then that thing is the unknown one. */
  readonly pathNamesOne?: boolean;
  /** The request's id: logged and answered, so that the line of the log can be found. */
  readonly requestId?: string;
  /** The methods that the path takes, for 405. */
  readonly allow?: readonly string[];
}

export function writeProblem(problem: Problem, context: ProblemContext = {}): ProblemAnswer {
  const { title } = ERRORS[problem.code];
  const status = statusOf(problem.code, context.pathNamesOne ?? false);
  const errors = problem.errors?.slice(0, MAX_FAULTS).map(({ path, message, ...fault }) => ({
    path: cut(path, MAX_PATH_CHARACTERS),
    ...fault,
    message: cut(message, MAX_TEXT_CHARACTERS),
  }));
  const detail = cut(problem.detail, MAX_TEXT_CHARACTERS);
  const left = (problem.errors?.length ?? 0) - (errors?.length ?? 0);
  const body: ProblemBody = {
    type: 'about:blank',
    title,
    status,
    detail: left > 0 ? `${detail} (and ${left} more)` : detail,
    code: problem.code,
    ...(context.requestId === undefined ? {} : { instance: `urn:uuid:${context.requestId}` }),
    ...(errors === undefined ? {} : { errors }),
  };
  return { status, headers: headersOf(problem, status, context), body: JSON.stringify(body) };
}

function headersOf(problem: Problem, status: number, context: ProblemContext): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
  };
  if (status === 503 || status === 429)
    headers['retry-after'] = String(Math.ceil(problem.retryAfterS ?? RETRY_AFTER_S));
  Object.assign(headers, freshnessHeaders(problem.seen));
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="hermes"';
  if (status === 405) headers['allow'] = (context.allow ?? []).join(', ');
  return headers;
}
