/**
 * Removes what a load that was given up has left: its generation, and the journal cut into files on this machine's disk. Such a
 * generation is there for its loader alone, of whatever version it is. One that nobody has worked on for an hour has none.
 */
import type { Views } from '#ports';
import type { Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { removeSplit } from '../replay/splitting/split.js';

/** As long a load is kept for processes that may resume it. */
const KEEP_MS = 60 * 60_000;

export interface AbandonedLoadsParts {
  readonly views: Pick<Views, 'control'>;
  /** A process that loads holds it. */
  readonly lease: Pick<Lease, 'isIdle'>;
  /** As of a projector. */
  readonly replayFolder?: string | undefined;
  readonly log: Log;
  readonly monotonicMs?: (() => number) | undefined;
}

export class AbandonedLoads {
  /** Since when nobody has worked on them, by their numbers, as far as this process has seen. */
  private idleSinceMs = new Map<number, number>();

  constructor(private readonly parts: AbandonedLoadsParts) {}

  /** To be called now and then by a process that loads nothing itself. Throws as the stores do. */
  async look(): Promise<void> {
    const { views, lease, log, replayFolder, monotonicMs = () => performance.now() } = this.parts;
    if (!(await lease.isIdle())) {
      this.idleSinceMs.clear();
      return;
    }
    const now = monotonicMs();
    const idle = new Map<number, number>();
    for (const { number, state } of await views.control.generations()) {
      if (state !== 'loading') continue;
      const sinceMs = this.idleSinceMs.get(number) ?? now;
      if (now - sinceMs < KEEP_MS) {
        idle.set(number, sinceMs);
        continue;
      }
      await views.control.dropGeneration(number);
      log.info('a generation of the views that was not loaded to its end is dropped', { generation: number });
    }
    this.idleSinceMs = idle;
    // files that no load is going to read any more
    if (idle.size === 0 && replayFolder !== undefined) await removeSplit(replayFolder);
  }
}
