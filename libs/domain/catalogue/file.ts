/** What is in force as a file that a team can keep: without numbers and times, in an order that does not depend on when what was defined. */
import type { CatalogueFile, FateDefinition, FateReference } from './commands.js';
import { normalActors } from './decide-fates.js';
import type { Catalogue, Fate } from './state.js';

/** Fates that are looked at in one step. */
const STEP = 500;

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
  const inForce: Rule[] = [];
  for (const fate of fates.values()) {
    if (inForce.length % STEP === STEP - 1) yield;
    if (fate.status === 'in-force') inForce.push(ruleOf(fate, fates));
  }
  inForce.sort((one, other) => inOrder(one.key, other.key));
  const definitions: FateDefinition[] = [];
  for (const rule of inForce) {
    if (definitions.length % STEP === 0) yield;
    definitions.push(definitionOf(rule));
  }
  return { eventTypes, fates: definitions };
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

/** A fate, and how the one that it follows is named. */
interface Rule {
  readonly fate: Fate;
  readonly followed: FateReference | null;
  /** By which it is ordered. */
  readonly key: string;
}

function ruleOf(fate: Fate, fates: Catalogue['fates']): Rule {
  const { creates, completedBy, intermediate, follows } = fate;
  const followed = follows === null ? null : (fates.get(follows)?.name ?? follows);
  // no name of a type has a blank
  return { fate, followed, key: `${creates} ${completedBy} ${Number(intermediate)} ${followed ?? ''}` };
}

function definitionOf({ fate, followed: follows }: Rule): FateDefinition {
  const { creates, completedBy, intermediate, onRepeat, name, description, actors } = fate;
  return {
    ...{ creates, completedBy, intermediate, follows, onRepeat },
    ...{ name, description, actors: normalActors(actors) },
  };
}

/** By code units, the same everywhere. */
function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
