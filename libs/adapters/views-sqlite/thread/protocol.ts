/** What goes between the views' thread and the thread that calls: calls and answers as plain data, errors by their kind. */
import { StoreUnavailable, type Views } from '#ports';

/** The doors of the port, each method by name. */
export type Door = keyof Omit<Views, 'close'>;

export interface Call {
  /** Of this call among those under way. */
  readonly number: number;
  readonly door: Door;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** The first answer, to no call: whether the views are open. */
export const OPENING = 0;

export type Answer =
  | { readonly number: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly number: number; readonly kind: 'failed'; readonly error: Told };

/** An error that crossed: its class is lost on the way, its kind is not. */
export type Told =
  | { readonly kind: 'unavailable'; readonly reason: string; readonly cause: string | null }
  | { readonly kind: 'range' | 'defect'; readonly message: string; readonly stack: string | null };

export function tell(error: unknown): Told {
  if (error instanceof StoreUnavailable) {
    const { cause } = error;
    return { kind: 'unavailable', reason: error.reason, cause: cause instanceof Error ? cause.message : null };
  }
  const kind = error instanceof RangeError ? 'range' : 'defect';
  if (!(error instanceof Error)) return { kind, message: String(error), stack: null };
  return { kind, message: error.message, stack: error.stack ?? null };
}

export function errorOf(told: Told): Error {
  if (told.kind === 'unavailable') {
    return new StoreUnavailable('views', told.reason, told.cause === null ? {} : { cause: told.cause });
  }
  const error = told.kind === 'range' ? new RangeError(told.message) : new Error(told.message);
  // where it happened tells more than where it arrived
  if (told.stack !== null) error.stack = told.stack;
  return error;
}
