/** Reads and subscriptions as the double serves them: at the pace of the reader. */
import grpc from '@grpc/grpc-js';
import type { ServerWritableStream, ServiceError } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { allCursor, streamCursor, type Cursor } from './cursors.js';
import type { FaultSwitch } from './faults.js';
import { allFrom, eventAnswer, filterOf, nameOf, streamFrom } from './messages.js';
import type { Streams } from './streams.js';
import * as pb from './stubs.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const BACKWARDS = pb.streams.ReadReq.Options.ReadDirection.BACKWARDS;
/** A checkpoint comes after this many events scanned, times the subscriber's interval. */
const CHECKPOINT_EVENTS = 32;

/** An error as the server sends it: clients know it by the name in `exception`. */
export function serviceError(exception: 'stream-deleted' | 'access-denied', stream: string): Partial<ServiceError> {
  const metadata = new grpc.Metadata();
  metadata.set('exception', exception);
  metadata.set('stream-name', stream);
  const code = exception === 'access-denied' ? grpc.status.PERMISSION_DENIED : grpc.status.FAILED_PRECONDITION;
  return { code, details: exception, metadata };
}

/** Never rejects. */
export async function serveRead(call: Call, streams: Streams, faults: FaultSwitch): Promise<void> {
  const options = call.request.getOptions() ?? new pb.streams.ReadReq.Options();
  const subscribes = options.hasSubscription();
  const cursor = faults.deniesAccess ? serviceError('access-denied', '') : cursorOf(options, streams);
  if (!('next' in cursor)) {
    if (cursor.code === grpc.status.NOT_FOUND) {
      call.write(notFound(options));
      call.end();
    } else {
      call.emit('error', cursor);
    }
    return;
  }
  const structured = options.getUuidOption()?.hasString() !== true;
  if (subscribes) {
    const confirmation = new pb.streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
    call.write(new pb.streams.ReadResp().setConfirmation(confirmation));
  }
  const most = subscribes ? Infinity : Number(options.getCount());
  let caughtUp = false;
  let checkpointAt = CHECKPOINT_EVENTS * (options.getFilter()?.getCheckpointintervalmultiplier() ?? Infinity);
  const checkpointEvery = checkpointAt;
  for (let sent = 0; sent < most && !call.cancelled;) {
    await faults.passed();
    const record = cursor.next();
    if (record !== undefined) {
      sent += 1;
      if (!call.write(eventAnswer(record, structured))) await drained(call);
    } else if (subscribes) {
      if (!caughtUp) call.write(new pb.streams.ReadResp().setCaughtUp(new pb.streams.ReadResp.CaughtUp()));
      caughtUp = true;
      await more(call, streams);
    } else {
      break;
    }
    if (cursor.scanned >= checkpointAt && cursor.last !== undefined) {
      checkpointAt = cursor.scanned + checkpointEvery;
      call.write(checkpoint(cursor.last.position));
    }
  }
  call.end();
}

function cursorOf(options: ReadReq.Options, streams: Streams): Cursor | Partial<ServiceError> {
  const direction = options.getReadDirection() === BACKWARDS ? 'backwards' : 'forwards';
  const subscribes = options.hasSubscription();
  if (!subscribes && Number(options.getCount()) < 1) return invalid('maxCount');
  const ofStream = options.getStream();
  if (ofStream !== undefined) {
    const stream = nameOf(ofStream.getStreamIdentifier());
    if (streams.isTombstoned(stream)) return serviceError('stream-deleted', stream);
    if (!subscribes && streams.isMissing(stream)) return { code: grpc.status.NOT_FOUND };
    return streamCursor(streams, stream, streamFrom(ofStream), direction, subscribes);
  }
  const filter = filterOf(options);
  if (filter === undefined) return invalid('regex');
  const from = allFrom(options.getAll() ?? new pb.streams.ReadReq.Options.AllOptions());
  const only = filter === 'none' ? undefined : filter;
  return allCursor(streams, from, direction, subscribes, only) ?? invalid('position');
}

function invalid(what: string): Partial<ServiceError> {
  return { code: grpc.status.INVALID_ARGUMENT, details: `Invalid ${what}.` };
}

function notFound(options: ReadReq.Options): ReadResp {
  const identifier = options.getStream()?.getStreamIdentifier();
  return new pb.streams.ReadResp().setStreamNotFound(
    new pb.streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier),
  );
}

function checkpoint(position: bigint): ReadResp {
  const at = new pb.streams.ReadResp.Checkpoint();
  return new pb.streams.ReadResp().setCheckpoint(
    at.setCommitPosition(String(position)).setPreparePosition(String(position)),
  );
}

/** Resolves when the reader has taken what was sent, or is gone. */
function drained(call: Call): Promise<void> {
  return untilGone(call, (resolve) => {
    call.once('drain', resolve);
    return () => call.off('drain', resolve);
  });
}

/** Resolves when there is more in the log, or the reader is gone. */
function more(call: Call, streams: Streams): Promise<void> {
  return untilGone(call, (resolve) => streams.onMore(resolve));
}

async function untilGone(call: Call, wait: (resolve: () => void) => () => void): Promise<void> {
  if (call.cancelled) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      call.off('cancelled', done);
      forget();
      resolve();
    };
    const forget = wait(done);
    call.once('cancelled', done);
  });
}
