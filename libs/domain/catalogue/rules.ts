/** The catalogue as an index: the effects of each event type, and the types that complete a labor of each type. Made once per catalogue. */
import type { TypeName } from '../names.js';
import type { Actor } from './entries.js';
import type { FateId } from './ids.js';
import type { Catalogue, Fate } from './state.js';

/** The record of an opening: the lowest of the fates that open the labor, and the actors of all of them, sorted. */
export interface Opening {
  readonly fate: FateId;
  readonly actors: readonly Actor[];
}

/** Rules 2–4 for one labor type: the lowest of the fates that close it, and the follow-up where an intermediate fate fires. */
export interface Closing {
  readonly fate: FateId;
  readonly followUp: Opening | null;
}

/** The effects of an event of one type. */
export interface TypeRules {
  /** With its name it distinguishes the type from another pair that once had the same name (rule 7: a deleted type does nothing). */
  readonly category: string;
  /** Rule 1: null where no starting fate creates the type. */
  readonly opens: Opening | null;
  /** Rule 6: one of those fates says `absorb`. */
  readonly absorbs: boolean;
  /** By type of the labors that it closes. */
  readonly closes: ReadonlyMap<TypeName, Closing>;
}

export interface Rules {
  /** By event type; those in force only (rule 7). */
  readonly byEvent: ReadonlyMap<TypeName, TypeRules>;
  /** By labor type: the event types, in force, that complete it; in the order of their fates' numbers. */
  readonly completing: ReadonlyMap<TypeName, readonly TypeName[]>;
}

const compiled = new WeakMap<Catalogue, Rules>();

/** The catalogue's rules. The first call takes time in proportion to types and fates; later ones on the same object none. */
export function rulesOf(catalogue: Catalogue): Rules {
  let rules = compiled.get(catalogue);
  if (!rules) {
    rules = compile(catalogue);
    compiled.set(catalogue, rules);
  }
  return rules;
}

/** The event types that would complete a labor of `type` now (rule 16); empty: it is stranded (rule 10). */
export function completingTypes(catalogue: Catalogue, type: TypeName): readonly TypeName[] {
  return rulesOf(catalogue).completing.get(type) ?? [];
}

/** Whether `type` is in force and a starting fate in force creates it (rule 17). */
export function isStarting(catalogue: Catalogue, type: TypeName): boolean {
  return (rulesOf(catalogue).byEvent.get(type)?.opens ?? null) !== null;
}

/** Rule 10: the types of which labors may be open (some fate creates or created them) and that nothing can close now. Sorted. */
export function strandedTypes(catalogue: Catalogue): readonly TypeName[] {
  const { completing } = rulesOf(catalogue);
  const stranded = new Set<TypeName>();
  for (const fate of catalogue.fates.values()) if (!completing.has(fate.creates)) stranded.add(fate.creates);
  return [...stranded].sort();
}

function compile(catalogue: Catalogue): Rules {
  const inForce = [...catalogue.fates.values()].filter((fate) => fate.status === 'in-force');
  const byCreates = grouped(inForce, (fate) => fate.creates);
  const byCompletedBy = grouped(inForce, (fate) => fate.completedBy);
  const byEvent = new Map<TypeName, TypeRules>();
  const completing = new Map<TypeName, Set<TypeName>>();
  for (const type of catalogue.types.values()) {
    if (type.status !== 'in-force') continue;
    const { name, category } = type;
    byEvent.set(name, typeRules(category, byCreates.get(name) ?? [], byCompletedBy.get(name) ?? []));
  }
  for (const fate of inForce) {
    if (!byEvent.has(fate.completedBy)) continue;
    const events = completing.get(fate.creates);
    if (events) events.add(fate.completedBy);
    else completing.set(fate.creates, new Set([fate.completedBy]));
  }
  return { byEvent, completing: new Map([...completing].map(([type, events]) => [type, [...events]])) };
}

/** `creating` and `completing`: the fates in force that create the event's type, and those completed by it, by number. */
function typeRules(category: string, creating: readonly Fate[], completing: readonly Fate[]): TypeRules {
  const starting = creating.filter((fate) => !fate.intermediate);
  const intermediate = creating.filter((fate) => fate.intermediate);
  const closes = new Map<TypeName, Closing>();
  for (const [laborType, closers] of grouped(completing, (fate) => fate.creates)) {
    const firing = intermediate.filter(
      (fate) => fate.follows === null || closers.some((closer) => closer.id === fate.follows),
    );
    const [first] = closers;
    if (first) closes.set(laborType, { fate: first.id, followUp: opening(firing) });
  }
  const absorbs = starting.some((fate) => fate.onRepeat === 'absorb');
  return { category, opens: opening(starting), absorbs, closes };
}

function opening(fates: readonly Fate[]): Opening | null {
  const [first] = fates;
  if (!first) return null;
  return { fate: first.id, actors: [...new Set(fates.flatMap((fate) => fate.actors))].sort() };
}

function grouped(fates: readonly Fate[], keyOf: (fate: Fate) => TypeName): Map<TypeName, Fate[]> {
  const groups = new Map<TypeName, Fate[]>();
  for (const fate of fates) {
    const group = groups.get(keyOf(fate));
    if (group) group.push(fate);
    else groups.set(keyOf(fate), [fate]);
  }
  return groups;
}
