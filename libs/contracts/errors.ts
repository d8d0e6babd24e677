/** The closed table of error codes: what each means, and whether trying again may help. HTTP statuses are platform's business. */
import type { RefusalCode } from '#domain';
import type { Position } from './position.js';

/** Faults of a request, of its sender's rights, and of stores; the domain's refusals come beside them. */
export type RequestErrorCode =
  | 'malformed'
  | 'validation-failed'
  | 'unauthenticated'
  | 'forbidden'
  | 'foreign-host'
  | 'foreign-origin'
  | 'not-found'
  | 'event-unknown'
  | 'operation-unknown'
  | 'what-if-unknown'
  | 'verification-unknown'
  | 'too-broad'
  | 'host-unknown'
  | 'host-parked'
  | 'not-parked'
  | 'still-parked'
  | 'rebuild-unknown'
  | 'rebuild-in-progress'
  | 'rebuild-over'
  | 'generation-unknown'
  | 'generation-in-use'
  | 'generation-unfit'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'idempotency-key-reused'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'not-acceptable'
  | 'not-caught-up'
  | 'overloaded'
  | 'read-only'
  | 'import-unfinished'
  | 'store-unavailable'
  | 'outcome-unknown'
  | 'internal';

export type ErrorCode = RequestErrorCode | RefusalCode;

export interface ErrorMeaning {
  /** A title that holds for every occurrence. */
  readonly title: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
}

function final(title: string): ErrorMeaning {
  return { title, retryable: false };
}

function passing(title: string): ErrorMeaning {
  return { title, retryable: true };
}

/** Every code there is. The API guide lists the same ones. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  malformed: final('The request cannot be read'),
  'validation-failed': final('The request is well formed but not valid'),
  unauthenticated: final('A valid token is needed'),
  forbidden: final('The token does not have the role this needs'),
  'foreign-host': final('Without tokens only this machine is answered'),
  'foreign-origin': final('Without tokens no page of another origin is answered'),
  'not-found': final('There is nothing at this path'),
  'event-unknown': final('No such event'),
  'operation-unknown': final('No such operation'),
  'what-if-unknown': final('No such what-if'),
  'verification-unknown': final('No such verification'),
  'host-unknown': final('No such host'),
  'too-broad': final('Too many match'),
  'host-parked': final('The host is parked'),
  'not-parked': final('Neither a parked host nor a parked quest'),
  'still-parked': final('An entry still cannot be judged'),
  'rebuild-unknown': final('No such rebuild'),
  'rebuild-in-progress': final('Another rebuild has not ended'),
  'rebuild-over': final('The rebuild has ended'),
  'generation-unknown': final('No such generation of the views'),
  'generation-in-use': final('The generation is in use'),
  'generation-unfit': final('This build cannot serve the generation'),
  'method-not-allowed': final('This path does not take this method'),
  conflict: final('The request contradicts the current state'),
  'precondition-failed': final('It is no longer as If-Match demands'),
  'idempotency-key-reused': final('Another request had this Idempotency-Key'),
  'payload-too-large': final('The request is too large'),
  'unsupported-media-type': final('This media type is not taken here'),
  'not-acceptable': final('None of the accepted media types is served here'),
  'not-caught-up': passing('The views are not there yet'),
  overloaded: passing('Too much at once'),
  'read-only': passing('Nothing is written here at present'),
  'import-unfinished': passing('An import has not come to its end'),
  'store-unavailable': passing('A store is away, full or damaged'),
  'outcome-unknown': passing('It is not known whether everything was stored'),
  internal: final('A defect of Hermes'),
  'catalogue-full': final('The catalogue has no room for this'),
  'in-use': final('Something else needs it'),
  'not-retired': final('It is still in force'),
  'event-type-unknown': final('No such event type'),
  'event-type-retired': final('The event type is retired'),
  'event-type-exists': final('The event type is defined otherwise'),
  'event-type-not-starting': final('No starting fate in force opens labors of this type'),
  'event-type-restricted': final('The event type is restricted'),
  'fate-unknown': final('No such fate'),
  'fate-retired': final('The fate is retired'),
  'fate-exists': final('The same rule is in force with other properties'),
  'fate-name-taken': final('Another fate has this name'),
  'fate-name-invalid': final('This cannot be the name of a fate'),
  'fate-follows-mismatch': final('The fate cannot follow that one'),
  'fate-not-intermediate': final('Only an intermediate fate can do this'),
  'fate-not-starting': final('Only a starting fate can do this'),
  'labor-unknown': final('No such labor'),
  'labor-not-open': final('The labor is not open'),
  'cannot-reopen': final('The labor cannot be reopened'),
  'cannot-adopt': final('The labor cannot move with its chain'),
  'attributes-full': final('The host has no room for these attributes'),
  'alias-of-itself': final('A host is not its own alias'),
  'alias-taken': final('The name is an alias of another host'),
  'alias-unknown': final('No such alias of the host'),
  'aliases-full': final('There is no room for more aliases'),
  'host-in-use': final('A host that is in use would lose its name'),
  'name-rules-invalid': final('The rules contradict each other'),
  'quest-unknown': final('No such quest'),
  'quest-abandoned': final('The quest is abandoned'),
  'quest-without-hosts': final('A quest needs at least one host'),
  'quest-too-large': final('Too many hosts in one quest'),
  'target-not-in-future': final('The target time must be in the future'),
};

/** What a fault has that no problem as a whole has: what it means. The API guide lists the same ones. */
export const FAULTS = {
  invalid: 'The value is none that may stand here',
  missing: 'The field must be there',
  unknown: 'Nothing of this name may stand here',
  'query-invalid': 'The text is not in the language of hostQuery',
  'inventories-full': 'The host is in as many inventories as it may be',
} as const;

/** Of one fault; where the value is of the right form and refused all the same, the code of the problem that it would be alone. */
export type FaultCode = keyof typeof FAULTS | ErrorCode;

/** One fault of a request: where (`[3].host`, `limit`; empty for the whole), which, and a sentence with value and next step. */
export interface Fault {
  readonly path: string;
  readonly code: FaultCode;
  readonly message: string;
}

/** An expected failure of a use case, as a value. */
export interface Problem {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  /** Seconds after which to try again; only with retryable codes. */
  readonly retryAfterS?: number;
  /** Of a read: how far the views were that had no better answer. */
  readonly seen?: { readonly position: Position; readonly ageMs: number };
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failed(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}
