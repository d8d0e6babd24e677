/** The journal with a span for each request that an append stores something for. All other calls are handed on. */
import { streamKind, type NewEntry, type Position } from '#contracts';
import { wrapJournal, type Journal, type StreamWrite, type WriteOutcome } from '#ports';
import { distinct, groupsOf, traceBatch } from './groups.js';
import type { SpanAttributes, Spans } from './spans.js';

/** An entry, and the place of its write among those of the call. */
interface Member {
  readonly stream: string;
  readonly write: number;
  /** Of the entry in its write. */
  readonly nth: number;
}

export function tracedJournal(journal: Journal, spans: Spans): Journal {
  return wrapJournal(journal, { append: (writes) => append(journal, spans, writes) });
}

async function append(
  journal: Journal,
  spans: Spans,
  writes: readonly StreamWrite[],
): Promise<readonly WriteOutcome[]> {
  const groups = groupsOf(entriesOf(writes));
  if (groups.groups.length === 0) return journal.append(writes);
  return traceBatch(spans, groups, {
    kind: 'client',
    name: 'journal append',
    attributes: (members) => ({
      'hermes.entries': members.length,
      'hermes.streams': new Set(members.map(({ write }) => write)).size,
      'hermes.stream.kind': distinct(members.map(({ stream }) => streamKind(stream).kind)),
      'hermes.batch.writes': writes.length,
    }),
    work: () => journal.append(writes),
    outcome: outcomeOf,
  });
}

function* entriesOf(writes: readonly StreamWrite[]): Iterable<readonly [string | undefined, Member]> {
  for (const [write, { stream, entries }] of writes.entries()) {
    for (const [nth, { trace }] of entries.entries() as Iterable<[number, NewEntry]>)
      yield [trace, { stream, write, nth }];
  }
}

/** A conflict is no failure: the caller goes on from it (J3). */
const FAILURES: ReadonlySet<WriteOutcome['kind']> = new Set(['unknown', 'failed', 'too-large']);

function outcomeOf(
  outcomes: readonly WriteOutcome[],
  members: readonly Member[],
): { readonly attributes: SpanAttributes; readonly failure: string | null } {
  let last: Position | undefined;
  const kinds = new Set<WriteOutcome['kind']>();
  for (const { write } of members) {
    const outcome = outcomes[write];
    if (outcome === undefined) continue;
    kinds.add(outcome.kind);
    if (outcome.kind === 'appended' && (last === undefined || outcome.position > last)) last = outcome.position;
  }
  const attributes = {
    'hermes.outcome': [...kinds],
    ...(last === undefined ? {} : { 'hermes.position': String(last) }),
    ...revisionOf(outcomes, members),
  };
  return { attributes, failure: [...kinds].find((kind) => FAILURES.has(kind)) ?? null };
}

/** Of the first entry, where all are of one write; revisions of several streams would say nothing. */
function revisionOf(outcomes: readonly WriteOutcome[], members: readonly Member[]): SpanAttributes {
  const [first] = members;
  if (first === undefined || members.some(({ write }) => write !== first.write)) return {};
  const outcome = outcomes[first.write];
  return outcome?.kind === 'appended' ? { 'hermes.stream.revision': outcome.firstRevision + first.nth } : {};
}
