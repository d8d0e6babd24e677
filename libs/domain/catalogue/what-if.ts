/** A catalogue as it would be with other fates (what-if): decided once, against the newest one, and applied to each that was in force. */
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { FateDefinition, FateReference } from './commands.js';
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
 * supposition, is a new fate. One of a rule that is in force is supposed from the beginning on. Refuses `fate-unknown` (path
 * `retire[0]`), and what a definition is refused for (path `define[2].creates`).
 */
export function suppose({ define, retire }: SupposedFates, newest: Catalogue): Decision<Supposition> {
  const refusals: Refusal[] = [];
  const retired: FateId[] = [];
  for (const [index, reference] of retire.entries()) {
    const fate = findFate(newest, reference);
    if (fate !== undefined) retired.push(fate.id);
    else refusals.push(unknown(reference, `retire[${index}]`));
  }
  const away = new Set(retired);
  const fates = [...newest.fates].filter(([id, { status }]) => status === 'in-force' && !away.has(id));
  const command = { kind: 'DefineFates', definitions: define, by: null, now: NOBODY.recordedAt } as const;
  const decided = decideFates(command, { ...newest, fates: new Map(fates) });
  if (!decided.ok) refusals.push(...decided.refusals.map((each) => ({ ...each, path: `define${each.path}` })));
  if (!decided.ok || refusals.length > 0) return refused(...refusals);
  const defined: Fate[] = [];
  const next = newest.nextFateId + decided.value.entries.length;
  let again = 0;
  for (const { item, created } of decided.value.items)
    defined.push(created ? item : { ...item, id: (next + again++) as FateId });
  const entries = [...retired.map(retirement), ...defined.map(definition)];
  return accepted({ defined, retired, entries });
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

function retirement(id: FateId): FateRetired {
  return { kind: 'FateRetired', id, ...NOBODY };
}

function definition({ status: _, principal: __, ...fate }: Fate): FateDefined {
  return { kind: 'FateDefined', ...fate, ...NOBODY };
}
