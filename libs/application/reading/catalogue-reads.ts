/** Event types and fates as the views have them: small enough to be filtered in memory. */
import { done, failed, inMessage, type CursorKey, type Outcome, type Page, type PageRequest } from '#contracts';
import { findEventType, findFate, isStarting, type Catalogue, type EventType, type Fate } from '#domain';
import type { ReadContext } from './read-context.js';
import type { Answer, CatalogueSort, EventTypeFilter, FateFilter, FreshnessDemand, Reading } from './reading.js';

export function catalogueReads(context: ReadContext): Pick<Reading, 'eventTypes' | 'eventType' | 'fates' | 'fate'> {
  const of = <T>(demand: FreshnessDemand, read: (catalogue: Catalogue) => Outcome<T>): Answer<T> =>
    context.answer(demand, async ({ generation }) => read(await context.catalogues.read(generation)));
  return {
    eventTypes: (filter, page, demand) => of(demand, (catalogue) => done(eventTypesOf(catalogue, filter, page))),
    eventType: (name, demand) => of(demand, (catalogue) => eventTypeOf(catalogue, name)),
    fates: (filter, page, demand) => of(demand, (catalogue) => done(fatesOf(catalogue, filter, page))),
    fate: (fate, demand) => of(demand, (catalogue) => fateOf(catalogue, fate)),
  };
}

function eventTypesOf(
  catalogue: Catalogue,
  { status, category, starting }: EventTypeFilter,
  page: PageRequest<CatalogueSort>,
): Page<EventType> {
  const types = [...catalogue.types.values()].filter(
    (type) =>
      among(status, type.status) &&
      among(category, type.category) &&
      (starting === undefined || isStarting(catalogue, type.name) === starting),
  );
  return pageById(types, page);
}

function fatesOf(
  catalogue: Catalogue,
  { status, creates, completedBy }: FateFilter,
  page: PageRequest<CatalogueSort>,
): Page<Fate> {
  const fates = [...catalogue.fates.values()].filter(
    (fate) => among(status, fate.status) && among(creates, fate.creates) && among(completedBy, fate.completedBy),
  );
  return pageById(fates, page);
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

function pageById<T extends { readonly id: number }>(
  matching: readonly T[],
  { after, limit, count }: PageRequest<CatalogueSort>,
): Page<T> {
  const rest = matching.filter(({ id }) => after === null || id > Number(after[0])).sort((a, b) => a.id - b.id);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const next: CursorKey | null = last !== undefined && rest.length > limit ? [String(last.id)] : null;
  return { items, next, ...(count ? { total: matching.length } : {}) };
}
