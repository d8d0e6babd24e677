/**
 * Changes of a followed stream (the catalogue, the names of hosts): all or none, in one write at the revision that was decided
 * upon. A request that is sent again is answered by what it has changed.
 */
import { encodeEntry, failed, mapInTurns, START } from '#contracts';
import type { DomainEntry, Outcome, Position, Problem } from '#contracts';
import type { Journal } from '#ports';
import { StreamUnreadable, type StreamTimeline } from '../../followed/stream-timeline.js';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import { reasonOf } from '../problems.js';
import { append, decideInTurn, nothing } from './decide-on.js';
import type { IngestRequest } from './request.js';
import type { SerialQueue } from './serial-queue.js';

export interface FollowedWriter<State extends { readonly revision: number }, Entry extends DomainEntry> {
  readonly journal: Journal;
  readonly timeline: StreamTimeline<State, Entry>;
  readonly queue: SerialQueue;
}

/** A change: how it is decided, and how it is answered. */
export interface Deciding<State, Entry, D extends { readonly entries: readonly Entry[] }, A> {
  readonly decide: (state: State) => Outcome<D> | Promise<Outcome<D>>;
  readonly answer: (decided: D, at: DecidedAt<State>) => A;
}

/** What was decided upon, the place of the last entry (undefined: it has none), and whose token wrote it. */
export interface DecidedAt<State> {
  readonly before: State;
  readonly position: Position | undefined;
  readonly principal: string | null;
}

/** Why the change is refused whatever it is, from what it would be decided on; undefined where it is not. */
export type ConditionOn<State> = (state: State) => Problem | undefined;

/** The last look before `entries` are appended, at what the stream does not know; undefined where nothing is against them. */
export type GuardOn<State, Entry> = (entries: readonly Entry[], state: State) => Promise<Problem | undefined>;

export async function changeFollowed<
  State extends { readonly revision: number },
  Entry extends DomainEntry,
  D extends { readonly entries: readonly Entry[] },
  A,
>(
  { journal, timeline, queue }: FollowedWriter<State, Entry>,
  request: IngestRequest,
  caller: Caller,
  { decide, answer }: Deciding<State, Entry, D, A>,
  condition: ConditionOn<State> = () => undefined,
  guard?: GuardOn<State, Entry>,
): Promise<Outcome<A>> {
  const load = async () => {
    await timeline.readToEnd();
    const { state, position } = timeline;
    return { state, position, revision: state.revision - 1 };
  };
  const subject = { journal, stream: timeline.of.stream, name: timeline.of.name, load };
  const { principal } = caller;
  const outcome = await decideInTurn(queue, holderOf(caller), subject, async ({ state: before, position }) => {
    const earlier = await changedBefore(timeline, request, decide);
    if (earlier !== undefined) return nothing(answer(earlier.decided, earlier.at));
    const refusal = condition(before);
    if (refusal !== undefined) return failed(refusal);
    const decision = await decide(before);
    if (!decision.ok) return decision;
    const decided = decision.value;
    const { entries } = decided;
    if (entries.length === 0) {
      return nothing(answer(decided, { before, principal, position: position === START ? undefined : position }));
    }
    const guarded = await guard?.(entries, before);
    if (guarded !== undefined) return failed(guarded);
    const encoded = await mapInTurns(entries, (entry, index) =>
      encodeEntry(entry, idOf(timeline, request, index), caller),
    );
    return append([encoded], (appended) => answer(decided, { before, principal, position: appended.position }));
  });
  // this process must not go by what was before; where the read fails, the next refusal or command reads again
  if (outcome.ok) await timeline.readToEnd().catch(notRefreshed);
  return outcome;
}

/** What another try of the request has changed: decided again upon what stood before it, as that try did. */
async function changedBefore<
  State extends { readonly revision: number },
  Entry extends DomainEntry,
  D extends { readonly entries: readonly Entry[] },
>(
  timeline: StreamTimeline<State, Entry>,
  request: IngestRequest,
  decide: Deciding<State, Entry, D, unknown>['decide'],
): Promise<{ readonly decided: D; readonly at: DecidedAt<State> } | undefined> {
  const first = timeline.positionOf(idOf(timeline, request, 0));
  if (first === undefined) return undefined;
  const before = timeline.loadedAsOf(first);
  const decision = await decide(before);
  if (!decision.ok) throw new Error('what was decided upon what stood before is refused now');
  const position = timeline.positionOf(idOf(timeline, request, decision.value.entries.length - 1)) ?? first;
  return {
    decided: decision.value,
    at: { before, position, principal: timeline.principalOf(idOf(timeline, request, 0)) },
  };
}

/** What was changed is stored, whether or not it can be read now. */
function notRefreshed(error: unknown): void {
  if (!(error instanceof StreamUnreadable)) reasonOf(error);
}

function idOf<State extends { readonly revision: number }, Entry extends DomainEntry>(
  { of }: StreamTimeline<State, Entry>,
  request: IngestRequest,
  index: number,
) {
  return request.uuid(`${of.stream} ${index}`);
}
