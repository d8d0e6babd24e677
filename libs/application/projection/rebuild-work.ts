/**
 * One rebuild carried out by the process that has the lease: its generation is made ready, and served. Whatever ends it, the next
 * one goes on from what the views hold.
 */
import type { Continued } from '#contracts';
import type { Lease } from '../leases/lease.js';
import { instantNow } from '../clock.js';
import { sleep } from '../pauses.js';
import { GenerationWriter } from './generation-writer.js';
import { activated, cancelled, cancelling, isOver, type RebuildJob } from '../operating/rebuild-job.js';
import type { RebuildRecords } from '../operating/rebuild-records.js';
import { LEVEL_EVERY_MS, Levelling } from './preparing/levelling.js';
import {
  prepareHere,
  type Prepare,
  type PreparationParts,
  type Prepared,
  type Preparing,
} from './preparing/preparation.js';

export interface RebuildWorkParts extends PreparationParts {
  readonly records: RebuildRecords;
  readonly lease: Lease;
  /** In another thread; in this one where absent. */
  readonly prepare?: Prepare | undefined;
  /** Called once another generation is served. */
  readonly served: () => void;
  /** Whether this process follows the generation. */
  readonly follows: (generation: number) => boolean;
}

/** What the record gets of the work. */
export type RebuildNote = Pick<RebuildJob, 'state' | 'generation' | 'differences' | 'progress' | 'trouble'>;

/** Longest time that a served generation is kept level here, while the projectors go over to it. */
const HAND_OVER_MS = 30_000;

export class RebuildWork {
  private noted: RebuildNote;
  private readonly preparing: Preparing;

  constructor(
    private readonly parts: RebuildWorkParts,
    private readonly job: RebuildJob,
  ) {
    const { generation, differences, progress, trouble } = job;
    // one that was being activated may be served already
    const state = job.state === 'activating' ? 'activating' : 'running';
    this.noted = { state, generation, differences, progress, trouble };
    const prepare = parts.prepare ?? prepareHere(parts);
    this.preparing = prepare(job, (note) => {
      this.moved(note);
    });
  }

  /** Another object whenever something has changed. */
  get note(): RebuildNote {
    return this.noted;
  }

  /** A command has said that the generation is served once it is level. */
  askActivation(): void {
    this.preparing.askActivation();
  }

  /**
   * Until the generation is served and followed, or `signal` aborts: by the end of the process, of the lease, or of the job.
   * Call it under the lease. Rejects as the stores, the disk and the fold do; it may be called again then, by any process.
   */
  async run(signal: AbortSignal): Promise<void> {
    const prepared = await this.preparing.run(signal);
    if (prepared === undefined || signal.aborted) return;
    if (prepared.kind === 'served') await this.conclude();
    else if (prepared.kind === 'level') await this.serve(prepared, signal);
    else {
      const gone = `generation ${prepared.generation} is not there any more`;
      const now = instantNow(this.parts.clock);
      await this.parts.records.update(this.job.id, (job) => (isOver(job.state) ? job : cancelled(job, gone, now)));
    }
  }

  /** Followers of changes go on where it continues another one, and begin with a reset elsewhere (R14). */
  private async serve({ generation: number, continued }: Prepared, signal: AbortSignal): Promise<void> {
    const writer = await this.writerOf(number);
    if (writer === undefined) return;
    try {
      const levelling = new Levelling(this.parts, writer);
      await levelling.goOn();
      // what came while the other thread ended
      for (let isLevel = false; !isLevel; { isLevel } = await levelling.nextPage()) if (signal.aborted) return;
      if (await this.activate(number, continued)) await this.handOver(number, levelling, signal);
    } finally {
      await writer.close();
    }
  }

  /** Whether it is served. */
  private async activate(generation: number, continued: Continued | undefined): Promise<boolean> {
    const { views, lease, records, log } = this.parts;
    // noted first: from now on the record gets no earlier state
    this.moved({ state: 'activating' });
    const now = await records.update(this.job.id, (job) =>
      isOver(job.state) || job.state === 'cancelling' ? job : { ...job, state: 'activating' },
    );
    if (now?.state !== 'activating' || !(await lease.hold())) return false;
    if ((await views.control.activate(generation, continued)) === 'superseded') {
      const later = 'views of a later build are served';
      await records.update(this.job.id, (job) => (isOver(job.state) ? job : cancelling(job, later)));
      return false;
    }
    const followers = continued ? 'go on' : 'begin with a reset';
    log.info('another generation of the views is served from now on', { generation, followers });
    await this.conclude();
    return true;
  }

  private async conclude(): Promise<void> {
    const { records, clock, served } = this.parts;
    // what was noted last may not be written yet
    const { generation, differences, progress } = this.noted;
    const reached = { generation, differences, progress };
    await records.update(this.job.id, (job) =>
      // who removes it sees that it is served
      isOver(job.state) || job.state === 'cancelling' ? job : activated({ ...job, ...reached }, instantNow(clock)),
    );
    this.moved({ state: 'activated' });
    served();
  }

  /** Reads find the newest entries also while no projector has its partitions yet. */
  private async handOver(generation: number, levelling: Levelling, signal: AbortSignal): Promise<void> {
    const { follows, lease, log } = this.parts;
    const untilMs = performance.now() + HAND_OVER_MS;
    try {
      while (!signal.aborted && !follows(generation) && performance.now() < untilMs) {
        if (!(await lease.hold())) return;
        const { isLevel } = await levelling.nextPage();
        if (isLevel) await sleep(LEVEL_EVERY_MS, signal);
      }
    } catch (error) {
      log.warn('the generation that is served now is followed by its projectors alone', { err: error });
    }
  }

  /** Undefined where the generation has been dropped meanwhile. */
  private async writerOf(number: number): Promise<GenerationWriter | undefined> {
    const { journal, views, timeline, clock, log, maxLagMs, progressEveryMs } = this.parts;
    const generation = (await views.control.generations()).find((each) => each.number === number);
    const parts = { journal, views, timeline, clock, log, maxLagMs, progressEveryMs };
    return generation && new GenerationWriter(parts, generation);
  }

  private moved(change: Partial<RebuildNote>): void {
    const names = Object.keys(change) as (keyof RebuildNote)[];
    if (names.some((name) => this.noted[name] !== change[name])) this.noted = { ...this.noted, ...change };
  }
}
