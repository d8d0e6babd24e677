/** Fates by what they are asked for: their name, their rule, the types that they name. For this folder alone. */
import type { TypeName } from '../names.js';
import type { FateId } from './ids.js';
import type { Catalogue, Fate } from './state.js';

type Fates = ReadonlyMap<FateId, Fate>;
/** What makes a fate the same rule as another. */
export type Rule = Pick<Fate, 'creates' | 'completedBy' | 'intermediate' | 'follows'>;
/** A rule with all that never changes in it. */
export type Saying = Rule & Pick<Fate, 'onRepeat'>;

/** Numbers, so that a change of a description needs no other index. The lowest number of a name or a rule stands for it. */
export interface FateIndex {
  /** Of whatever status. */
  readonly byName: ReadonlyMap<string, FateId>;
  /** In force; by {@link ruleKey}. */
  readonly byRule: ReadonlyMap<string, FateId>;
  /** Retired; by {@link sayingKey}. */
  readonly retired: ReadonlyMap<string, FateId>;
  /** In force, ascending. */
  readonly creating: ReadonlyMap<TypeName, readonly FateId[]>;
  /** In force, ascending. */
  readonly completedBy: ReadonlyMap<TypeName, readonly FateId[]>;
}

const indexes = new WeakMap<Fates, FateIndex>();
/** With more changes at once the index is made from all fates: each change looks through the fates of its types. */
const MOST_CHANGES = 100;

/** Made in one pass where it was not carried on from the fates before ({@link carryIndex}). */
export function fateIndexOf({ fates }: Pick<Catalogue, 'fates'>): FateIndex {
  let index = indexes.get(fates);
  if (index === undefined) {
    const change = new IndexChange();
    for (const fate of fates.values()) change.add(fate);
    index = change;
    indexes.set(fates, index);
  }
  return index;
}

/** Makes the index of `after` from that of `before`, where there is one, by the fates that are not the same in both. */
export function carryIndex(before: Fates, after: Fates, changed: ReadonlySet<FateId>): void {
  const index = indexes.get(before);
  if (index === undefined || changed.size > MOST_CHANGES) return;
  const moved = [...changed].filter((id) => isIndexedOtherwise(before.get(id), after.get(id)));
  if (moved.length === 0) {
    indexes.set(after, index);
    return;
  }
  const change = new IndexChange(index);
  for (const id of moved) change.replace(before.get(id), after.get(id));
  change.uncover(after);
  indexes.set(after, change);
}

export function ruleKey({ creates, completedBy, intermediate, follows }: Rule): string {
  return `${creates} ${completedBy} ${intermediate} ${follows ?? ''}`;
}

/** What a definition says that is answered with the fate that there is: another `onRepeat` is another fate. */
export function sayingKey(fate: Saying): string {
  return `${ruleKey(fate)} ${fate.onRepeat}`;
}

function isIndexedOtherwise(one: Fate | undefined, other: Fate | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other;
  return one.name !== other.name || one.status !== other.status || sayingKey(one) !== sayingKey(other);
}

/** An index under change: a copy of the one before it, whose groups are copied when they change. */
class IndexChange implements FateIndex {
  readonly byName: Map<string, FateId>;
  readonly byRule: Map<string, FateId>;
  readonly retired: Map<string, FateId>;
  readonly creating: Map<TypeName, readonly FateId[]>;
  readonly completedBy: Map<TypeName, readonly FateId[]>;
  private own = new WeakSet<readonly FateId[]>();
  /** Names and keys whose fate was removed, and what the fates of the rules create. */
  private readonly freed = {
    names: new Set<string>(),
    sayings: new Set<string>(),
    rules: new Set<string>(),
    creates: new Set<TypeName>(),
  };

  constructor(before?: FateIndex) {
    this.byName = new Map(before?.byName);
    this.byRule = new Map(before?.byRule);
    this.retired = new Map(before?.retired);
    this.creating = new Map(before?.creating);
    this.completedBy = new Map(before?.completedBy);
  }

  add(fate: Fate): void {
    const { id, name } = fate;
    if (name !== null) setLowest(this.byName, name, id);
    if (fate.status === 'retired') {
      setLowest(this.retired, sayingKey(fate), id);
      return;
    }
    setLowest(this.byRule, ruleKey(fate), id);
    this.join(this.creating, fate.creates, id);
    this.join(this.completedBy, fate.completedBy, id);
  }

  /** To be followed, after the last one, by {@link uncover}. */
  replace(before: Fate | undefined, after: Fate | undefined): void {
    if (before) this.remove(before);
    if (after) this.add(after);
  }

  /** Where entries said a name or rule twice, a removed fate has hidden another of `fates`. One pass, however many were removed. */
  uncover(fates: Fates): void {
    const { names, sayings, rules, creates } = this.freed;
    if (names.size + sayings.size > 0) {
      for (const fate of fates.values()) {
        const { id, name, status } = fate;
        if (name !== null && names.has(name)) setLowest(this.byName, name, id);
        if (sayings.size === 0 || status !== 'retired') continue;
        const saying = sayingKey(fate);
        if (sayings.has(saying)) setLowest(this.retired, saying, id);
      }
    }
    for (const type of creates) {
      for (const id of this.creating.get(type) ?? []) {
        const fate = fates.get(id);
        const rule = fate && ruleKey(fate);
        if (rule !== undefined && rules.has(rule)) setLowest(this.byRule, rule, id);
      }
    }
  }

  private remove(fate: Fate): void {
    const { id, name, creates, completedBy } = fate;
    if (name !== null && this.byName.get(name) === id) {
      this.byName.delete(name);
      this.freed.names.add(name);
    }
    if (fate.status === 'retired') {
      const saying = sayingKey(fate);
      if (this.retired.get(saying) !== id) return;
      this.retired.delete(saying);
      this.freed.sayings.add(saying);
      return;
    }
    this.leave(this.creating, creates, id);
    this.leave(this.completedBy, completedBy, id);
    const rule = ruleKey(fate);
    if (this.byRule.get(rule) !== id) return;
    this.byRule.delete(rule);
    this.freed.rules.add(rule);
    this.freed.creates.add(creates);
  }

  private join(groups: Map<TypeName, readonly FateId[]>, type: TypeName, id: FateId): void {
    const group = this.ownGroup(groups, type);
    if ((group.at(-1) ?? 0) < id) group.push(id);
    else
      group.splice(
        group.findIndex((each) => each > id),
        0,
        id,
      );
  }

  private leave(groups: Map<TypeName, readonly FateId[]>, type: TypeName, id: FateId): void {
    const group = this.ownGroup(groups, type);
    const index = group.indexOf(id);
    if (index >= 0) group.splice(index, 1);
    if (group.length === 0) groups.delete(type);
  }

  private ownGroup(groups: Map<TypeName, readonly FateId[]>, type: TypeName): FateId[] {
    const group = groups.get(type);
    if (group !== undefined && this.own.has(group)) return group as FateId[];
    const copy = [...(group ?? [])];
    this.own.add(copy);
    groups.set(type, copy);
    return copy;
  }
}

function setLowest(lowest: Map<string, FateId>, key: string, id: FateId): void {
  const known = lowest.get(key);
  if (known === undefined || id < known) lowest.set(key, id);
}
