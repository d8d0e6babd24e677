/** The one table from the driver's errors to ours. Reasons are for the operator, without secrets. */
import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable, type WriteOutcome } from '#ports';

/** gRPC's code for a server that is not there. */
const UNAVAILABLE = 14;
/** The driver's message where it got no connection: nothing was sent. */
const NOT_CONNECTED = /No connection established|Failed to discover|Name resolution failed|ECONNREFUSED|ENOTFOUND/;

/** The outcome of an append that the driver rejected. */
export function outcomeOf(error: unknown): WriteOutcome {
  if (error instanceof WrongExpectedVersionError) {
    return { kind: 'conflict', actual: typeof error.actualState === 'bigint' ? Number(error.actualState) : -1 };
  }
  const reason = reasonOf(error);
  if (error instanceof MaxAppendSizeExceededError) return { kind: 'too-large', reason };
  if (error instanceof StreamDeletedError || error instanceof AccessDeniedError || error instanceof NotLeaderError) {
    return { kind: 'failed', reason };
  }
  return { kind: wasNeverSent(error) ? 'failed' : 'unknown', reason };
}

/** A read that failed. */
export function unavailable(error: unknown): StoreUnavailable {
  return error instanceof StoreUnavailable ? error : new StoreUnavailable('journal', reasonOf(error), { cause: error });
}

export function isMissingStream(error: unknown): boolean {
  return error instanceof StreamNotFoundError;
}

export function isAccessDenied(error: unknown): boolean {
  return error instanceof AccessDeniedError;
}

/** After these a client may never read again, though the server is back: it must be replaced. */
export function spoilsClient(error: unknown): boolean {
  return error instanceof UnavailableError || error instanceof NotLeaderError;
}

export function isNoSuchHost(error: unknown): boolean {
  return /ENOTFOUND|Name resolution failed/.test(messageOf(error));
}

export function reasonOf(error: unknown): string {
  if (error instanceof StreamDeletedError) return `stream ${error.streamName} was deleted in the event store`;
  if (error instanceof AccessDeniedError) return 'the event store denies access: check user, password and rights';
  if (error instanceof NotLeaderError) return 'the event store has another leader now';
  if (error instanceof MaxAppendSizeExceededError) return 'the event store takes no more than 1 MiB of data at once';
  const message = messageOf(error);
  // the driver's native part reports nothing but the name of the error
  if (message === '' || message === 'UnavailableError') return 'the event store does not answer';
  return `the event store does not answer (${message})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Before the first append a client asks for the server's features; where that fails, the error comes as gRPC made it. */
function wasNeverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isRaw = !(error instanceof UnavailableError) && 'code' in error && error.code === UNAVAILABLE;
  return isRaw || NOT_CONNECTED.test(error.message);
}
