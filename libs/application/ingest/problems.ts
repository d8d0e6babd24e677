/** How refusals of the domain and failures of the store are answered. */
import type { ErrorCode, Fault, Problem } from '#contracts';
import type { Refusal } from '#domain';
import { StoreUnavailable } from '#ports';
import type { AppendFailure } from './appending/job.js';

/** Seconds after which trying again is worth it. */
const RETRY_S = 1;

/** At least one fault. The problem has their code where all have the same. */
export function problemOfRefusals(refusals: readonly Refusal[]): Problem {
  const [first] = refusals;
  if (first === undefined) throw new TypeError('a refusal without a reason');
  const code: ErrorCode = refusals.every((each) => each.code === first.code) ? first.code : 'validation-failed';
  const errors: readonly Fault[] = refusals;
  const detail = refusals.length === 1 ? first.message : `${refusals.length} faults, the first: ${first.message}`;
  return { code, detail, errors };
}

/** `what`: `quest 7`. The caller has seen another state of it. */
export function changedMeanwhile(what: string): Problem {
  const detail = `${what} is no longer as If-Match says it was seen: read it again, and decide again`;
  return { code: 'precondition-failed', detail };
}

/** One thing that was asked for could not be stored. */
export function problemOfFailure({ kind, reason }: AppendFailure): Problem {
  switch (kind) {
    case 'too-large':
      return { code: 'payload-too-large', detail: `nothing was stored: ${reason}; ask for less at once` };
    case 'unknown':
      return {
        code: 'outcome-unknown',
        detail: `it is not known whether it was stored (${reason}): look before you ask again`,
        retryAfterS: RETRY_S,
      };
    case 'unavailable':
      return unavailable(`nothing was stored (${reason}): try again`);
  }
}

export function unavailable(detail: string): Problem {
  return { code: 'store-unavailable', detail, retryAfterS: RETRY_S };
}

export function overloaded(what: string): Problem {
  return { code: 'overloaded', detail: `${what}: try again shortly`, retryAfterS: RETRY_S };
}

/** The reason where a store is away; anything else is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return error.reason;
  throw error;
}
