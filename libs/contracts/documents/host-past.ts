/**
 * What a host was (R11): of each entry that changed what is said of it (attributes, retirement, inventories), what that was before.
 * Judging needs none of it, so it stands beside the judged state. What was open on it then its labors say, and what it was last
 * heard of with the list of events.
 */
import type { AttributeValue, Attributes, HostState } from '#domain';
import { charactersOf } from '../page-room.js';
import { positionOf, type Position } from '../position.js';
import type { HostChange, HostDocument, HostPast } from './hosts.js';

/** As many changes of a host are kept, the newest; how many were forgotten is counted. */
export const MAX_HOST_PAST = 100;
/** Fewer, where they have more characters than this: each entry of the host reads and writes them. */
export const MAX_HOST_PAST_CHARACTERS = 16_384;

export const NO_HOST_PAST: HostPast = { changes: [], forgotten: 0 };

/** What is said of a host. */
export type HostAbout = Pick<HostState, 'attributes' | 'retired' | 'inventories'>;

/** Undefined where the entry at the position changed nothing of it. */
export function hostChangeOf(before: HostAbout, after: HostAbout, position: Position): HostChange | undefined {
  const { attributes, retired, inventories } = before;
  // what an entry leaves as it was is the same object
  if (attributes === after.attributes && retired === after.retired && inventories === after.inventories)
    return undefined;
  return {
    position,
    ...(attributes !== after.attributes && { attributes: changedIn(attributes, after.attributes) }),
    ...(retired !== after.retired && { retired }),
    ...(inventories !== after.inventories && { inventories }),
  };
}

function changedIn(before: Attributes, after: Attributes): Readonly<Record<string, AttributeValue | null>> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => own(before, name) !== own(after, name));
  return Object.fromEntries(changed.map((name) => [name, own(before, name)]));
}

/** An attribute may be called as something that every object has: `toString`. */
function own(attributes: Attributes, name: string): AttributeValue | null {
  return Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null;
}

/** The past with the changes in it, which are later. */
export function hostPastWith(past: HostPast, changes: readonly HostChange[]): HostPast {
  if (changes.length === 0) return past;
  const all = [...past.changes, ...changes];
  let [kept, characters] = [0, 0];
  while (kept < Math.min(all.length, MAX_HOST_PAST)) {
    characters += charactersOf(all.at(-1 - kept));
    if (characters > MAX_HOST_PAST_CHARACTERS) break;
    kept += 1;
  }
  return { changes: all.slice(all.length - kept), forgotten: past.forgotten + all.length - kept };
}

/** The place of its first entry, judged or not; null where none is known. */
export function beginningOf({
  first,
  parked,
  behind,
}: Pick<HostDocument, 'first' | 'parked' | 'behind'>): Position | null {
  return first ?? parked?.position ?? behind?.position ?? null;
}

/**
 * What was said of it as of the place. `isExact` is false where that changed later more often than is kept: then it is as old as
 * it is known.
 */
export function aboutAsOf(
  { state, past: { changes, forgotten }, position }: Pick<HostDocument, 'state' | 'past' | 'position'>,
  at: Position,
): HostAbout & { readonly isExact: boolean } {
  let { attributes, retired, inventories } = state;
  if (position <= at) return { attributes, retired, inventories, isExact: true };
  const later = changes.filter(({ position }) => position > at);
  for (const change of later.toReversed()) {
    if (change.attributes !== undefined) attributes = restored(attributes, change.attributes);
    if (change.retired !== undefined) ({ retired } = change);
    if (change.inventories !== undefined) ({ inventories } = change);
  }
  return { attributes, retired, inventories, isExact: forgotten === 0 || later.length < changes.length };
}

function restored(attributes: Attributes, before: NonNullable<HostChange['attributes']>): Attributes {
  const all = Object.entries({ ...attributes, ...before });
  const there = all.filter((each): each is [string, AttributeValue] => each[1] !== null);
  return Object.fromEntries(there.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** As plain lists. */
export type PackedHostPast = readonly [
  forgotten: number,
  ...changes: readonly (readonly [position: string, change: Omit<HostChange, 'position'>])[],
];

export function packHostPast({ changes, forgotten }: HostPast): PackedHostPast {
  return [forgotten, ...changes.map(({ position, ...change }) => [position.toString(), change] as const)];
}

export function unpackHostPast([forgotten, ...changes]: PackedHostPast): HostPast {
  return {
    changes: changes.map(([position, change]) => ({ position: positionOf(BigInt(position)), ...change })),
    forgotten,
  };
}
