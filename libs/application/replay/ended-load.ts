/** After which errors nothing of a load is kept: another attempt would meet them again. */
import { DOCUMENTS_VERSION, type Generation } from '#contracts';
import { FOLD_VERSION } from '#domain';
import { StoreDamaged, StoreFull, type Views } from '#ports';
import { ReplayGivenUp } from './load-plan.js';
import { nodeDisk, SplitDiskFull, type SplitDisk } from './splitting/disk.js';
import { removeSplit } from './splitting/split.js';

export interface LoadPlace {
  readonly views: Pick<Views, 'control'>;
  readonly folder: string;
  readonly disk?: SplitDisk;
}

/** Whether its load was begun by a process of this version. */
export function isLoading({ state, documentsVersion, foldVersion }: Generation): boolean {
  return state === 'loading' && documentsVersion === DOCUMENTS_VERSION && foldVersion === FOLD_VERSION;
}

/** Removes what was loaded where the error says that it is of no use, and answers the error for the caller. Rejects as the views do. */
export async function endedBy(error: unknown, place: LoadPlace): Promise<unknown> {
  if (error instanceof SplitDiskFull || error instanceof ReplayGivenUp) {
    await giveUp(place);
    return error;
  }
  if (error instanceof StoreFull) {
    await giveUp(place);
    return new SplitDiskFull('the disk of the views is full: make room there', { cause: error });
  }
  if (error instanceof StoreDamaged && error.store === 'views') {
    await giveUp(place);
    return new Error('what was loaded of the views is damaged: it is loaded again', { cause: error });
  }
  return error;
}

async function giveUp({ views: { control }, folder, disk = nodeDisk }: LoadPlace): Promise<void> {
  // first what needs no room itself
  await removeSplit(folder, disk);
  for (const { number } of (await control.generations()).filter(isLoading)) await control.dropGeneration(number);
}
