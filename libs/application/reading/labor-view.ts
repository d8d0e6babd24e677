/** Labors as readers see them, with facts of their host and of the present catalogue (rules 10 and 16, P8). */
import type { LaborDocument, LaborFilter, Page } from '#contracts';
import { completionsOf, isStranded, strandedTypes, type Catalogue, type Instant } from '#domain';
import type { LaborAsOfRow, LaborRow } from '#ports';
import type { LaborQuestion, LaborView, LaborWhy } from './reading.js';

/** The question, completed from the clock and the catalogue. */
export function laborFilter(
  question: Omit<LaborQuestion, 'hostQuery' | 'for'>,
  catalogue: Catalogue,
  now: Instant,
): LaborFilter {
  const { overdue, stranded, ...filter } = question;
  return {
    ...filter,
    ...(overdue === undefined ? {} : { overdue: { is: overdue, now } }),
    ...(stranded === undefined ? {} : { stranded: { is: stranded, types: strandedTypes(catalogue) } }),
  };
}

export function laborView(labor: LaborDocument, parked: boolean, catalogue: Catalogue): LaborView {
  const stranded = labor.state === 'open' && isStranded(catalogue, labor.type);
  return { labor, stranded, parked };
}

export function laborPage({ items, ...page }: Page<LaborRow>, catalogue: Catalogue): Page<LaborView> {
  return { ...page, items: items.map(({ labor, parked }) => laborView(labor, parked, catalogue)) };
}

export function laborAsOfView({ labor, parked, isExact }: LaborAsOfRow, catalogue: Catalogue): LaborView {
  const view = laborView(labor, parked, catalogue);
  return isExact ? view : { ...view, incomplete: true };
}

export function pastLaborPage({ items, ...page }: Page<LaborAsOfRow>, catalogue: Catalogue): Page<LaborView> {
  return { ...page, items: items.map((row) => laborAsOfView(row, catalogue)) };
}

export function laborWhy({ labor, parked, isExact }: LaborAsOfRow, catalogue: Catalogue): LaborWhy {
  const { opened, closed } = labor;
  return {
    labor: labor.id,
    state: labor.state,
    opened,
    openingFate: catalogue.fates.get(opened.fate) ?? null,
    closed,
    closingFate: closed === null || closed.fate === null ? null : (catalogue.fates.get(closed.fate) ?? null),
    parked,
    completedBy: labor.state === 'open' ? completionsOf(catalogue, labor.type) : [],
    ...(isExact ? {} : { incomplete: true }),
  };
}
