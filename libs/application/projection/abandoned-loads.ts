/**
 * What a load leaves that ended before its end, and that nobody continues: a generation of this version that is loading, and the split
 * journal on the local disk. The process that loads holds the lease of rebuilding: who gets it knows that no other one does.
 */
import { access } from 'node:fs/promises';
import type { Generation } from '#contracts';
import type { Views } from '#ports';
import type { Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { isLoading } from '../replay/ended-load.js';
import { removeSplit } from '../replay/splitting/split.js';
import { KEEP_MS } from './retire-generations.js';

export interface AbandonedLoadsParts {
  readonly views: Pick<Views, 'control'>;
  readonly lease: Pick<Lease, 'hold' | 'release' | 'isIdle'>;
  readonly replayFolder?: string | undefined;
  readonly log: Log;
  readonly monotonicMs?: (() => number) | undefined;
}

export class AbandonedLoads {
  /** When the generations that are loading were first seen so while nobody worked. */
  private since = new Map<number, number>();

  constructor(private readonly parts: AbandonedLoadsParts) {}

  /**
   * To be called now and then, while this process does not hold the lease. A generation is kept for an hour after the last work that was
   * seen, for who continues with it; files without one go at once. Rejects as the stores and the disk do.
   */
  async look(): Promise<void> {
    const { monotonicMs = () => performance.now(), replayFolder, lease } = this.parts;
    if (!(await lease.isIdle())) {
      this.since.clear();
      return;
    }
    const nowMs = monotonicMs();
    const loading = await this.loading();
    this.since = new Map(loading.map(({ number }) => [number, this.since.get(number) ?? nowMs]));
    const isAbandoned = ({ number }: Generation): boolean => nowMs - (this.since.get(number) ?? nowMs) >= KEEP_MS;
    const isLeft = loading.length === 0 && replayFolder !== undefined && (await exists(replayFolder));
    if (isLeft || loading.some(isAbandoned)) await this.remove(isAbandoned);
  }

  private async remove(isAbandoned: (generation: Generation) => boolean): Promise<void> {
    const { views, lease, replayFolder, log } = this.parts;
    if (!(await lease.hold())) return;
    try {
      const loading = await this.loading();
      for (const generation of loading.filter(isAbandoned)) {
        await views.control.dropGeneration(generation.number);
        log.info('views that nobody has loaded to their end are dropped', { generation: generation.number });
      }
      if (replayFolder !== undefined && loading.every(isAbandoned)) await removeSplit(replayFolder);
    } finally {
      await lease.release();
    }
  }

  private async loading(): Promise<readonly Generation[]> {
    return (await this.parts.views.control.generations()).filter(isLoading);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
