/** Commands on the catalogue: all or none, in one write. */
import { CATALOGUE_STREAM, done, encodeEntry, failed, mapInTurns, START } from '#contracts';
import type { Outcome, Position, Problem } from '#contracts';
import type { Catalogue, CatalogueEntry, Decision } from '#domain';
import type { Journal } from '#ports';
import { CatalogueUnreadable, type CatalogueTimeline } from '../catalogue/timeline.js';
import { append, decideInTurn, nothing } from './deciding/decide-on.js';
import type { IngestRequest } from './deciding/request.js';
import type { SerialQueue } from './deciding/serial-queue.js';
import { holderOf } from './holders.js';
import type { Caller, CatalogueChange, Defined, Unchanged } from './ingest.js';
import { changedMeanwhile, problemOfRefusals, reasonOf } from './problems.js';

export interface CatalogueWriter {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly queue: SerialQueue;
}

/** What deciding gives: nothing to write where all is in force already. */
export interface Change<T> {
  readonly entries: readonly CatalogueEntry[];
  readonly items: readonly Defined<T>[];
}

/** An event type or a fate. */
export interface Item {
  readonly id: number;
  readonly principal: string | null;
}

export type Decide<T> = (catalogue: Catalogue) => Decision<Change<T>>;

/** Any change of the catalogue: how it is decided, and how it is answered. */
export interface Deciding<D extends Pick<Change<Item>, 'entries'>, A> {
  readonly decide: (catalogue: Catalogue) => Outcome<D> | Promise<Outcome<D>>;
  readonly answer: (decided: D, at: DecidedAt) => A;
}

/** The catalogue that was decided upon, the place of the last entry (undefined: it has none), and whose token wrote it. */
export interface DecidedAt {
  readonly before: Catalogue;
  readonly position: Position | undefined;
  readonly principal: string | null;
}

/** Why the change is refused whatever it is, from the catalogue that it would be decided on; undefined where it is not. */
export type Condition = (catalogue: Catalogue) => Problem | undefined;

/** The last look before `entries` are appended, at what the catalogue does not know; undefined where nothing is against them. */
export type Guard = (entries: readonly CatalogueEntry[], catalogue: Catalogue) => Promise<Problem | undefined>;

export function changeCatalogue<T extends Item>(
  writer: CatalogueWriter,
  request: IngestRequest,
  caller: Caller,
  decide: Decide<T>,
  condition?: Condition,
  guard?: Guard,
): Promise<Outcome<CatalogueChange<T>>> {
  const deciding: Deciding<Change<T>, CatalogueChange<T>> = {
    decide: (catalogue) => outcomeOf(decide(catalogue)),
    answer: ({ entries, items }, { position, principal }) => ({
      position,
      items: withPrincipal(items, entries, principal),
    }),
  };
  return changeDecided(writer, request, caller, deciding, condition, guard);
}

/** As {@link changeCatalogue}, whatever the answer is. */
export async function changeDecided<D extends Pick<Change<Item>, 'entries'>, A>(
  { journal, timeline, queue }: CatalogueWriter,
  request: IngestRequest,
  caller: Caller,
  { decide, answer }: Deciding<D, A>,
  condition: Condition = () => undefined,
  guard?: Guard,
): Promise<Outcome<A>> {
  const load = async () => {
    const { catalogue, position } = await timeline.refresh();
    return { catalogue, position, revision: catalogue.revision - 1 };
  };
  const subject = { journal, stream: CATALOGUE_STREAM, name: 'the catalogue', load };
  const { principal } = caller;
  const outcome = await decideInTurn(queue, holderOf(caller), subject, async ({ catalogue: before, position }) => {
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
    const encoded = await mapInTurns(entries, (entry, index) => encodeEntry(entry, idOf(request, index), caller));
    return append([encoded], (appended) => answer(decided, { before, principal, position: appended.position }));
  });
  // this process must not go by the old catalogue; where the read fails, the next refusal or command reads again
  if (outcome.ok) await timeline.refresh().catch(notRefreshed);
  return outcome;
}

export function outcomeOf<T>(decision: Decision<T>): Outcome<T> {
  return decision.ok ? done(decision.value) : failed(problemOfRefusals(decision.refusals));
}

/** The condition that `thing` is as the caller has seen it; one that is unknown is left to the decision, which refuses it by its name. */
export function asSeen<T>(
  name: string,
  find: (catalogue: Catalogue) => T | undefined,
  unchanged: Unchanged<T> | undefined,
): Condition {
  return (catalogue) => {
    const thing = unchanged === undefined ? undefined : find(catalogue);
    return thing === undefined || unchanged?.(thing) !== false ? undefined : changedMeanwhile(name);
  };
}

/** What another try of the request has changed: decided again upon the catalogue before it, as that try did. */
async function changedBefore<D extends Pick<Change<Item>, 'entries'>>(
  timeline: CatalogueTimeline,
  request: IngestRequest,
  decide: Deciding<D, unknown>['decide'],
): Promise<{ readonly decided: D; readonly at: DecidedAt } | undefined> {
  const first = timeline.positionOf(idOf(request, 0));
  if (first === undefined) return undefined;
  const before = timeline.loadedAsOf(first);
  const decision = await decide(before);
  if (!decision.ok) throw new Error('what was decided upon the catalogue before is refused now');
  const position = timeline.positionOf(idOf(request, decision.value.entries.length - 1)) ?? first;
  return { decided: decision.value, at: { before, position, principal: timeline.principalOf(idOf(request, 0)) } };
}

/** What the entries define is known by the principal of their envelope, which the decision does not have. */
function withPrincipal<T extends Item>(
  items: readonly Defined<T>[],
  entries: readonly CatalogueEntry[],
  principal: string | null,
): readonly Defined<T>[] {
  const defined = new Set<number>();
  for (const { kind, id } of entries) if (kind === 'EventTypeDefined' || kind === 'FateDefined') defined.add(id);
  return items.map((each) => (defined.has(each.item.id) ? { ...each, item: { ...each.item, principal } } : each));
}

/** What was changed is stored, whether or not the catalogue can be read now. */
function notRefreshed(error: unknown): void {
  if (!(error instanceof CatalogueUnreadable)) reasonOf(error);
}

function idOf(request: IngestRequest, index: number) {
  return request.uuid(`catalogue ${index}`);
}
