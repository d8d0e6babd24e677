/** What a thread that does long work, and the one that started it, send each other: plain data. */
import { GenerationGone, StoreUnavailable } from '#ports';
import type { Position } from '#contracts';
import type { Log } from '../log.js';
import { SplitDiskFull } from '../replay/splitting/disk.js';
import { StreamUnreadable } from '../followed/stream-timeline.js';

export type ToWork =
  | { readonly kind: 'stop' }
  /** Of the work's own. */
  | { readonly kind: 'order'; readonly order: unknown }
  /** Whether the lease is held; undefined where nobody answers. */
  | { readonly kind: 'held'; readonly number: number; readonly isHeld: boolean | undefined };

export type FromWork =
  | { readonly kind: 'noted'; readonly note: unknown }
  | { readonly kind: 'log'; readonly level: keyof Log; readonly message: string; readonly fields: object }
  | { readonly kind: 'hold'; readonly number: number }
  /** What was found in a store. */
  | { readonly kind: 'damaged'; readonly store: 'journal' | 'views'; readonly finding: string }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error: of its class remains what its receiver does about it. */
export type Failure = { readonly message: string; readonly stack: string | null } & (
  | { readonly kind: 'disk-full' | 'defect' }
  | { readonly kind: 'unavailable'; readonly store: StoreUnavailable['store'] }
  | { readonly kind: 'unreadable'; readonly position: Position; readonly traceId: string | null }
  | { readonly kind: 'gone'; readonly generation: number }
);

export function failureOf(error: unknown): Failure {
  const { message, stack = null } = error instanceof Error ? error : new Error(String(error));
  const said = { message, stack };
  if (error instanceof SplitDiskFull) return { kind: 'disk-full', ...said };
  if (error instanceof StoreUnavailable)
    return { kind: 'unavailable', store: error.store, message: error.reason, stack };
  if (error instanceof StreamUnreadable)
    return { kind: 'unreadable', position: error.position, traceId: error.traceId ?? null, ...said };
  if (error instanceof GenerationGone) return { kind: 'gone', generation: error.generation, ...said };
  return { kind: 'defect', ...said };
}

export function errorOf(failure: Failure): Error {
  const error = made(failure);
  // that of the thread says more
  if (failure.stack !== null) error.stack = failure.stack;
  return error;
}

function made(failure: Failure): Error {
  const { kind, message } = failure;
  switch (kind) {
    case 'disk-full':
      return new SplitDiskFull(message);
    case 'unavailable':
      return new StoreUnavailable(failure.store, message);
    case 'gone':
      return new GenerationGone(failure.generation);
    case 'unreadable': {
      const { position, traceId } = failure;
      const unreadable = new StreamUnreadable('', { position, trace: '' }, '');
      return Object.assign(unreadable, { message, traceId: traceId ?? undefined });
    }
    case 'defect':
      return new Error(message);
  }
}
