/** What the fates in force say of one event type: the effects of its events, and what completes its labors. Worked out for a type when it is first asked for. */
import type { TypeName } from '../names.js';
import type { Actor } from './entries.js';
import { fateIndexOf } from './fate-index.js';
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
  /** Rule 1: null where no starting fate creates the type. */
  readonly opens: Opening | null;
  /** Rule 6: one of those fates says `absorb`. */
  readonly absorbs: boolean;
  /** By type of the labors that it closes. */
  readonly closes: ReadonlyMap<TypeName, Closing>;
}

/** An event type by which a labor is completed, and the fates that say so, by number. */
export interface Completion {
  readonly type: TypeName;
  readonly fates: readonly FateId[];
}

/** By fates, which are the same object until one of them changes: of a type's rules the event types decide nothing more than whether they count. */
const compiled = new WeakMap<ReadonlyMap<FateId, Fate>, Map<TypeName, TypeRules>>();
const stranded = new WeakMap<Catalogue, readonly TypeName[]>();

/**
 * The effects of an event of this pair; undefined where it is not in force (rule 7), also where another pair has its name.
 * The first call for a type takes time in proportion to the fates that name it; later ones on the same fates none.
 */
export function rulesOf(catalogue: Catalogue, type: TypeName, category: string): TypeRules | undefined {
  const known = catalogue.types.get(type);
  if (known?.status !== 'in-force' || known.category !== category) return undefined;
  const byType = kept(compiled, catalogue.fates, () => new Map<TypeName, TypeRules>());
  let rules = byType.get(type);
  if (!rules) {
    const { creating, completedBy } = fateIndexOf(catalogue);
    rules = typeRules(fatesOf(catalogue, creating.get(type)), fatesOf(catalogue, completedBy.get(type)));
    byType.set(type, rules);
  }
  return rules;
}

/** What would complete a labor of `type` now (rule 16), each event type once, in the order of their fates' numbers. */
export function completionsOf(catalogue: Catalogue, type: TypeName): readonly Completion[] {
  const fates = new Map<TypeName, FateId[]>();
  for (const fate of completing(catalogue, type)) push(fates, fate.completedBy, fate.id);
  return [...fates].map(([event, ids]) => ({ type: event, fates: ids }));
}

/** Rule 10: nothing would complete a labor of `type` now. */
export function isStranded(catalogue: Catalogue, type: TypeName): boolean {
  return completing(catalogue, type).next().done === true;
}

/** Whether `type` is in force and a starting fate in force creates it (rule 17). */
export function isStarting(catalogue: Catalogue, type: TypeName): boolean {
  const known = catalogue.types.get(type);
  return known !== undefined && (rulesOf(catalogue, type, known.category)?.opens ?? null) !== null;
}

/** Rule 10: the types of which labors may be open (some fate creates or created them) and that nothing can close now. Sorted. */
export function strandedTypes(catalogue: Catalogue): readonly TypeName[] {
  return kept(stranded, catalogue, () => {
    const created = new Set<TypeName>();
    for (const { creates } of catalogue.fates.values()) created.add(creates);
    return [...created].filter((type) => isStranded(catalogue, type)).sort();
  });
}

/** The fates by which a labor of `type` is completed now, by number. */
function* completing(catalogue: Catalogue, type: TypeName): Generator<Fate> {
  for (const id of fateIndexOf(catalogue).creating.get(type) ?? []) {
    const fate = catalogue.fates.get(id);
    if (fate !== undefined && catalogue.types.get(fate.completedBy)?.status === 'in-force') yield fate;
  }
}

function fatesOf({ fates }: Catalogue, ids: readonly FateId[] = []): readonly Fate[] {
  return ids.flatMap((id) => fates.get(id) ?? []);
}

/** `creating` and `closing`: the fates in force that create the event's type, and those completed by it, by number. */
function typeRules(creating: readonly Fate[], closing: readonly Fate[]): TypeRules {
  const starting = creating.filter((fate) => !fate.intermediate);
  const following = opening(creating.filter((fate) => fate.intermediate && fate.follows === null));
  const pinned = new Map<FateId, Fate[]>();
  for (const fate of creating) if (fate.intermediate && fate.follows !== null) push(pinned, fate.follows, fate);
  const byLabor = new Map<TypeName, Fate[]>();
  for (const fate of closing) push(byLabor, fate.creates, fate);
  const closes = new Map<TypeName, Closing>();
  for (const [laborType, closers] of byLabor) {
    const [first] = closers;
    const firing = closers.flatMap(({ id }) => pinned.get(id) ?? []);
    if (first) closes.set(laborType, { fate: first.id, followUp: together(following, opening(firing)) });
  }
  const absorbs = starting.some((fate) => fate.onRepeat === 'absorb');
  return { opens: opening(starting), absorbs, closes };
}

function opening(fates: readonly Fate[]): Opening | null {
  const [first] = fates;
  if (!first) return null;
  const lowest = fates.reduce((least, { id }) => (id < least ? id : least), first.id);
  return { fate: lowest, actors: [...new Set(fates.flatMap((fate) => fate.actors))].sort() };
}

/** The opening by the fates of both. */
function together(one: Opening | null, other: Opening | null): Opening | null {
  if (one === null || other === null) return one ?? other;
  const fate = one.fate < other.fate ? one.fate : other.fate;
  return { fate, actors: [...new Set([...one.actors, ...other.actors])].sort() };
}

function kept<K extends object, V extends object>(cache: WeakMap<K, V>, key: K, make: () => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

/** Adds to the group of `key`, and makes it where there is none. */
function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
