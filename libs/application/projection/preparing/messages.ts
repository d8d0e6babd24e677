/** What a thread that prepares a generation, and the one that started it, tell each other: plain data. */
import { StoreUnavailable } from '#ports';
import type { Log } from '../../log.js';
import { SplitDiskFull } from '../../replay/splitting/disk.js';
import { StreamUnreadable } from '../../followed/stream-timeline.js';
import type { Prepared, PreparationNote } from './preparation.js';

export type ToPreparing =
  | { readonly kind: 'stop' | 'activate' }
  /** Whether the lease is held; undefined where nobody answers. */
  | { readonly kind: 'held'; readonly number: number; readonly isHeld: boolean | undefined };

export type FromPreparing =
  | { readonly kind: 'noted'; readonly note: PreparationNote }
  | { readonly kind: 'log'; readonly level: keyof Log; readonly message: string; readonly fields: object }
  | { readonly kind: 'hold'; readonly number: number }
  | { readonly kind: 'done'; readonly prepared: Prepared | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error: of its class remains what its receiver does about it. */
export interface Failure {
  readonly kind: 'disk-full' | 'unavailable' | 'unreadable' | 'defect';
  readonly store: StoreUnavailable['store'] | null;
  readonly message: string;
  readonly stack: string | null;
}

/** A preparation elsewhere has failed, for a reason that operators find in its message. */
export class PreparationFailed extends Error {
  override readonly name = 'PreparationFailed';
}

export function failureOf(error: unknown): Failure {
  const { message, stack = null } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof SplitDiskFull) return { kind: 'disk-full', store: null, message, stack };
  if (error instanceof StoreUnavailable)
    return { kind: 'unavailable', store: error.store, message: error.reason, stack };
  return { kind: error instanceof StreamUnreadable ? 'unreadable' : 'defect', store: null, message, stack };
}

export function errorOf({ kind, store, message, stack }: Failure): Error {
  const error = made(kind, store, message);
  // that of the thread says more
  if (stack !== null) error.stack = stack;
  return error;
}

function made(kind: Failure['kind'], store: Failure['store'], message: string): Error {
  if (kind === 'disk-full') return new SplitDiskFull(message);
  if (store !== null) return new StoreUnavailable(store, message);
  return kind === 'unreadable' ? new PreparationFailed(message) : new Error(message);
}
