/** The one table from the driver's errors to ours. */
import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { StoreUnavailable } from '#ports';

export const DUPLICATE_KEY = 11000;
export const UNAUTHORIZED = 13;
export const AUTHENTICATION_FAILED = 18;
export const NO_SUCH_COLLECTION = 26;
/** An index of that name or of these fields is there, and is another. */
export const OTHER_INDEX: readonly number[] = [85, 86];
/** The server cannot read our message: a defect of ours, which no retry mends. */
const DEFECTS: ReadonlySet<number> = new Set([2, 9, 14, 28, 40, 52, 54, 57, 59, 66, 72, 73, 16, 40324, 40415]);
const SOCKET_CODES: ReadonlySet<string> = new Set([
  ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_SOCKET_CLOSED', 'ERR_STREAM_PREMATURE_CLOSE'],
]);
const TOO_LARGE: ReadonlySet<number> = new Set([10334, 17419, 17420]);

export function codeOf(error: unknown): number | undefined {
  return error instanceof MongoServerError && typeof error.code === 'number' ? error.code : undefined;
}

/**
 * The operations of a bulk that were refused because their key is there. Throws `error` again where anything else is in
 * it: another refusal, or a write that the majority did not confirm.
 */
export function duplicatesOf(error: unknown): readonly number[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
  const refusals = [error.writeErrors].flat();
  if (refusals.length === 0 || refusals.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return refusals.map(({ index }) => index);
}

/** A sentence for the operator, without passwords: the driver's words never hold one, the server's address may. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\/\/[^/@\s]*@/g, '//');
}

/** The driver's errors as ours: StoreUnavailable where trying again may succeed, whatever else it is as it is. */
export function translated(error: unknown): unknown {
  if (isTooLarge(error)) return new Error('a document of the views exceeds 16 MiB, the most that MongoDB stores');
  if (isOfSocket(error)) return unavailable(`the server is not reached: ${reasonOf(error)}`, error);
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return error;
  const code = codeOf(error);
  if (code !== undefined && DEFECTS.has(code)) return error;
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) {
    return unavailable(`the server is not reached: ${reasonOf(error)}`, error);
  }
  if (code === UNAUTHORIZED || code === AUTHENTICATION_FAILED) {
    return unavailable(`the server refuses this user: ${reasonOf(error)}`, error);
  }
  if (error instanceof MongoServerError) return unavailable(`the server answered: ${reasonOf(error)}`, error);
  if (error instanceof MongoDriverError) return unavailable(reasonOf(error), error);
  return error;
}

export function unavailable(reason: string, cause?: unknown): StoreUnavailable {
  return new StoreUnavailable('views', reason, cause === undefined ? undefined : { cause });
}

/** The driver hands some errors of sockets on as Node made them. */
function isOfSocket(error: unknown): boolean {
  const { code } = shapeOf(error);
  return typeof code === 'string' && (/^E(?!RR_)[A-Z_]+$/.test(code) || SOCKET_CODES.has(code));
}

/** The driver refuses before it sends, or runs out of the buffer that it writes into. */
function isTooLarge(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return TOO_LARGE.has(code);
  if (error instanceof MongoInvalidArgumentError) return error.message.includes('larger than the maximum size');
  const shape = shapeOf(error);
  return shape.name === 'RangeError' && shape.code === 'ERR_OUT_OF_RANGE';
}

/** By shape: Node's errors need not be instances of a test's own Error. */
function shapeOf(error: unknown): { readonly name?: unknown; readonly code?: unknown } {
  return Object(error) as object;
}
