/** Event types and fates as the views have them: kept in memory, where a page costs what it shows and its filters pass over. */
import { done, failed, inMessage, type CursorKey, type Outcome, type Page, type PageRequest } from '#contracts';
import { findEventType, findFate, isStarting, type Catalogue, type EventType, type Fate } from '#domain';
import type { ReadContext } from './read-context.js';
import type { Answer, CatalogueSort, EventTypeFilter, FateFilter, FreshnessDemand, Reading } from './reading.js';

export function catalogueReads(
  context: ReadContext,
): Pick<Reading, 'eventTypes' | 'eventType' | 'fates' | 'fate' | 'catalogue'> {
  const of = <T>(demand: FreshnessDemand, read: (catalogue: Catalogue) => Outcome<T>): Answer<T> =>
    context.answer(demand, async (seen) => read(await context.momentOf(seen).catalogues.read(seen.generation)));
  return {
    eventTypes: (filter, page, demand) => of(demand, (catalogue) => done(eventTypesOf(catalogue, filter, page))),
    eventType: (name, demand) => of(demand, (catalogue) => eventTypeOf(catalogue, name)),
    fates: (filter, page, demand) => of(demand, (catalogue) => done(fatesOf(catalogue, filter, page))),
    fate: (fate, demand) => of(demand, (catalogue) => fateOf(catalogue, fate)),
    catalogue: (demand) => of(demand, done),
  };
}

function eventTypesOf(
  catalogue: Catalogue,
  { status, category, starting }: EventTypeFilter,
  page: PageRequest<CatalogueSort>,
): Page<EventType> {
  const matches = (type: EventType): boolean =>
    among(status, type.status) &&
    among(category, type.category) &&
    (starting === undefined || isStarting(catalogue, type.name) === starting);
  return pageById(sortedOf(catalogue).types, matches, page);
}

function fatesOf(
  catalogue: Catalogue,
  { status, creates, completedBy }: FateFilter,
  page: PageRequest<CatalogueSort>,
): Page<Fate> {
  const matches = (fate: Fate): boolean =>
    among(status, fate.status) && among(creates, fate.creates) && among(completedBy, fate.completedBy);
  return pageById(sortedOf(catalogue).fates, matches, page);
}

function eventTypeOf(catalogue: Catalogue, name: string): Outcome<EventType> {
  const type = findEventType(catalogue, name);
  if (type) return done(type);
  return failed({
    code: 'event-type-unknown',
    detail: `no event type ${inMessage(name)}: GET /event-types lists them`,
  });
}

function fateOf(catalogue: Catalogue, reference: string): Outcome<Fate> {
  const fate = findFate(catalogue, reference);
  if (fate) return done(fate);
  return failed({ code: 'fate-unknown', detail: `no fate ${inMessage(reference)}: GET /fates lists them` });
}

/** No values: any; an empty list: none. */
function among<T>(values: readonly T[] | undefined, value: T): boolean {
  return values === undefined || values.includes(value);
}

/** All by number, ascending. */
interface Sorted {
  readonly types: readonly EventType[];
  readonly fates: readonly Fate[];
}

const sorted = new WeakMap<Catalogue, Sorted>();

/** Sorted once for each catalogue, which is the same object until it changes. */
function sortedOf(catalogue: Catalogue): Sorted {
  let all = sorted.get(catalogue);
  if (all === undefined) {
    const types = [...catalogue.types.values()].sort((a, b) => a.id - b.id);
    all = { types, fates: [...catalogue.fates.values()] };
    sorted.set(catalogue, all);
  }
  return all;
}

/** Looks at the items from the page's first to the first of the next page; at all of them only for a total. */
function pageById<T extends { readonly id: number }>(
  all: readonly T[],
  matches: (item: T) => boolean,
  { after, limit, count }: PageRequest<CatalogueSort>,
): Page<T> {
  const items: T[] = [];
  let next: CursorKey | null = null;
  for (let index = after === null ? 0 : firstAfter(all, Number(after[0])); index < all.length; index += 1) {
    const item = all[index];
    if (item === undefined || !matches(item)) continue;
    const last = items.at(-1);
    if (last !== undefined && items.length >= limit) {
      next = [String(last.id)];
      break;
    }
    items.push(item);
  }
  return { items, next, ...(count ? { total: all.filter(matches).length } : {}) };
}

/** The index of the first item whose number is greater than `id`, by halving. */
function firstAfter(all: readonly { readonly id: number }[], id: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.id ?? Infinity) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
