/**
 * The inbound topic into the journal: each batch is read, its good events are logged in their order, and refused messages are
 * rejected one by one, so that no message blocks its partition. Where a store is away the batch is not taken and comes
 * again; events have keys, so what was stored of it is not stored twice.
 */
import { ERRORS, type EventReport, type Problem } from '#contracts';
import { StoreUnavailable, type Inbound, type InboundBatch, type InboundMessage, type RejectedMessage } from '#ports';
import type { Clock } from '../clock.js';
import { TOPIC } from '../ingest/holders.js';
import type { Caller, Ingest, StreamedEvents } from '../ingest/ingest.js';
import { readMessage, type MessageRefusal } from './message.js';

export interface InboundMeters {
  /** Messages of a batch, by outcome. */
  received(accepted: number, duplicates: number, rejected: number): void;
}

export interface IntakeParts {
  readonly inbound: Pick<Inbound, 'topic' | 'reject'>;
  readonly ingest: Pick<Ingest, 'logEventStream'>;
  /**
   * Of the topic's producers together: the broker decides who may write, and they have no token. Null where
   * nobody gave them a name.
   */
  readonly principal: string | null;
  readonly clock: Clock;
  readonly meters: InboundMeters;
}

interface Counts {
  accepted: number;
  duplicates: number;
}

/** Of one batch: its messages by their reports, and why some are refused. */
class Batch {
  readonly counts: Counts = { accepted: 0, duplicates: 0 };
  private readonly refusals = new Map<bigint, MessageRefusal>();
  private readonly byPath = new Map<string, InboundMessage>();

  constructor(private readonly messages: readonly InboundMessage[]) {}

  /** The reports of the messages that are events, in their order. */
  read(topic: string, nowMs: number): readonly EventReport[] {
    return this.messages.flatMap((message) => {
      const read = readMessage(topic, message, nowMs);
      if (read.ok) {
        this.byPath.set(read.report.path, message);
        return [read.report];
      }
      this.refusals.set(message.offset, read.refusal);
      return [];
    });
  }

  refuse(path: string, refusal: MessageRefusal): void {
    const message = this.byPath.get(path);
    if (message === undefined) throw new TypeError(`no message of this batch is at ${path}`);
    this.refusals.set(message.offset, refusal);
  }

  /** In the order of the messages. */
  rejected(): readonly RejectedMessage[] {
    return this.messages.flatMap((message) => {
      const refusal = this.refusals.get(message.offset);
      return refusal === undefined ? [] : [{ message, ...refusal }];
    });
  }
}

/** Resolves when each message is stored or rejected; rejects with StoreUnavailable where a store is away. */
export async function takeBatch(parts: IntakeParts, { messages }: InboundBatch, signal: AbortSignal): Promise<void> {
  const { inbound, clock, meters } = parts;
  const batch = new Batch(messages);
  const reports = batch.read(inbound.topic, clock.nowMs());
  if (reports.length > 0) await logAll(parts, reports, batch);
  const rejected = batch.rejected();
  if (rejected.length > 0) {
    // another consumer has the partition by now, and rejects them
    signal.throwIfAborted();
    await inbound.reject(rejected);
  }
  meters.received(batch.counts.accepted, batch.counts.duplicates, rejected.length);
}

async function logAll(parts: IntakeParts, reports: readonly EventReport[], batch: Batch): Promise<void> {
  // as with the role report
  const caller: Caller = { principal: parts.principal, holder: TOPIC, mayReportRestricted: false };
  const streamed = await parts.ingest.logEventStream(once(reports), caller, { maxRefusals: reports.length });
  for (const { path, code, message } of streamed.refusals) batch.refuse(path, refusalOf(code, message));
  const { problem } = streamed;
  if (problem === undefined) {
    requireWhole(reports, streamed);
    count(batch, streamed);
    return;
  }
  requireFinal(problem);
  const [only] = reports;
  if (reports.length === 1 && only !== undefined) {
    batch.refuse(only.path, { code: problem.code, reason: problem.detail });
    return;
  }
  // one of them can never be stored: by themselves, they show which
  for (const report of reports) await logAll(parts, [report], batch);
}

/** Throws where a report is neither stored nor refused by name: committing the batch would drop it in silence. */
function requireWhole(reports: readonly EventReport[], { accepted, duplicates, refusals }: StreamedEvents): void {
  const answered = accepted + duplicates + refusals.length;
  if (answered !== reports.length)
    throw new Error(`of ${reports.length} events of a batch only ${answered} are accounted for`);
}

/** Throws where the same may succeed later. */
function requireFinal({ code, detail }: Problem): void {
  if (ERRORS[code].retryable) throw new StoreUnavailable('journal', detail);
}

function refusalOf(code: string, message: string): MessageRefusal {
  const known = Object.hasOwn(ERRORS, code) ? (code as MessageRefusal['code']) : 'validation-failed';
  const restricted = known === 'event-type-restricted';
  return { code: known, reason: restricted ? `${message}; over Kafka nobody has it, so send it over HTTP` : message };
}

function count({ counts }: Batch, { accepted, duplicates }: StreamedEvents): void {
  counts.accepted += accepted;
  counts.duplicates += duplicates;
}

async function* once(reports: readonly EventReport[]): AsyncGenerator<readonly EventReport[], void> {
  yield reports;
}
