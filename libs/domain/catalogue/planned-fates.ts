/** The fates as they will be while a command's items are decided one after another: the existing ones and the added ones. */
import type { FateDefinition, FateReference } from './commands.js';
import type { FateId } from './ids.js';
import { parseFateReference } from './resolve.js';
import type { Catalogue, Fate } from './state.js';

type Rule = Pick<Fate, 'creates' | 'completedBy' | 'intermediate' | 'follows'>;

/**
 * An item that is refused keeps its number and name, so that later items that follow it are not blamed for that.
 * Look-ups take constant time, so that a command of many items takes time in proportion to them.
 */
export class PlannedFates {
  private readonly byId = new Map<FateId, Fate | 'refused'>();
  private readonly byName = new Map<string, Fate | 'refused'>();
  private readonly inForce = new Map<string, Fate>();
  private next: number;

  constructor(catalogue: Catalogue) {
    this.next = catalogue.nextFateId;
    for (const fate of catalogue.fates.values()) this.index(fate);
  }

  get nextId(): FateId {
    return this.next as FateId;
  }

  /** Takes the next number. */
  add(fate: Fate): void {
    this.index(fate);
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
    return typeof parsed === 'string' ? this.byName.get(parsed) : this.byId.get(parsed);
  }

  /** Of whatever status. */
  named(name: string): Fate | undefined {
    const fate = this.byName.get(name);
    return fate === 'refused' ? undefined : fate;
  }

  /** The fate in force, if any, beside which there may not be another with this rule. */
  sameRule(rule: Rule): Fate | undefined {
    return this.inForce.get(ruleKey(rule));
  }

  private index(fate: Fate): void {
    this.byId.set(fate.id, fate);
    // the first of a name keeps it, as for findFate
    if (fate.name !== null && !this.byName.has(fate.name)) this.byName.set(fate.name, fate);
    if (fate.status === 'in-force' && !this.inForce.has(ruleKey(fate))) this.inForce.set(ruleKey(fate), fate);
  }
}

function ruleKey({ creates, completedBy, intermediate, follows }: Rule): string {
  return `${creates} ${completedBy} ${intermediate} ${follows ?? ''}`;
}
