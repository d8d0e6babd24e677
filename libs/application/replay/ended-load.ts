/** After which errors nothing of a load is kept: another attempt would meet them again. */
import { DOCUMENTS_VERSION, type Generation } from '#contracts';
import { FOLD_VERSION } from '#domain';
import { StoreDamaged, StoreFull, type Views } from '#ports';
import { isOfPlan, ReplayGivenUp } from './load-plan.js';
import { diskFault, nodeDisk, SplitDiskFull, type SplitDisk } from './splitting/disk.js';
import type { ReplayRoom } from './splitting/room.js';
import { removeSplit } from './splitting/split.js';

export interface LoadPlace extends Pick<ReplayRoom, 'isOfViews'> {
  readonly views: Pick<Views, 'control' | 'loader'>;
  readonly folder: string;
  readonly disk?: SplitDisk;
}

/** Whether its load was begun by a process of this version. */
export function isLoading({ state, documentsVersion, foldVersion }: Generation): boolean {
  return state === 'loading' && documentsVersion === DOCUMENTS_VERSION && foldVersion === FOLD_VERSION;
}

/**
 * Removes what was loaded where the error says that it is of no use, and answers the error for the caller. What another process can
 * continue stays: the disk of the split is this one's alone. Rejects as the views do.
 */
export async function endedBy(error: unknown, place: LoadPlace): Promise<unknown> {
  const fault = error instanceof SplitDiskFull ? error : diskFault(place.folder, error);
  if (fault !== undefined) {
    if (place.isOfViews === true) await giveUp(place);
    else {
      // what it cannot remove is in nobody's way
      await removeSplit(place.folder, place.disk).catch(() => undefined);
      await dropLoads(place.views.control, async (generation) =>
        (await place.views.loader.loaded(generation)).every(isOfPlan),
      );
    }
    return fault;
  }
  if (error instanceof ReplayGivenUp) {
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
  await dropLoads(control);
}

/** Drops what was begun to load by processes of this version. Call it under the lease. Rejects as the views do. */
export async function dropLoads(
  control: Views['control'],
  isOfNoUse: (generation: number) => Promise<boolean> = async () => true,
): Promise<void> {
  for (const { number } of (await control.generations()).filter(isLoading))
    if (await isOfNoUse(number)) await control.dropGeneration(number);
}
