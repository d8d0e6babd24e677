/** Between EventStoreDB's messages and the double's own types. */
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { StreamIdentifier } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type { Status } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import type { EventFilter, From } from './cursors.js';
import type { Proposed, Recorded } from './log.js';
import { MAX_APPEND_BYTES, type AppendResult, type ExpectedState } from './streams.js';
import * as pb from './stubs.js';

/** .NET counts time in steps of 100 ns. */
const TICKS_PER_MS = 10_000n;

export function nameOf(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function identifierOf(stream: string): StreamIdentifier {
  return new pb.shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
}

export function expectedOf(options: BatchAppendReq.Options): ExpectedState {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasStreamPosition() ? Number(options.getStreamPosition()) : 'any';
}

export function proposedOf(message: BatchAppendReq.ProposedMessage): Proposed {
  const map = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: map.get('type') ?? '',
    contentType: map.get('content-type') ?? '',
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
}

export function batchAnswer(
  stream: string,
  correlationId: ReturnType<BatchAppendReq['getCorrelationId']>,
  expected: ExpectedState,
  result: AppendResult | 'denied',
): BatchAppendResp {
  const answer = new pb.streams.BatchAppendResp().setStreamIdentifier(identifierOf(stream));
  answer.setCorrelationId(correlationId);
  if (result !== 'denied' && result.kind === 'success') {
    const success = new pb.streams.BatchAppendResp.Success();
    if (result.revision < 0) success.setNoStream(new pb.empty.Empty());
    else success.setCurrentRevision(String(result.revision));
    const position = new pb.shared.AllStreamPosition();
    position.setCommitPosition(String(result.position)).setPreparePosition(String(result.position));
    return answer.setSuccess(success.setPosition(position));
  }
  return answer.setError(errorOf(stream, expected, result));
}

function errorOf(stream: string, expected: ExpectedState, result: AppendResult | 'denied'): Status {
  if (result === 'denied') return statusWith('AccessDenied', new pb.shared.AccessDenied().serializeBinary());
  switch (result.kind) {
    case 'wrong-version':
      return statusWith('WrongExpectedVersion', wrongVersion(expected, result.actual));
    case 'deleted': {
      const details = new pb.shared.StreamDeleted().setStreamIdentifier(identifierOf(stream));
      return statusWith('StreamDeleted', details.serializeBinary());
    }
    default: {
      const details = new pb.shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES);
      return statusWith('MaximumAppendSizeExceeded', details.serializeBinary());
    }
  }
}

function wrongVersion(expected: ExpectedState, actual: number): Uint8Array {
  const details = new pb.shared.WrongExpectedVersion();
  const empty = new pb.empty.Empty();
  if (actual < 0) details.setCurrentNoStream(empty);
  else details.setCurrentStreamRevision(String(actual));
  if (expected === 'any') details.setExpectedAny(empty);
  else if (expected === 'no_stream') details.setExpectedNoStream(empty);
  else if (expected === 'stream_exists') details.setExpectedStreamExists(empty);
  else details.setExpectedStreamPosition(String(expected));
  return details.serializeBinary();
}

function statusWith(name: string, details: Uint8Array): Status {
  const any = new pb.any.Any();
  any.pack(details, `event_store.client.${name}`);
  return new pb.status.Status().setMessage(name).setDetails(any);
}

/** Undefined where the regular expression is none. */
export function filterOf(options: ReadReq.Options): EventFilter | 'none' | undefined {
  const filter = options.getFilter();
  const onStream = filter?.getStreamIdentifier();
  const expression = onStream ?? filter?.getEventType();
  if (expression === undefined) return 'none';
  const prefixes = expression.getPrefixList();
  const on = onStream === undefined ? 'type' : 'stream';
  if (prefixes.length > 0) return { on, matches: (text) => prefixes.some((prefix) => text.startsWith(prefix)) };
  try {
    const regex = new RegExp(expression.getRegex(), 'u');
    return { on, matches: (text) => regex.test(text) };
  } catch {
    return undefined;
  }
}

export function allFrom(options: ReadReq.Options.AllOptions): From {
  const position = options.getPosition();
  if (position !== undefined) return BigInt(position.getCommitPosition());
  return options.hasEnd() ? 'end' : 'start';
}

export function streamFrom(options: ReadReq.Options.StreamOptions): From {
  if (options.hasRevision()) return BigInt(options.getRevision());
  return options.hasEnd() ? 'end' : 'start';
}

/** `structured`: the reader wants ids as two numbers rather than as text. */
export function eventAnswer(record: Recorded, structured: boolean): ReadResp {
  const recorded = new pb.streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(structured ? structuredId(record.id) : new pb.shared.UUID().setString(record.id))
    .setStreamIdentifier(identifierOf(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(String(record.position))
    .setPreparePosition(String(record.position))
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  const map = recorded.getMetadataMap();
  map.set('type', record.type);
  map.set('content-type', record.contentType);
  map.set('created', String(BigInt(record.createdMs) * TICKS_PER_MS));
  const event = new pb.streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(record.position));
  return new pb.streams.ReadResp().setEvent(event);
}

function structuredId(id: string): InstanceType<typeof pb.shared.UUID> {
  const hex = id.replaceAll('-', '');
  const bits = (from: number) => String(BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)));
  const structured = new pb.shared.UUID.Structured().setMostSignificantBits(bits(0)).setLeastSignificantBits(bits(16));
  return new pb.shared.UUID().setStructured(structured);
}
