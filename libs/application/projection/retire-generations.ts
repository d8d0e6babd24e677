/**
 * Drops generations of earlier versions once no projector follows them any more. A projector that follows a generation
 * hears its partitions every second, and stores that: one last heard long before the served one has no follower.
 */
import { DOCUMENTS_VERSION, type Generation, type PartitionProgress } from '#contracts';
import type { Views } from '#ports';
import type { Log } from '../log.js';

/** So long an earlier generation is kept for processes of its version that may come back, and for their readers. */
const KEEP_MS = 60 * 60_000;

/** Throws as the views do. */
export async function retireGenerations(views: Views, log: Log): Promise<void> {
  const { control } = views;
  const generations = await control.generations();
  const current = await control.current(DOCUMENTS_VERSION);
  const served = generations.find(({ number }) => number === current);
  if (served === undefined) return;
  const heardAtMs = heard(await views.writer.progress(served.number));
  for (const each of generations) {
    if (!isEarlier(each, served)) continue;
    if (heardAtMs - heard(await views.writer.progress(each.number)) < KEEP_MS) continue;
    await control.dropGeneration(each.number);
    log.info('views of an earlier version are dropped', { generation: each.number });
  }
}

function isEarlier(each: Generation, served: Generation): boolean {
  if (each.documentsVersion !== served.documentsVersion) return each.documentsVersion < served.documentsVersion;
  return each.foldVersion < served.foldVersion;
}

/** When a partition was last heard, ms since 1970; 0 where none was. */
function heard(progress: readonly PartitionProgress[]): number {
  return progress.reduce((latest, each) => Math.max(latest, each.heardAtMs), 0);
}
