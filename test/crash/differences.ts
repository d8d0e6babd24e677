/** Views beside a clean fold of the same journal. */
import { inspect, isDeepStrictEqual } from 'node:util';
import type { CanonicalViews } from '#testing';

/** The first thing of each kind in which views differ from a clean fold of the journal. */
export function differences(shown: CanonicalViews, folded: CanonicalViews): readonly string[] {
  const kinds = ['events', 'labors', 'hosts', 'quests'] as const;
  const faults = kinds.flatMap((kind) => {
    const [there, wanted] = [shown[kind], folded[kind]];
    const at = Array.from({ length: Math.max(there.length, wanted.length) }, (_, index) => index).find(
      (index) => !isDeepStrictEqual(there[index], wanted[index]),
    );
    if (at === undefined) return [];
    return [`views: ${kind} ${at} of ${there.length} is ${inspect(there[at])}, folded it is ${inspect(wanted[at])}`];
  });
  const followed = (['catalogue', 'names'] as const).filter((kind) => !isDeepStrictEqual(shown[kind], folded[kind]));
  return [...faults, ...followed.map((kind) => `views: the ${kind} differs`)];
}
