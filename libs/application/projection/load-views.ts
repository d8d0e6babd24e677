/**
 * How a rebuild begins where the list of events is there: the new generation is loaded by a replay (R7), up to where the list is
 * whole, and continues from there entry by entry. Without such a list, and where the disk has no room for the replay, all of it
 * goes entry by entry.
 */
import type { Lease } from '../leases/lease.js';
import { whileHeld } from '../leases/while-held.js';
import { inTurns, type Generation } from '#contracts';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { loadGeneration, type LoadStep } from '../replay/load-generation.js';
import { dropLoads } from '../replay/ended-load.js';
import { ReplayGivenUp } from '../replay/load-plan.js';
import { SplitDiskFull, type SplitDisk } from '../replay/splitting/disk.js';
import type { ReplayRoom } from '../replay/splitting/room.js';
import { shareOfWay, type FoldingReport } from './folding-report.js';
import type { GenerationParts } from './generations.js';
import { listedEvents } from './listed-events.js';

export interface LoadViewsParts extends GenerationParts {
  readonly timeline: CatalogueTimeline;
  readonly lease: Pick<Lease, 'hold'>;
  /** For the journal cut into buckets; undefined: everything is rebuilt entry by entry. */
  readonly replayFolder?: string | undefined;
  /** As of {@link loadGeneration}. */
  readonly judgingThreads?: number;
  readonly replayRoom?: ReplayRoom;
  readonly replayDisk?: SplitDisk;
  readonly report: FoldingReport;
}

/** Parts of the whole work, about: cutting the journal, judging it, making indexes. */
const SHARES = { splitting: [0, 0.2], judging: [0.2, 0.7], indexing: [0.9, 0.1] } as const;

/**
 * Resolves true once the rebuild can continue with `pickGeneration`: with the loaded generation, or with a new one, also where
 * the disk has no room. False where `signal` aborts or the lease is lost; the next call resumes. Call it under the lease, where
 * no rebuild was begun. Rejects as {@link loadGeneration} does.
 */
export async function loadViews(parts: LoadViewsParts, signal: AbortSignal): Promise<boolean> {
  try {
    return (await replayViews(parts, signal)) !== undefined;
  } catch (error) {
    if (!(error instanceof SplitDiskFull) && !(error instanceof ReplayGivenUp)) throw error;
    parts.log.warn('the journal cannot be replayed; the views are rebuilt entry by entry', { err: error });
    // nobody continues it: what is begun now is resumed instead
    await dropLoads(parts.views.control);
    return true;
  }
}

/**
 * Resolves with the generation that a replay has loaded; null where there can be no replay, undefined where `signal` aborts or
 * the lease is lost. Call it under the lease. Rejects as {@link loadGeneration} does.
 */
export async function replayViews(parts: LoadViewsParts, signal: AbortSignal): Promise<Generation | null | undefined> {
  const { journal, views, lease, replayFolder: folder, replayRoom, replayDisk: disk, log } = parts;
  if (folder === undefined) return null;
  const listed = await listedEvents(journal, views);
  if (listed === undefined) return null;
  log.info('the views are being loaded by a replay of the journal', { to: String(listed.to), folder });
  // what the journal holds beyond is read after the replay
  const whole = shareOfWay(listed.to, (await journal.head()).position);
  return whileHeld(lease, signal, async (held) => {
    try {
      const moved = (step: LoadStep): void => {
        held.throwIfAborted();
        report(parts.report, step, whole);
      };
      const room = { ...replayRoom, ...(disk && { disk }) };
      const loading = { ...parts, ...listed, ...room, folder, run: inTurns, hold: () => lease.hold(), moved };
      return await loadGeneration(loading, held);
    } catch (error) {
      if (held.aborted) return undefined;
      throw error;
    }
  });
}

function report(to: FoldingReport, step: LoadStep, whole: number): void {
  const { phase, position, end, share } = step;
  const [from, length] = SHARES[phase];
  const done = phase === 'splitting' ? shareOfWay(position, end) : share;
  to.at({ ...step, share: (from + length * done) * whole });
}
