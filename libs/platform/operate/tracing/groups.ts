/** A batch holds the work of many requests: groups it by request, as far as the request's trace is sampled. */
import { parseTraceParent, type TraceParent } from '#contracts';
import type { OpenSpan, SpanAttributes, Spans, WorkKind } from './spans.js';

/** Spans of one batch. Requests beyond it have none for this batch; how many is said in an attribute of the others. */
export const MOST_SPANS = 50;

export interface TraceGroup<T> {
  readonly parent: TraceParent;
  readonly members: readonly T[];
}

export interface TraceGroups<T> {
  readonly groups: readonly TraceGroup<T>[];
  /** Requests that are sampled and have no group, because there are {@link MOST_SPANS}. */
  readonly beyond: number;
}

interface Growing<T> extends TraceGroup<T> {
  readonly members: T[];
}

/** Groups the items of `batch` by their trace context, in the order of first appearance. */
export function groupsOf<T>(batch: Iterable<readonly [trace: string | undefined, member: T]>): TraceGroups<T> {
  // null: not sampled, no trace, or beyond the limit
  const byTrace = new Map<string, Growing<T> | null>();
  const groups: Growing<T>[] = [];
  let beyond = 0;
  for (const [trace, member] of batch) {
    if (trace === undefined) continue;
    let group = byTrace.get(trace);
    if (group === undefined) {
      const parent = parseTraceParent(trace);
      const sampled = parent?.sampled === true;
      if (sampled && groups.length === MOST_SPANS) beyond += 1;
      group = sampled && groups.length < MOST_SPANS ? { parent, members: [] } : null;
      byTrace.set(trace, group);
      if (group !== null) groups.push(group);
    }
    group?.members.push(member);
  }
  return { groups, beyond };
}

export interface WorkOnBatch<T, R> {
  readonly kind: WorkKind;
  readonly name: string;
  readonly attributes: (members: readonly T[]) => SpanAttributes;
  readonly work: () => Promise<R>;
  /** The attributes that the result gives the members; `failure` as {@link OpenSpan.end} has it. */
  readonly outcome: (
    result: R,
    members: readonly T[],
  ) => { readonly attributes: SpanAttributes; readonly failure: string | null };
}

/** Does the work with one span open for each group; returns its result and throws its errors. */
export async function traceBatch<T, R>(
  spans: Spans,
  { groups, beyond }: TraceGroups<T>,
  { kind, name, attributes, work, outcome }: WorkOnBatch<T, R>,
): Promise<R> {
  const others: SpanAttributes = beyond === 0 ? {} : { 'hermes.batch.requests_without_span': beyond };
  const open = groups.map(({ parent, members }): readonly [OpenSpan, readonly T[]] => [
    spans.work(parent, kind, name, { ...attributes(members), ...others }),
    members,
  ]);
  try {
    const result = await work();
    for (const [span, members] of open) {
      const ended = outcome(result, members);
      span.end(ended.attributes, ended.failure);
    }
    return result;
  } catch (error) {
    for (const [span] of open) span.end({}, error instanceof Error ? error.name : 'unknown');
    throw error;
  }
}

/** Each value once, in the order in which they come first. */
export function distinct(values: Iterable<string>): readonly string[] {
  return [...new Set(values)];
}
