/**
 * R7: one host brought in place to what its entries come to. Labors and parts are replaced at the place at which they are stored, by
 * P2's guards, and then the host's own document by compare-and-set: whatever a projector writes meanwhile stays.
 */
import type { QuestId } from '#domain';
import type { ViewsWriter } from '#ports';
import type { ComparedHost } from './compare-hosts.js';

type Differing = Extract<ComparedHost, { readonly kind: 'compared' }>;

/**
 * Resolves true once all that can be mended so is written, which is whatever the host's entries make; its quests are counted again,
 * and followers learn of it. False where somebody else has stored the host meanwhile, it is not at the replay's revision, or the
 * views do not have it yet: its events would never be listed. What nothing accounts for stays: only a rebuild is without it. A host
 * that is parked or behind stays so: its entries from there on wait.
 */
export async function repairHost(
  { differences, stored, folded }: Differing,
  views: Pick<ViewsWriter, 'apply'>,
  generation: number,
): Promise<boolean> {
  if (differences === undefined) return true;
  const { document } = stored;
  if (document === null || document.state.revision !== folded.document.state.revision) return false;
  const { version, parked, behind } = document;
  const labors = new Set(differences.differences.map(({ labor }) => labor));
  const { conflicts } = await views.apply(generation, {
    labors: folded.labors.filter(({ id }) => labors.has(id)),
    parts: folded.parts.filter(({ quest }) => differences.differences.some((each) => each.quest === quest)),
    hosts: [{ ...folded.document, version, parked, behind }],
    touches: questsOf(stored, folded),
    published: 'late',
  });
  return conflicts.length === 0;
}

/** Of a host that is parked: what differs beside that. A fold up to the entry by which it is parked is not. */
export function besideParking(found: Differing): Differing {
  const { differences, stored } = found;
  const parked = stored.document?.parked ?? null;
  if (differences === undefined || parked === null) return found;
  const others = differences.differences.filter(
    ({ labor, quest, field }) => labor !== null || quest !== null || field !== 'parked',
  );
  const [first] = others;
  return { ...found, differences: first && { ...differences, entry: first.entry, differences: others } };
}

/** Those in which it has a part on either side. */
export function questsOf(...sides: readonly Pick<Differing['stored'], 'parts'>[]): readonly QuestId[] {
  return [...new Set(sides.flatMap(({ parts }) => parts.map(({ quest }) => quest)))];
}
