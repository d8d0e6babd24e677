/** For specs that compare generations: two of one journal, and the comparison. */
import { join } from 'node:path';
import { CatalogueTimeline, compareGenerations, loadGeneration, type ComparedGenerations } from '#application';
import { atOnce, type QuestDocument } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { allJudged, clock, folded, never, newFolder, PARTITIONS, served, settle, stop } from './rig.js';

/** A generation that is served, and one that a replay has loaded of the same journal. */
export async function both(journal: Journal, views: Views): Promise<readonly [number, number]> {
  const parts = { journal, views, clock, partitions: PARTITIONS, run: atOnce, hold: async () => true };
  const folder = join(newFolder(), 'split');
  const loaded = await loadGeneration({ ...parts, timeline: new CatalogueTimeline(journal), folder }, never);
  return [await served(views), loaded!.number];
}

/** The loaded one is served, and its quests are counted as those of the followed one were. */
export async function counted(journal: Journal, views: Views, [, loaded]: readonly [number, number]): Promise<void> {
  await views.control.activate(loaded);
  const projector = await folded(journal, views);
  await allJudged(views);
  await settle(views);
  await stop(projector);
}

type Compared = Pick<Views, 'reader' | 'writer'>;

/** The same views, and how often labors and parts were read: not at all where digests say that they are equal. */
export function watched({ reader, writer }: Compared): { readonly views: Compared; readonly reads: () => number } {
  let reads = 0;
  const watching = Object.create(writer) as Views['writer'];
  watching.laborsOf = (...args) => {
    reads += 1;
    return writer.laborsOf(...args);
  };
  watching.partsOf = (...args) => {
    reads += 1;
    return writer.partsOf(...args);
  };
  return { views: { reader, writer: watching }, reads: () => reads };
}

export async function questOf(views: Views, generation: number, quest: QuestId): Promise<QuestDocument> {
  return (await views.writer.load(generation, { quests: [quest] })).quests[0]!;
}

export function compared(
  journal: Journal,
  views: Compared,
  generations: readonly [number, number],
): Promise<ComparedGenerations> {
  return compareGenerations({ journal, views, generations }, never);
}
