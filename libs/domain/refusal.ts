/** Expected refusals: values, never exceptions. An exception out of the domain is a defect. */

/** Every reason for which the domain refuses a command. These names are part of the API's promise. */
export type RefusalCode =
  | 'catalogue-full'
  | 'in-use'
  | 'not-retired'
  | 'event-type-unknown'
  | 'event-type-retired'
  | 'event-type-exists'
  | 'event-type-not-starting'
  | 'event-type-restricted'
  | 'fate-unknown'
  | 'fate-retired'
  | 'fate-exists'
  | 'fate-name-taken'
  | 'fate-name-invalid'
  | 'fate-follows-mismatch'
  | 'fate-not-intermediate'
  | 'fate-not-starting'
  | 'labor-unknown'
  | 'labor-not-open'
  | 'cannot-reopen'
  | 'cannot-adopt'
  | 'attributes-full'
  | 'alias-of-itself'
  | 'alias-taken'
  | 'alias-unknown'
  | 'aliases-full'
  | 'host-in-use'
  | 'name-rules-invalid'
  | 'quest-unknown'
  | 'quest-abandoned'
  | 'quest-without-hosts'
  | 'quest-too-large'
  | 'target-not-in-future';

/** One fault: its code, its place in the command (`path`, e.g. `[3].creates`; empty for the whole), and a sentence with the value and the next step. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly path: string;
  readonly message: string;
}

/** The outcome of deciding: either entries to journal and an answer, or every fault at once. */
export type Decision<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusals: readonly Refusal[] };

export function accepted<T>(value: T): Decision<T> {
  return { ok: true, value };
}

export function refused(...refusals: readonly Refusal[]): {
  readonly ok: false;
  readonly refusals: readonly Refusal[];
} {
  return { ok: false, refusals };
}
