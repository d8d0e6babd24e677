/** Messages between the views' thread and the calling thread: calls and replies as plain data, errors by their kind. */
import v8 from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { inOneTurn, isLongerThan } from '#contracts';
import { GenerationGone, StoreDamaged, StoreFull, StoreOverloaded, StoreUnavailable, type Views } from '#ports';
import type { ListWrites } from '../views.js';
import type { LoadingFiles } from '../loading/loading-files.js';
import type { SqliteViewsOptions } from '../open.js';

/** The thread's options; functions cannot go there. */
export type ThreadOptions = Pick<SqliteViewsOptions, 'file' | 'rebuild' | 'cacheBytes'>;

/**
 * What is served: the views' port, and instead of its loader, which has a thread of its own, the files that are loading; and the list
 * of events apart, for a thread beside that folds by itself.
 */
export interface ServedViews extends Omit<Views, 'loader'> {
  readonly loading: LoadingFiles;
  readonly list: ListWrites;
}
export type ViewsRole = keyof Omit<ServedViews, 'close'>;

export interface Call {
  /** Identifies this call among those in flight. */
  readonly number: number;
  readonly role: ViewsRole;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Whose request asks; null for Hermes's own calls. */
  readonly holder: string | null;
}

/** Besides calls: the end, and another port whose calls are answered as well. */
export type FromCaller = readonly Call[] | 'close' | { readonly beside: MessagePort };

/** The first answer, to no call: whether the views are open. */
export const OPENING = 0;

export type Reply =
  | { readonly number: number; readonly kind: 'done'; readonly value: unknown }
  /**
   * A large value as bytes. A value in a message is made again in one piece when the message is taken, and all messages that
   * have come are taken in one turn of the loop: what is made of bytes waits for its turn.
   */
  | { readonly number: number; readonly kind: 'packed'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly number: number; readonly kind: 'failed'; readonly error: SerializedError };

/** An error as plain data: its class is lost on the way, its kind is not. */
export type SerializedError =
  | { readonly kind: 'unavailable'; readonly reason: string; readonly cause: string | null }
  | { readonly kind: 'full'; readonly reason: string; readonly cause: string | null }
  | { readonly kind: 'gone'; readonly generation: number }
  | { readonly kind: 'overloaded'; readonly reason: string; readonly why: StoreOverloaded['why'] }
  | { readonly kind: 'damaged'; readonly finding: string }
  | { readonly kind: 'range' | 'defect'; readonly message: string; readonly stack: string | null };

/** Characters of a value, as `charactersOf` counts them, from which on it is packed. */
const LARGE = 16_384;

/** The answer to a call. Throws where something in the value cannot be copied to another thread. */
export function replyOf(number: number, value: unknown): Reply {
  if (!isLongerThan(value, LARGE)) return { number, kind: 'done', value };
  return { number, kind: 'packed', bytes: v8.serialize(value) };
}

/** What must be handed over with the answers instead of copied. */
export function handedOver(replies: readonly Reply[]): ArrayBuffer[] {
  return replies.flatMap((reply) => (reply.kind === 'packed' ? [reply.bytes.buffer] : []));
}

/** The value of a packed answer, in turns with other long work. */
export function unpack(bytes: Uint8Array): Promise<unknown> {
  return inOneTurn(() => v8.deserialize(bytes) as unknown);
}

export function serialize(error: unknown): SerializedError {
  if (error instanceof StoreDamaged) return { kind: 'damaged', finding: error.finding };
  if (error instanceof StoreUnavailable) {
    const { cause } = error;
    const kind = error instanceof StoreFull ? 'full' : 'unavailable';
    return { kind, reason: error.reason, cause: cause instanceof Error ? cause.message : null };
  }
  if (error instanceof GenerationGone) return { kind: 'gone', generation: error.generation };
  if (error instanceof StoreOverloaded) return { kind: 'overloaded', reason: error.reason, why: error.why };
  const kind = error instanceof RangeError ? 'range' : 'defect';
  if (!(error instanceof Error)) return { kind, message: String(error), stack: null };
  return { kind, message: error.message, stack: error.stack ?? null };
}

export function deserialize(serialized: SerializedError): Error {
  if (serialized.kind === 'damaged') return new StoreDamaged('views', serialized.finding);
  if (serialized.kind === 'unavailable' || serialized.kind === 'full') {
    const Unavailable = serialized.kind === 'full' ? StoreFull : StoreUnavailable;
    return new Unavailable('views', serialized.reason, serialized.cause === null ? {} : { cause: serialized.cause });
  }
  if (serialized.kind === 'gone') return new GenerationGone(serialized.generation);
  if (serialized.kind === 'overloaded') return new StoreOverloaded('views', serialized.reason, serialized.why);
  const error = serialized.kind === 'range' ? new RangeError(serialized.message) : new Error(serialized.message);
  // the stack of the origin says more than that of the arrival
  if (serialized.stack !== null) error.stack = serialized.stack;
  return error;
}
