/** What is in force as a file that a team can keep: without numbers and times, in an order that does not depend on when what was defined. */
import type { CatalogueFile, FateDefinition } from './commands.js';
import { normalActors } from './decide-fates.js';
import type { Catalogue, Fate } from './state.js';

/**
 * The definitions in force, as commands would define them. A followed fate is named by its name, or by its number where it has
 * none. In steps: there may be thousands.
 */
export function* catalogueFile({ types, fates }: Catalogue): Generator<void, CatalogueFile, void> {
  const eventTypes = [...types.values()]
    .filter(({ status }) => status === 'in-force')
    .sort((one, other) => inOrder(one.category, other.category) || inOrder(one.state, other.state))
    .map(({ category, state, description, restricted }) => ({ category, state, description, restricted }));
  yield;
  const definitions = [...fates.values()]
    .filter(({ status }) => status === 'in-force')
    .map((fate) => definitionOf(fate, fates));
  yield;
  return { eventTypes, fates: definitions.sort(byRule) };
}

/**
 * The places of `definitions`, such that each comes behind the one that it follows by name, but in circles, of which `circles` has
 * one place each.
 */
export function followedFirst(definitions: readonly FateDefinition[]): {
  readonly order: readonly number[];
  readonly circles: readonly number[];
} {
  const named = new Map<string, number>();
  for (const [index, { name }] of definitions.entries()) if (name !== null && !named.has(name)) named.set(name, index);
  const followed = definitions.map(({ follows }) => (typeof follows === 'string' ? named.get(follows) : undefined));
  const order: number[] = [];
  const circles: number[] = [];
  const seen = new Map<number, 'on the way' | 'done'>();
  for (const start of definitions.keys()) {
    const way: number[] = [];
    let next: number | undefined = start;
    while (next !== undefined && !seen.has(next)) {
      seen.set(next, 'on the way');
      way.push(next);
      next = followed[next];
    }
    if (next !== undefined && seen.get(next) === 'on the way') circles.push(next);
    for (const index of way.reverse()) {
      seen.set(index, 'done');
      order.push(index);
    }
  }
  return { order, circles };
}

function definitionOf(fate: Fate, fates: Catalogue['fates']): FateDefinition {
  const { creates, completedBy, intermediate, follows, onRepeat, name, description, actors } = fate;
  const followed = follows === null ? null : (fates.get(follows)?.name ?? follows);
  const rule = { creates, completedBy, intermediate, follows: followed, onRepeat };
  return { ...rule, name, description, actors: normalActors(actors) };
}

function byRule(one: FateDefinition, other: FateDefinition): number {
  return (
    inOrder(String(one.creates), String(other.creates)) ||
    inOrder(String(one.completedBy), String(other.completedBy)) ||
    Number(one.intermediate) - Number(other.intermediate) ||
    inOrder(String(one.follows ?? ''), String(other.follows ?? ''))
  );
}

/** By code units, the same everywhere. */
function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
