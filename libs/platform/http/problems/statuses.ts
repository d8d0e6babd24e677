/** The HTTP status of every error code. */
import type { ErrorCode } from '#contracts';

export const STATUSES: Readonly<Record<ErrorCode, number>> = {
  malformed: 400,
  'validation-failed': 422,
  unauthenticated: 401,
  forbidden: 403,
  'foreign-host': 403,
  'foreign-origin': 403,
  'not-found': 404,
  'event-unknown': 404,
  'operation-unknown': 404,
  'what-if-unknown': 404,
  'verification-unknown': 404,
  'host-unknown': 404,
  'too-broad': 422,
  'host-parked': 409,
  'not-parked': 409,
  'still-parked': 409,
  'rebuild-unknown': 404,
  'rebuild-in-progress': 409,
  'rebuild-over': 409,
  'generation-unknown': 404,
  'generation-in-use': 409,
  'generation-unfit': 409,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'idempotency-key-reused': 422,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'not-acceptable': 406,
  'not-caught-up': 503,
  overloaded: 503,
  'read-only': 503,
  'import-unfinished': 503,
  'store-unavailable': 503,
  'outcome-unknown': 503,
  internal: 500,
  'catalogue-full': 409,
  'in-use': 409,
  'not-retired': 409,
  'event-type-unknown': 404,
  'event-type-retired': 422,
  'event-type-exists': 409,
  'event-type-not-starting': 422,
  'event-type-restricted': 403,
  'fate-unknown': 404,
  'fate-retired': 422,
  'fate-exists': 409,
  'fate-name-taken': 409,
  'fate-name-invalid': 422,
  'fate-follows-mismatch': 422,
  'fate-not-intermediate': 422,
  'fate-not-starting': 422,
  'labor-unknown': 404,
  'labor-not-open': 409,
  'cannot-reopen': 409,
  'cannot-adopt': 409,
  'attributes-full': 409,
  'alias-of-itself': 422,
  'alias-taken': 409,
  'alias-unknown': 404,
  'aliases-full': 409,
  'host-in-use': 409,
  'name-rules-invalid': 422,
  'quest-unknown': 404,
  'quest-abandoned': 409,
  'quest-without-hosts': 422,
  'quest-too-large': 422,
  'target-not-in-future': 422,
};

/** 422 where the request names what is retired, and 409 where the thing of the path depends on it as it stands. */
const RETIRED: ReadonlySet<ErrorCode> = new Set(['event-type-retired', 'fate-retired']);

/**
 * The status to answer `code` with. An unknown thing is 404 where the path named it, and 422 where something else in the
 * request did; `pathNamesOne` says whether the path names one thing.
 */
export function statusOf(code: ErrorCode, pathNamesOne: boolean): number {
  const status = STATUSES[code];
  if (RETIRED.has(code) && pathNamesOne) return 409;
  return status === 404 && code !== 'not-found' && !pathNamesOne ? 422 : status;
}
