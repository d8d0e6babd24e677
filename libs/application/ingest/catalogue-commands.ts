/** Commands on the catalogue: all or none, in one write. */
import { done, failed } from '#contracts';
import type { Outcome } from '#contracts';
import type { Catalogue, CatalogueEntry, Decision } from '#domain';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import {
  changeFollowed,
  type ConditionOn,
  type Deciding as DecidingOn,
  type FollowedWriter,
  type GuardOn,
} from './deciding/change-followed.js';
import type { IngestRequest } from './deciding/request.js';
import type { Caller, CatalogueChange, Defined, Unchanged } from './ingest.js';
import { changedMeanwhile, problemOfRefusals } from './problems.js';

export interface CatalogueWriter extends FollowedWriter<Catalogue, CatalogueEntry> {
  readonly timeline: CatalogueTimeline;
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

/** Any change of the catalogue. */
export type Deciding<D extends Pick<Change<Item>, 'entries'>, A> = DecidingOn<Catalogue, CatalogueEntry, D, A>;
export type Condition = ConditionOn<Catalogue>;
export type Guard = GuardOn<Catalogue, CatalogueEntry>;

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
  return changeFollowed(writer, request, caller, deciding, condition, guard);
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
