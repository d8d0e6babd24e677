/** Who asks for a change, on which condition, and what every change answers. */
import type { Cause, Position } from '#contracts';

/** Who asks, as the access guard knows them. */
export interface Caller extends Cause {
  /** The token's name, which `by` and `creator` default to; null where no tokens are on. */
  readonly principal: string | null;
  /** In whose share their work is counted while it waits; who has none is counted with all others that have none. */
  readonly holder?: string;
  /** Whether events of restricted types may be logged (role `operate`). */
  readonly mayReportRestricted: boolean;
  /** The request's `Idempotency-Key`: sent again by the same caller, the same is done once and answered as before. */
  readonly idempotencyKey?: string;
}

/** A change that is in the journal; reads from `position` on show it. */
export interface Written {
  readonly position: Position;
}

/** The caller's condition on a thing as it is when its amendment is decided: false refuses with `precondition-failed`. */
export type Unchanged<T> = (current: T) => boolean;
