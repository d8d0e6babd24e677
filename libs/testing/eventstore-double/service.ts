/** The double's gRPC services: appends, reads, subscriptions, deletes, and what a client asks before it begins. */
import grpc from '@grpc/grpc-js';
import type {
  sendUnaryData,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { FaultSwitch } from './faults.js';
import type { Proposed } from './log.js';
import { batchAnswer, expectedOf, nameOf, proposedOf } from './messages.js';
import { serveRead, serviceError } from './reads.js';
import type { ExpectedState, Streams } from './streams.js';
import * as pb from './stubs.js';

interface Batch {
  readonly stream: string;
  readonly expected: ExpectedState;
  readonly events: Proposed[];
}

/** `open` holds the calls that are being served, so that specs can count them. */
export function streamsService(streams: Streams, faults: FaultSwitch, open: Set<object>): UntypedServiceImplementation {
  const deleting =
    <Request extends DeleteReq | TombstoneReq, Answer>(work: (stream: string) => void, answer: () => Answer) =>
    (call: ServerUnaryCall<Request, Answer>, callback: sendUnaryData<Answer>) => {
      faults.run(() => {
        const stream = nameOf(call.request.getOptions()?.getStreamIdentifier());
        if (faults.deniesAccess) {
          callback(serviceError('access-denied', stream));
        } else if (streams.isTombstoned(stream)) {
          callback(serviceError('stream-deleted', stream));
        } else {
          work(stream);
          callback(null, answer());
        }
      });
    };
  return {
    batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
      keepIn(open, call);
      serveBatchAppend(call, streams, faults);
    },
    read: (call: ServerWritableStream<ReadReq, ReadResp>) => {
      keepIn(open, call);
      faults.run(() => {
        void serveRead(call, streams, faults);
      });
    },
    delete: deleting<DeleteReq, DeleteResp>(
      (stream) => {
        streams.delete(stream);
      },
      () => new pb.streams.DeleteResp(),
    ),
    tombstone: deleting<TombstoneReq, TombstoneResp>(
      (stream) => {
        streams.tombstone(stream);
      },
      () => new pb.streams.TombstoneResp(),
    ),
  };
}

/** Until the call has ended, by either side. */
function keepIn(
  open: Set<object>,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp> | ServerWritableStream<ReadReq, ReadResp>,
) {
  open.add(call);
  for (const event of ['finish', 'close', 'cancelled']) call.once(event, () => open.delete(call));
}

/** One call carries all appends of a client; the parts of one are put together by their correlation id. */
function serveBatchAppend(
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
  streams: Streams,
  faults: FaultSwitch,
): void {
  const open = new Map<string, Batch>();
  const take = (request: BatchAppendReq) => {
    const correlation = request.getCorrelationId();
    const key = correlation?.getString() ?? '';
    const options = request.getOptions();
    const batch = open.get(key) ?? {
      stream: nameOf(options?.getStreamIdentifier()),
      expected: options === undefined ? 'any' : expectedOf(options),
      events: [],
    };
    open.set(key, batch);
    for (const message of request.getProposedMessagesList()) batch.events.push(proposedOf(message));
    if (!request.getIsFinal()) return;
    open.delete(key);
    const { stream, expected, events } = batch;
    const result = faults.deniesAccess ? 'denied' : streams.append(stream, expected, events);
    if (!faults.losesAnswer()) call.write(batchAnswer(stream, correlation, expected, result));
  };
  call.on('data', (request: BatchAppendReq) => {
    faults.run(() => {
      take(request);
    });
  });
  call.on('end', () => {
    faults.run(() => call.end());
  });
  call.on('error', () => {
    call.end();
  });
}

/** What the server says of itself; a version before 21.10 knew no such question. */
export function featuresService(version: string, faults: FaultSwitch): UntypedServiceImplementation {
  return {
    getSupportedMethods: (_: unknown, callback: sendUnaryData<unknown>) => {
      faults.run(() => {
        const answer = new pb.features.SupportedMethods().setEventStoreServerVersion(version);
        for (const name of ['append', 'batchappend', 'read', 'delete', 'tombstone']) {
          const method = new pb.features.SupportedMethod().setMethodName(name);
          method
            .setServiceName('event_store.client.streams.streams')
            .setFeaturesList(name === 'read' ? ['position', 'events'] : []);
          answer.addMethods(method);
        }
        callback(null, answer);
      });
    },
  };
}

/** A cluster of one, for clients that look for its leader. */
export function gossipService(port: () => number): UntypedServiceImplementation {
  return {
    read: (_: unknown, callback: sendUnaryData<unknown>) => {
      const endPoint = new pb.gossip.EndPoint().setAddress('127.0.0.1').setPort(port());
      const member = new pb.gossip.MemberInfo().setInstanceId(new pb.shared.UUID().setString(crypto.randomUUID()));
      member
        .setState(pb.gossip.MemberInfo.VNodeState.LEADER)
        .setIsAlive(true)
        .setTimeStamp('0')
        .setHttpEndPoint(endPoint);
      callback(null, new pb.gossip.ClusterInfo().setMembersList([member]));
    },
  };
}

export const INSECURE = grpc.ServerCredentials.createInsecure();
