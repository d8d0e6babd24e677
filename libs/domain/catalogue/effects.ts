/** What a change of the catalogue does to labors that are open already (rules 8 and 10): known before it is made. */
import type { TypeName } from '../names.js';
import { completionsOf } from './rules.js';
import type { Catalogue } from './state.js';

/**
 * Of the open labors of one type. `stranded`: nothing will close them any more; `freed`: something will again; `changed`:
 * other event types, or other fates, will close them.
 */
export interface LaborEffect {
  readonly type: TypeName;
  readonly effect: 'stranded' | 'freed' | 'changed';
}

/** By name of the type; a type whose labors are closed as before is not among them. In steps, a type each: there may be thousands. */
export function* laborEffects(before: Catalogue, after: Catalogue): Generator<void, readonly LaborEffect[], void> {
  const created = new Set<TypeName>();
  for (const { fates } of [before, after]) for (const { creates } of fates.values()) created.add(creates);
  const effects: LaborEffect[] = [];
  for (const type of [...created].sort()) {
    yield;
    const [was, is] = [closersOf(before, type), closersOf(after, type)];
    if (was !== is) effects.push({ type, effect: is === '' ? 'stranded' : was === '' ? 'freed' : 'changed' });
  }
  return effects;
}

function closersOf(catalogue: Catalogue, type: TypeName): string {
  return completionsOf(catalogue, type)
    .map((completion) => `${completion.type} ${completion.fates.join()}`)
    .join(';');
}
