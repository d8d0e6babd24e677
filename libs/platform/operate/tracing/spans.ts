/** The interface between the traced parts and the maker of spans. The SDK's types stay behind it: it is loaded only where traces are exported. */
import type { TraceParent } from '#contracts';

/** Names and numbers only: no texts of events, no secrets. Positions are decimal text, since they exceed 2^53. */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[]>>;

export interface OpenSpan {
  /** Called once. `failure`: the kind of failure, without its message; null where there was none. */
  end(attributes: SpanAttributes, failure: string | null): void;
}

export interface RequestSpan {
  /** Whether it is exported; then so are the spans of its effects. */
  readonly sampled: boolean;
  /** Once. `name`: with the route's pattern, never with a path. */
  end(name: string, attributes: SpanAttributes, failure: string | null): void;
}

/** Work for a request: a call in its course, or consuming, or producing messages. */
export type WorkKind = 'client' | 'producer' | 'consumer';

export interface Spans {
  /** Of a request that has just come; `ids` are the ids that its entries carry. */
  request(
    ids: { readonly traceId: string; readonly spanId: string; readonly parent: TraceParent | undefined },
    name: string,
  ): RequestSpan;
  /** Of work that begins now, as a child of `parent`, which is sampled. */
  work(parent: TraceParent, kind: WorkKind, name: string, attributes: SpanAttributes): OpenSpan;
  /** Exports the queued spans, within a limit. May be called twice; spans that end afterwards are lost. */
  close(): Promise<void>;
}
