/** One what-if while it runs, and what is remembered of it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Position, Uuid } from '#contracts';
import type { Supposition } from '#domain';
import { ReplayJob } from '../replay/job.js';
import { DifferenceFile, type DifferencePage } from './difference-file.js';
import { MOST_EXAMPLES } from './found-pieces.js';
import type { LaborDifference } from './host-what-if.js';
import { runWhatIf, type RunWhatIfParts, type WhatIfStep } from './run-what-if.js';
import { WhatIfTotals } from './what-if-totals.js';
import type { WhatIfsParts, WhatIfStatus } from './what-ifs.js';

const SHARES = { splitting: [0, 0.4], judging: [0.4, 0.6] } as const;
const FIRST: WhatIfStep = { phase: 'splitting', share: 0, entries: 0, total: null, hosts: 0, bytes: 0 };

export class WhatIf {
  private readonly job: ReplayJob<WhatIfStep>;
  private readonly totals = new WhatIfTotals();
  private readonly file: DifferenceFile;
  private readonly examples: LaborDifference[] = [];

  /** Its folder is its own. */
  constructor(
    private readonly parts: WhatIfsParts & { readonly folder: string },
    private readonly supposition: Supposition,
    private readonly end: Position,
  ) {
    this.job = new ReplayJob({ ...parts, name: 'the what-if', shares: SHARES, first: FIRST });
    this.file = new DifferenceFile(join(parts.folder, 'found'));
  }

  get id(): Uuid {
    return this.job.id;
  }

  /** Of what it has found, on the disk. */
  get listedBytes(): number {
    return this.file.sizeBytes;
  }

  get isRunning(): boolean {
    return this.job.status().state === 'running';
  }

  get percent(): number {
    return this.job.status().percent;
  }

  begin(asked: Pick<RunWhatIfParts, 'run' | 'from' | 'hosts' | 'judgingThreads'>): void {
    const { parts, supposition, end, totals, file } = this;
    void this.job.run(async (moved, signal) => {
      await file.clear();
      const folder = join(parts.folder, 'split');
      const keep = (difference: LaborDifference): void => {
        if (this.examples.length < MOST_EXAMPLES) this.examples.push(difference);
      };
      try {
        await runWhatIf({ ...parts, ...asked, folder, supposition, end, totals, file, keep, moved }, signal);
      } catch (error) {
        await file.remove().catch(() => undefined);
        throw error;
      }
    });
  }

  status(): WhatIfStatus {
    const { job, totals, supposition, end, file } = this;
    const status = job.status();
    const { phase, entries, total, hosts } = job.step;
    return {
      ...{ ...status, phase, entries, total, hosts, position: end, defined: supposition.defined },
      ...{ bytes: status.bytes + file.sizeBytes, listed: file.count },
      ...{ numbers: totals.all.shown(), byType: totals.byType(), byQuest: totals.byQuest(), examples: this.examples },
    };
  }

  labors(from: number, limit: number): Promise<DifferencePage> {
    return this.file.page(from, limit);
  }

  /** Ends it, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.job.cancel();
    await rm(this.parts.folder, { recursive: true, force: true });
  }
}
