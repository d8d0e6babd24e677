/** For the specs of verification and of the audit: a journal in the views, and defects that are planted in these. */
import { join } from 'node:path';
import { CatalogueTimeline, verifyGeneration, type VerifiedGeneration, type VerifyGenerationParts } from '#application';
import { atOnce, hostOfLabor, positionOf, viewsPosition, type LaborDocument, type PartDocument } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { createMemoryJournal, Play } from '#testing';
import { acceptQuest, appendHistory, clock, never, newFolder, served } from './rig.js';

export const HOSTS = ['a', 'b', 'c'] as HostName[];
export const QUEST = 1 as QuestId;

/** Each host has a labor that is closed, one that is open, and both in the quest; each reports under a key. */
export async function campaign(): Promise<Journal> {
  const journal = createMemoryJournal();
  await acceptQuest(journal, QUEST, HOSTS);
  const play = new Play('x-required => x-done', 'y-required => y-done');
  for (const host of HOSTS) {
    play.embark(QUEST, 'x-required', { host });
    play.embark(QUEST, 'y-required', { host });
    play.event('x-done', { host, key: `done on ${host}`, by: 'ann' });
  }
  await appendHistory(journal, play.history);
  return journal;
}

export function verified(
  journal: Journal,
  views: Views,
  options: Partial<VerifyGenerationParts> & { readonly signal?: AbortSignal } = {},
): Promise<VerifiedGeneration> {
  const { signal = never, ...parts } = options;
  return partsOf(journal, views).then((usual) => verifyGeneration({ ...usual, ...parts }, signal));
}

async function partsOf(journal: Journal, views: Views): Promise<VerifyGenerationParts> {
  const generation = await served(views);
  const end = viewsPosition(await views.writer.progress(generation));
  if (end === undefined) throw new Error('nothing is in the views yet');
  const folder = join(newFolder(), 'split');
  return { journal, views, timeline: new CatalogueTimeline(journal), clock, generation, end, folder, run: atOnce };
}

/** The labor as it is stored. */
export async function laborOf(views: Views, id: string): Promise<LaborDocument> {
  const { labors } = await views.writer.load(await served(views), { labors: [id as LaborId] });
  return labors[0]!;
}

export async function partOf(views: Views, host: string): Promise<PartDocument> {
  const { parts } = await views.writer.load(await served(views), { parts: [{ quest: QUEST, host: host as HostName }] });
  return parts[0]!;
}

/** Stores documents as no judging would. A host's own goes as any other write of it does. */
export const plant = {
  /** The labor is open again, with all else as it is. */
  async labor(views: Views, id: string): Promise<void> {
    const labor = await laborOf(views, id);
    await views.writer.apply(await served(views), { labors: [{ ...labor, state: 'waived' }] });
  },
  async part(views: Views, host: string): Promise<void> {
    const part = await partOf(views, host);
    await views.writer.apply(await served(views), { parts: [{ ...part, tally: { ...part.tally, open: 7 } }] });
  },
  /** Its keys are forgotten: a repeat would be taken for another event. */
  async key(views: Views, host: string): Promise<void> {
    const generation = await served(views);
    const [document] = (await views.writer.load(generation, { hosts: [host as HostName] })).hosts;
    const { conflicts } = await views.writer.apply(generation, {
      hosts: [{ ...document!, state: { ...document!.state, keys: [] } }],
    });
    expect(conflicts).toEqual([]);
  },
  /** A host of which the journal knows nothing, with a labor. */
  async stranger(views: Views, like: string): Promise<void> {
    const generation = await served(views);
    const [id] = (await views.writer.laborsOf(generation, [like as HostName], null)).items.map((labor) => labor.id);
    const labor = await laborOf(views, id!);
    const [document] = (await views.writer.load(generation, { hosts: [hostOfLabor(id!)] })).hosts;
    const host = 'stranger' as HostName;
    await views.writer.apply(generation, {
      labors: [{ ...labor, id: 'stranger~0' as LaborId, host, position: positionOf(1n) }],
      hosts: [{ ...document!, host, version: 0 }],
    });
  },
};
