/** A catalogue as it would be with other fates (what-if): decided once, against the newest one, and applied to each that was in force. */
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { FateDefinition, FateReference } from './commands.js';
import type { CatalogueItem } from './decide.js';
import { decideFates } from './decide-fates.js';
import type { CatalogueEntry, FateDefined, FateRetired } from './entries.js';
import { foldCatalogue } from './evolve.js';
import type { FateId } from './ids.js';
import { findFate } from './resolve.js';
import { rulesOf, type Opening, type TypeRules } from './rules.js';
import type { Catalogue, Fate } from './state.js';
import type { Instant, TypeName } from '../names.js';

export interface SupposedFates {
  readonly define: readonly FateDefinition[];
  readonly retire: readonly FateReference[];
}

/** The entries that make each catalogue the supposed one. */
export interface Supposition {
  /** Their numbers come after the last that was ever given. */
  readonly defined: readonly Fate[];
  readonly retired: readonly FateId[];
  readonly entries: readonly CatalogueEntry[];
}

/** What the entries are signed with: nobody sees them. */
const NOBODY = { by: null, recordedAt: '1970-01-01T00:00:00.000Z' as Instant };

/**
 * Decided as definitions are, beside the fates that stay in force: so one of a rule that is retired, in truth or by this very
 * supposition, is a new fate. One of a rule that is in force is supposed from the beginning on, under a number of its own; an item
 * that follows it follows that. Refuses `fate-unknown` (path `retire[0]`), `in-use` where a fate that stays in force follows one
 * that is retired, and what a definition is refused for (path `define[2].creates`).
 */
export function suppose({ define, retire }: SupposedFates, newest: Catalogue): Decision<Supposition> {
  const refusals: Refusal[] = [];
  const away = new Map<FateId, number>();
  for (const [index, reference] of retire.entries()) {
    const fate = findFate(newest, reference);
    if (fate !== undefined) away.set(fate.id, away.get(fate.id) ?? index);
    else refusals.push(unknown(reference, `retire[${index}]`));
  }
  const staying = [...newest.fates].filter(([id, { status }]) => status === 'in-force' && !away.has(id));
  for (const [, fate] of staying) {
    const index = fate.follows === null ? undefined : away.get(fate.follows);
    if (index !== undefined) refusals.push(followed(fate, `retire[${index}]`));
  }
  const command = { kind: 'DefineFates', definitions: define, by: null, now: NOBODY.recordedAt } as const;
  const decided = decideFates(command, { ...newest, fates: new Map(staying) });
  if (!decided.ok) refusals.push(...decided.refusals.map((each) => ({ ...each, path: `define${each.path}` })));
  if (!decided.ok || refusals.length > 0) return refused(...refusals);
  const { entries: added, items } = decided.value;
  const defined = fromTheBeginning(items, newest.nextFateId + added.length);
  const retired = [...away.keys()];
  return accepted({ defined, retired, entries: [...retired.map(retirement), ...defined.map(definition)] });
}

/** What is in force already gets a number from `next` on, and is followed under that. */
function fromTheBeginning(items: readonly CatalogueItem<Fate>[], next: number): readonly Fate[] {
  const numbers = new Map<FateId, FateId>();
  for (const { item, created } of items)
    if (!created && !numbers.has(item.id)) numbers.set(item.id, (next + numbers.size) as FateId);
  const numbered = (id: FateId): FateId => numbers.get(id) ?? id;
  const fates = items.map(({ item }): Fate => {
    const { follows } = item;
    return { ...item, id: numbered(item.id), follows: follows && numbered(follows) };
  });
  return [...new Map(fates.map((fate) => [fate.id, fate])).values()];
}

/** The catalogue as it would be where the supposition held. What is retired stays so, whatever the catalogue says. */
export function supposedCatalogue(catalogue: Catalogue, { entries }: Supposition): Catalogue {
  return foldCatalogue(catalogue, entries);
}

/** Whether an event of this pair is judged otherwise by the two. An event alone is judged by the catalogue; of that by the rules of its type. */
export function judgesOtherwise(one: Catalogue, other: Catalogue, type: TypeName, category: string): boolean {
  return !areSame(rulesOf(one, type, category), rulesOf(other, type, category));
}

function areSame(one: TypeRules | undefined, other: TypeRules | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one.absorbs !== other.absorbs || one.closes.size !== other.closes.size) return false;
  if (!isSameOpening(one.opens, other.opens)) return false;
  for (const [type, closing] of one.closes) {
    const its = other.closes.get(type);
    if (its?.fate !== closing.fate || !isSameOpening(its.followUp, closing.followUp)) return false;
  }
  return true;
}

function isSameOpening(one: Opening | null, other: Opening | null): boolean {
  if (one === null || other === null) return one === other;
  return one.fate === other.fate && one.actors.join() === other.actors.join();
}

function unknown(reference: FateReference, path: string): Refusal {
  return { code: 'fate-unknown', path, message: `There is no fate ${reference}; name one that GET /fates lists.` };
}

function followed({ id, follows }: Fate, path: string): Refusal {
  return { code: 'in-use', path, message: `Fate ${id} follows fate ${follows ?? ''}; retire that as well.` };
}

function retirement(id: FateId): FateRetired {
  return { kind: 'FateRetired', id, ...NOBODY };
}

function definition({ status: _, principal: __, ...fate }: Fate): FateDefined {
  return { kind: 'FateDefined', ...fate, ...NOBODY };
}
