/** The fates as they will be while a command's items are decided one after another: the existing ones and the added ones. */
import type { FateDefinition, FateReference } from './commands.js';
import { fateIndexOf, ruleKey, sayingKey, type Rule, type Saying } from './fate-index.js';
import type { FateId } from './ids.js';
import { findFate, parseFateReference } from './resolve.js';
import type { Catalogue, Fate } from './state.js';

/** The fates among which one definition is decided. */
export interface FatesBeside {
  /** That of the definition, where it is a new fate. */
  readonly nextId: FateId;
  /** `refused`: an item of the same command, which will not be. */
  find(reference: FateReference): Fate | 'refused' | undefined;
  /** Of whatever status. */
  named(name: string): Fate | undefined;
  /** The fate in force, if any, beside which there may not be another with this rule. */
  sameRule(rule: Rule): Fate | undefined;
  /** A retired fate that says the same, if any: it is restored, not defined again. With another `onRepeat` a fate is another. */
  retiredSame(rule: Saying): Fate | undefined;
}

/**
 * An item that is refused keeps its number and name, so that later items that follow it are not blamed for that.
 * Look-ups take constant time, so that a command of many items takes time in proportion to them.
 */
export class PlannedFates implements FatesBeside {
  private readonly byId = new Map<FateId, Fate | 'refused'>();
  private readonly byName = new Map<string, Fate | 'refused'>();
  private readonly byRule = new Map<string, Fate>();
  private next: number;

  constructor(private readonly catalogue: Catalogue) {
    this.next = catalogue.nextFateId;
  }

  get nextId(): FateId {
    return this.next as FateId;
  }

  /** Takes the next number. No fate has its name or rule; a refused item that has the name keeps it. */
  add(fate: Fate): void {
    this.byId.set(fate.id, fate);
    if (fate.name !== null && !this.byName.has(fate.name)) this.byName.set(fate.name, fate);
    this.byRule.set(ruleKey(fate), fate);
    this.next += 1;
  }

  /** Takes the next number for an item that will not be. */
  refuse({ name }: FateDefinition): void {
    this.byId.set(this.nextId, 'refused');
    if (name !== null && !this.byName.has(name)) this.byName.set(name, 'refused');
    this.next += 1;
  }

  find(reference: FateReference): Fate | 'refused' | undefined {
    const parsed = typeof reference === 'string' ? parseFateReference(reference) : reference;
    const planned = typeof parsed === 'number' ? this.byId.get(parsed) : this.byName.get(parsed);
    return findFate(this.catalogue, parsed) ?? planned;
  }

  named(name: string): Fate | undefined {
    const fate = findFate(this.catalogue, name) ?? this.byName.get(name);
    return fate === 'refused' ? undefined : fate;
  }

  sameRule(rule: Rule): Fate | undefined {
    const key = ruleKey(rule);
    const id = fateIndexOf(this.catalogue).byRule.get(key);
    return id === undefined ? this.byRule.get(key) : this.catalogue.fates.get(id);
  }

  retiredSame(rule: Saying): Fate | undefined {
    const id = fateIndexOf(this.catalogue).retired.get(sayingKey(rule));
    return id === undefined ? undefined : this.catalogue.fates.get(id);
  }
}
