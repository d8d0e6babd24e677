/**
 * Room on the disk that a replay writes to (R2): it is looked for beforehand and as the work goes, and the last of it is left to others,
 * of which the journal may be one.
 */
import { StoreFull } from '#ports';
import { SplitDiskFull, type SplitDisk } from './disk.js';

/** Of the disk that is left to others. */
const RESERVE_BYTES = 256 * 2 ** 20;

/** With less of it the journal soon takes no events; of a small disk a quarter. */
const LEAST_BYTES = 64 * 2 ** 20;
const LEAST_SHARE = 0.25;

/** What a replay may use of a disk. */
export interface ReplayRoom {
  /** Most bytes that the split may have; where absent, the disk alone bounds it. */
  readonly mostBytes?: number | undefined;
  /** Whether the views lie on the disk of the split, so that what is loaded needs room there, too. */
  readonly isOfViews?: boolean;
}

/** Throws a {@link SplitDiskFull} unless `neededBytes` may be written in the folder, beside what is left to others. */
export async function requireRoom(disk: SplitDisk, folder: string, neededBytes: number): Promise<void> {
  const freeBytes = await disk.freeBytes(folder);
  if (freeBytes >= neededBytes + RESERVE_BYTES) return;
  throw new SplitDiskFull(
    `replaying the journal needs about ${inMb(neededBytes + RESERVE_BYTES)} more in ${folder}, and ${inMb(freeBytes)} are free there`,
  );
}

/** Throws a {@link StoreFull} where a rebuild must wait, since the journal on the same disk needs what is left. */
export async function requireLeastRoom(disk: SplitDisk, folder: string): Promise<void> {
  const [freeBytes, sizeBytes] = await Promise.all([disk.freeBytes(folder), disk.sizeBytes(folder)]);
  if (freeBytes >= Math.min(LEAST_BYTES, sizeBytes * LEAST_SHARE)) return;
  throw new StoreFull(
    'views',
    `the rebuild waits, since ${inMb(freeBytes)} are free in ${folder}, which the journal needs: make room there`,
  );
}

export function inMb(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
