/** R8: where two folds of one host differ, by labor and field, and from which entry on. */
import type { Steps } from '#contracts';
import type { HostName, LaborId, QuestId, Revision } from '#domain';
import { canonicalText, type Canonical, type Forms, type HostForms } from './canonical.js';

export interface Difference {
  /** Null where it is of the host's own document, or of its part in a quest. */
  readonly labor: LaborId | null;
  readonly quest: QuestId | null;
  /** Null where one side has no such document at all: the other side's is then the value. */
  readonly field: string | null;
  /** Undefined where it has none. */
  readonly live: unknown;
  readonly folded: unknown;
  /** The first entry of the host by which it can be so; null where no value says when. */
  readonly entry: Revision | null;
}

export interface HostDifferences {
  readonly host: HostName;
  /** The first entry of the host whose effects differ: later differences may follow from it. Null where it is not known. */
  readonly entry: Revision | null;
  /** By their entries, those last of which it is not known. */
  readonly differences: readonly Difference[];
}

/** Undefined where they are equal. A step is one document. */
export function* differencesOf(live: HostForms, folded: HostForms): Steps<HostDifferences | undefined> {
  const differences: Difference[] = [];
  for (const each of hostDifferences(live.document, folded.document))
    differences.push({ labor: null, quest: null, ...each });
  for (const { key, ...each } of yield* documentsThatDiffer(live.labors, folded.labors))
    differences.push({ labor: key, quest: null, ...each });
  for (const { key, ...each } of yield* documentsThatDiffer(live.parts, folded.parts))
    differences.push({ labor: null, quest: key, ...each });
  differences.sort(byEntry);
  const [first] = differences;
  return first && { host: live.host, entry: first.entry, differences };
}

export type InDocument = Omit<Difference, 'labor' | 'quest'>;
/** In a document that both sides have. */
export type Differing = InDocument & { readonly field: string };

/** The order of {@link HostDifferences.differences}. */
export function byEntry(one: Pick<Difference, 'entry'>, other: Pick<Difference, 'entry'>): number {
  const [first, second] = [one.entry ?? Infinity, other.entry ?? Infinity];
  return first === second ? 0 : first - second;
}

function* documentsThatDiffer<K>(
  live: Forms<K>,
  folded: Forms<K>,
): Steps<readonly (InDocument & { readonly key: K })[]> {
  const found: (InDocument & { readonly key: K })[] = [];
  for (const key of new Set([...live.keys(), ...folded.keys()])) {
    for (const each of documentDifferences(live.get(key), folded.get(key))) found.push({ key, ...each });
    yield;
  }
  return found;
}

/** Of one document, which one side may lack. */
export function documentDifferences(live: Canonical | undefined, folded: Canonical | undefined): readonly InDocument[] {
  if (live !== undefined && folded !== undefined) return fieldsThatDiffer(live, folded);
  return [{ field: null, live, folded, entry: least(entriesIn(live ?? folded)) }];
}

/** Of one document that both have. */
export function fieldsThatDiffer(live: Canonical, folded: Canonical): readonly Differing[] {
  const fields = new Set([...Object.keys(live), ...Object.keys(folded)]);
  return [...fields].flatMap((field) => {
    const [one, other] = [live[field], folded[field]];
    if (canonicalText(one) === canonicalText(other)) return [];
    return [{ field, live: one, folded: other, entry: entryOf(one, other) }];
  });
}

/** The first entry that the one names and the other does not, or of which they say something else. */
function entryOf(one: unknown, other: unknown): Revision | null {
  if (Array.isArray(one) && Array.isArray(other)) {
    const items = Array.from({ length: Math.max(one.length, other.length) }, (_, index) => index);
    const at = items.find((index) => canonicalText(one[index]) !== canonicalText(other[index])) ?? 0;
    return entryOf(one[at], other[at]);
  }
  if (!isCanonical(one) || !isCanonical(other)) return least([entriesIn(one), entriesIn(other)].flat());
  const own = least([one.entry, other.entry].filter((entry) => typeof entry === 'number'));
  return least(fieldsThatDiffer(one, other).flatMap(({ entry }) => entry ?? own ?? []));
}

/** All that are named anywhere in it. */
function entriesIn(value: unknown): readonly Revision[] {
  if (Array.isArray(value)) return value.flatMap(entriesIn);
  if (!isCanonical(value)) return [];
  const { entry, ...others } = value;
  return [...(typeof entry === 'number' ? [entry] : []), ...Object.values(others).flatMap(entriesIn)];
}

function isCanonical(value: unknown): value is Canonical {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function least(entries: readonly Revision[]): Revision | null {
  return entries.length === 0 ? null : entries.reduce((one, other) => Math.min(one, other));
}

/** Of a host's own document: fields of its state beside the others; no value in a state names an entry. */
export function hostDifferences(live: Canonical | null, folded: Canonical | null): readonly InDocument[] {
  if (live === null || folded === null)
    return live === folded ? [] : [{ field: null, live: live ?? undefined, folded: folded ?? undefined, entry: null }];
  const { state: liveState, ...others } = live;
  const { state: foldedState, ...foldedOthers } = folded;
  const inState = fieldsThatDiffer(liveState as Canonical, foldedState as Canonical);
  return [
    ...inState.map(({ field, ...each }) => ({ ...each, field: `state.${field}`, entry: null })),
    ...fieldsThatDiffer(others, foldedOthers),
  ];
}
