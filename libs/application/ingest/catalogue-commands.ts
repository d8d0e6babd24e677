/** Commands on the catalogue: all or none, in one write. */
import { CATALOGUE_STREAM, encodeEntry, failed, START, type Outcome, type Problem } from '#contracts';
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

/** Why the change is refused whatever it is, from the catalogue that it would be decided on; undefined where it is not. */
export type Condition = (catalogue: Catalogue) => Problem | undefined;

/** The last look before `entries` are appended, at what the catalogue does not know; undefined where nothing is against them. */
export type Guard = (entries: readonly CatalogueEntry[], catalogue: Catalogue) => Promise<Problem | undefined>;

export async function changeCatalogue<T extends Item>(
  { journal, timeline, queue }: CatalogueWriter,
  request: IngestRequest,
  caller: Caller,
  decide: Decide<T>,
  condition: Condition = () => undefined,
  guard?: Guard,
): Promise<Outcome<CatalogueChange<T>>> {
  const load = async () => {
    const { catalogue, position } = await timeline.refresh();
    return { catalogue, position, revision: catalogue.revision - 1 };
  };
  const subject = { journal, stream: CATALOGUE_STREAM, name: 'the catalogue', load };
  const outcome = await decideInTurn(queue, holderOf(caller), subject, async ({ catalogue, position }) => {
    const before = changedBefore(timeline, request, decide);
    if (before !== undefined) return nothing(before);
    const refusal = condition(catalogue);
    if (refusal !== undefined) return failed(refusal);
    const decision = decide(catalogue);
    if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
    const { entries, items } = decision.value;
    if (entries.length === 0) return nothing({ position: position === START ? undefined : position, items });
    const guarded = await guard?.(entries, catalogue);
    if (guarded !== undefined) return failed(guarded);
    const encoded = entries.map((entry, index) => encodeEntry(entry, idOf(request, index), caller));
    return append([encoded], (appended) => ({
      position: appended.position,
      items: withPrincipal(items, entries, caller.principal),
    }));
  });
  // this process must not go by the old catalogue; where the read fails, the next refusal or command reads again
  if (outcome.ok) await timeline.refresh().catch(notRefreshed);
  return outcome;
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
function changedBefore<T extends Item>(
  timeline: CatalogueTimeline,
  request: IngestRequest,
  decide: Decide<T>,
): CatalogueChange<T> | undefined {
  const first = timeline.positionOf(idOf(request, 0));
  if (first === undefined) return undefined;
  const decision = decide(timeline.loadedAsOf(first));
  if (!decision.ok) throw new Error('what was decided upon the catalogue before is refused now');
  const { entries, items } = decision.value;
  const position = timeline.positionOf(idOf(request, entries.length - 1)) ?? first;
  return { position, items: withPrincipal(items, entries, timeline.principalOf(idOf(request, 0))) };
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
