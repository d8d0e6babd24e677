/** Spans that are only remembered. For specs of traced code. */
import type { TraceParent } from '#contracts';
import type { SpanAttributes, Spans, WorkKind } from './spans.js';

export interface RememberedSpan {
  readonly parent: TraceParent;
  readonly kind: WorkKind;
  readonly name: string;
  attributes: SpanAttributes;
  /** Undefined while it is open. */
  failure?: string | null;
}

export interface RememberedSpans extends Spans {
  /** In the order in which they began. */
  readonly begun: RememberedSpan[];
}

export function rememberedSpans(): RememberedSpans {
  const begun: RememberedSpan[] = [];
  return {
    begun,
    request: () => ({ sampled: false, end: () => undefined }),
    work(parent, kind, name, attributes) {
      const span: RememberedSpan = { parent, kind, name, attributes };
      begun.push(span);
      return {
        end: (more, failure) => {
          if (span.failure !== undefined) throw new Error('it has ended already');
          span.attributes = { ...span.attributes, ...more };
          span.failure = failure;
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

/** A trace context that differs by `n`. */
export function traceNumber(n: number, sampled = true): string {
  const digits = n.toString(16);
  return `00-${digits.padStart(32, 'a')}-${digits.padStart(16, 'b')}-${sampled ? '01' : '00'}`;
}
