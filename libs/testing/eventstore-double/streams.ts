/**
 * The double's streams: which appends are taken, which are repeats of earlier ones, which events a reader may see.
 * The rules of repeats are EventStoreDB's own: an exact revision is compared with the stream itself, any time later; `any`
 * and `stream_exists` only with the ids that the server remembers, and a new process remembers none.
 */
import { EventLog, type Proposed, type Recorded } from './log.js';

/** A number is an exact revision. */
export type ExpectedState = number | 'any' | 'no_stream' | 'stream_exists';

export type AppendResult =
  | { readonly kind: 'success'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong-version'; readonly actual: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too-large' };

interface StreamMetadata {
  readonly $maxCount?: number;
  /** Seconds. */
  readonly $maxAge?: number;
  /** The first revision that is shown. */
  readonly $tb?: number;
}

/** Most bytes of data in one append. */
export const MAX_APPEND_BYTES = 1_048_576;
/** Number of the last events whose ids are remembered. */
const REMEMBERED_IDS = 65_536;
/** `$tb` of a stream that was deleted: the greatest revision. */
const EVERYTHING = Number(2n ** 63n - 1n);

export class Streams {
  private readonly streams = new Map<string, Recorded[]>();
  private readonly remembered = new Map<string, { readonly stream: string; readonly revision: number }>();
  private readonly waiting = new Set<() => void>();

  constructor(readonly log: EventLog) {
    for (const record of log.records) this.of(record.stream).push(record);
  }

  append(stream: string, expected: ExpectedState, events: readonly Proposed[]): AppendResult {
    if (this.log.tombstones.has(stream)) return { kind: 'deleted' };
    if (events.reduce((sum, { data }) => sum + data.length, 0) > MAX_APPEND_BYTES) return { kind: 'too-large' };
    const own = this.streams.get(stream) ?? [];
    const actual = own.length - 1;
    const decision = this.decide(stream, own, expected, events);
    if (decision === 'refused') return { kind: 'wrong-version', actual };
    if (decision !== 'new') return { kind: 'success', revision: decision.revision, position: decision.position };
    if (events.length === 0) return { kind: 'success', revision: actual, position: this.log.gap() };
    const wasDeleted = this.isDeleted(stream);
    const stored = this.store(stream, events).at(-1)!;
    if (wasDeleted) this.setMetadata(stream, { $tb: actual + 1 });
    return { kind: 'success', revision: stored.revision, position: stored.position };
  }

  /** Hides what the stream has; the next append continues the numbering. */
  delete(stream: string): void {
    this.setMetadata(stream, { $tb: EVERYTHING });
  }

  tombstone(stream: string): void {
    this.log.tombstone(stream);
  }

  isTombstoned(stream: string): boolean {
    return this.log.tombstones.has(stream);
  }

  /** Whether a reader is answered that there is no such stream. */
  isMissing(stream: string): boolean {
    return (this.streams.get(stream)?.length ?? 0) === 0 || this.isDeleted(stream);
  }

  lastRevision(stream: string): number {
    return (this.streams.get(stream)?.length ?? 0) - 1;
  }

  /** The event, where a reader of the stream may see it. */
  visible(stream: string, revision: number): Recorded | undefined {
    const own = this.streams.get(stream) ?? [];
    const record = own[revision];
    if (record === undefined) return undefined;
    const { $tb = 0, $maxCount = Infinity, $maxAge = Infinity } = this.metadataOf(stream);
    const hidden = revision < $tb || revision < own.length - $maxCount;
    return hidden || record.createdMs < Date.now() - $maxAge * 1000 ? undefined : record;
  }

  /** Calls back once, when there is more in the log. Answers a function that forgets the callback. */
  onMore(callback: () => void): () => void {
    this.waiting.add(callback);
    return () => this.waiting.delete(callback);
  }

  private decide(
    stream: string,
    own: readonly Recorded[],
    expected: ExpectedState,
    events: readonly Proposed[],
  ): Recorded | 'new' | 'refused' {
    const actual = own.length - 1;
    if (expected === 'any' || expected === 'stream_exists') {
      if (expected === 'stream_exists' && this.isMissing(stream)) return 'refused';
      const known = events
        .map(({ id }) => this.remembered.get(id))
        .map((one) => (one?.stream === stream ? one : undefined));
      if (known[0] === undefined) return 'new';
      return known.includes(undefined) ? 'refused' : own[known.at(-1)!.revision]!;
    }
    const after = expected === 'no_stream' ? -1 : expected;
    if (after > actual) return 'refused';
    if (after === actual) return 'new';
    const differs = events.findIndex(({ id }, index) => own[after + 1 + index]?.id !== id);
    if (differs === -1 && events.length > 0) return own[after + events.length]!;
    return differs === 0 && expected === 'no_stream' && this.isDeleted(stream) ? 'new' : 'refused';
  }

  private store(stream: string, events: readonly Proposed[]): readonly Recorded[] {
    const own = this.of(stream);
    const stored = this.log.append(stream, own.length, events);
    for (const record of stored) {
      own.push(record);
      this.remember(record);
    }
    for (const callback of [...this.waiting]) callback();
    this.waiting.clear();
    return stored;
  }

  private remember({ id, stream, revision }: Recorded): void {
    this.remembered.delete(id);
    this.remembered.set(id, { stream, revision });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED_IDS) break;
      this.remembered.delete(oldest);
    }
  }

  private isDeleted(stream: string): boolean {
    return this.metadataOf(stream).$tb === EVERYTHING;
  }

  private metadataOf(stream: string): StreamMetadata {
    const last = this.streams.get(`$$${stream}`)?.at(-1);
    return last === undefined ? {} : (JSON.parse(last.data.toString('utf8')) as StreamMetadata);
  }

  private setMetadata(stream: string, change: StreamMetadata): void {
    const data = Buffer.from(JSON.stringify({ ...this.metadataOf(stream), ...change }));
    const contentType = 'application/json';
    const metadata = Buffer.alloc(0);
    this.store(`$$${stream}`, [{ id: crypto.randomUUID(), type: '$metadata', contentType, data, metadata }]);
  }

  private of(stream: string): Recorded[] {
    const own = this.streams.get(stream) ?? [];
    this.streams.set(stream, own);
    return own;
  }
}
