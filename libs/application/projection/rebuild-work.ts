/**
 * One rebuild carried out by the process that has the lease: its generation is loaded, followed until it is level with the
 * journal and its quests are counted, compared with the served one, and served. Whatever ends it, the next one goes on from
 * what the views hold.
 */
import { DOCUMENTS_VERSION, type Continued, type Generation } from '#contracts';
import type { Lease } from '../leases/lease.js';
import { instantNow } from '../clock.js';
import { sleep } from '../pauses.js';
import { FoldingReport, shareOfWay } from './folding-report.js';
import { GenerationWriter } from './generation-writer.js';
import { begunOrNew, isUsable, repartitioned } from './generations.js';
import { replayViews, type LoadViewsParts } from './load-views.js';
import type { FoldingPhase } from '../operating/folding-status.js';
import { ReplayGivenUp } from '../replay/load-plan.js';
import { activated, cancelled, cancelling, isOver, type RebuildJob } from '../operating/rebuild-job.js';
import { requireRoomFor } from './rebuild.js';
import type { ProveGenerations } from './prove-generations.js';
import { Proving } from './proving.js';
import { PublishedChanges } from './published-changes.js';
import type { RebuildRecords } from '../operating/rebuild-records.js';

export interface RebuildWorkParts extends Omit<LoadViewsParts, 'report'> {
  readonly records: RebuildRecords;
  readonly lease: Lease;
  /** As of a projector's generation. */
  readonly maxLagMs: number;
  readonly progressEveryMs: number;
  readonly monotonicMs?: (() => number) | undefined;
  /** Where absent, a new generation is served by command only. */
  readonly prove?: ProveGenerations | undefined;
  /** Called once another generation is served. */
  readonly served: () => void;
  /** Whether this process follows the generation. */
  readonly follows: (generation: number) => boolean;
}

/** What the record gets of the work. */
export type RebuildNote = Pick<RebuildJob, 'state' | 'generation' | 'differences' | 'progress' | 'trouble'>;

/** How often a level generation is noted as such: it is as old as that when it begins to be served. */
const HEARD_EVERY_MS = 1000;
/** How often a level generation gets what has come since. */
const LEVEL_EVERY_MS = 250;
/** Longest time that a served generation is kept level here, while the projectors go over to it. */
const HAND_OVER_MS = 30_000;
/** Pause before what was left out of a comparison is compared again, with all the rest. */
const PROVE_AGAIN_MS = 60_000;
const DIRTY_PAGE = 200;

export class RebuildWork {
  private noted: RebuildNote;
  private isAsked: boolean;
  private comparedWith: number | null = null;
  private readonly report: FoldingReport;

  constructor(
    private readonly parts: RebuildWorkParts,
    private readonly job: RebuildJob,
  ) {
    const { generation, differences, progress, trouble, isActivationAsked } = job;
    // one that was being activated may be served already
    const state = job.state === 'activating' ? 'activating' : 'running';
    this.noted = { state, generation, differences, progress, trouble };
    this.isAsked = isActivationAsked;
    this.report = new FoldingReport(parts.log, (status) => {
      // it goes on again
      this.moved({ progress: status, generation: status.generation, trouble: null });
    });
  }

  /** Another object whenever something has changed. */
  get note(): RebuildNote {
    return this.noted;
  }

  /** A command has said that the generation is served once it is level. */
  askActivation(): void {
    this.isAsked = true;
  }

  /**
   * Until the generation is served and followed, or `signal` aborts: by the end of the process, of the lease, or of the job.
   * Call it under the lease. Rejects as the stores, the disk and the fold do; it may be called again then, by any process.
   */
  async run(signal: AbortSignal): Promise<void> {
    const generation = await this.begin(signal);
    if (generation === undefined || signal.aborted) return;
    this.moved({ generation: generation.number });
    const writer = this.writerOf(generation);
    try {
      await this.follow(writer, signal);
    } finally {
      await writer.close();
    }
  }

  /** Without meters: what is judged here is judged once more, and no live work. */
  private writerOf(generation: Generation): GenerationWriter {
    const { journal, views, timeline, clock, log, maxLagMs, progressEveryMs, monotonicMs } = this.parts;
    const parts = { journal, views, timeline, clock, log, maxLagMs, progressEveryMs };
    return new GenerationWriter({ ...parts, ...(monotonicMs && { monotonicMs }) }, generation);
  }

  /** The generation to follow; undefined where the job ends here, or `signal` aborts. */
  private async begin(signal: AbortSignal): Promise<Generation | undefined> {
    const { views, records } = this.parts;
    const { id, kind } = this.job;
    const all = await views.control.generations();
    const own = all.find(({ number }) => number === this.job.generation);
    if (own !== undefined && own.number === (await views.control.current(DOCUMENTS_VERSION))) {
      await this.conclude();
      return undefined;
    }
    this.moved({ state: 'running' });
    if (own !== undefined && isUsable(own)) return repartitioned(this.parts, own);
    if (kind === 'roll-back') {
      const gone = `generation ${this.job.generation} is not there any more`;
      await records.update(id, (job) => (isOver(job.state) ? job : cancelled(job, gone, instantNow(this.parts.clock))));
      return undefined;
    }
    try {
      const loaded = await replayViews({ ...this.parts, report: this.report }, signal);
      if (loaded === undefined) return undefined;
      return loaded ?? (await begunOrNew(this.parts));
    } catch (error) {
      if (!(error instanceof ReplayGivenUp)) throw error;
      this.parts.log.warn('the journal cannot be replayed; the views are rebuilt entry by entry', { err: error });
      return begunOrNew(this.parts);
    }
  }

  private async follow(writer: GenerationWriter, signal: AbortSignal): Promise<void> {
    const { journal, views } = this.parts;
    const { generation, progress } = writer;
    await requireRoomFor(this.parts);
    progress.moved(await views.writer.progress(generation.number));
    writer.assign(partitionsOf(generation));
    // who follows the generation once it is served begins no earlier
    writer.publishBeyond((await journal.head()).position);
    writer.start();
    let proving: Proving | undefined;
    let published: PublishedChanges | undefined;
    let provedAtMs: number | undefined;
    let isCounted = false;
    try {
      for (let entries = 0; !signal.aborted;) {
        // what works beside it ends with it
        await requireRoomFor(this.parts);
        const { read, isLevel } = await this.nextPage(writer);
        entries += read;
        if (!isLevel) {
          await this.at('following', writer, entries);
          continue;
        }
        isCounted ||= await this.isCounted(generation.number);
        if (!isCounted) {
          await this.at('counting', writer, entries);
        } else if (this.isAsked) {
          await this.serve(writer, signal);
          return;
        } else {
          proving ??= this.prove(generation.number, signal);
          const proof = proving?.result();
          if (proof !== undefined) this.moved({ differences: proof.differences });
          const leftOut = proof?.leftOut ?? 0;
          const isEqual = proof?.differences === 0 && leftOut === 0;
          if (isEqual) {
            published ??= new PublishedChanges(this.parts, { served: this.comparedWith, next: generation.number });
            const continued = await published.look();
            if (continued !== undefined) {
              await this.serve(writer, signal, continued ?? undefined);
              return;
            }
          }
          // one that waits is reported where it moves
          if (read > 0 || this.noted.state !== 'waiting') await this.at('proving', writer, entries);
          if (proving === undefined || (proof !== undefined && !isEqual)) this.moved({ state: 'waiting' });
          if (proof !== undefined && leftOut > 0) {
            this.moved({ trouble: `${leftOut} hosts or quests change too often to be compared; it is tried again` });
            provedAtMs ??= this.nowMs();
            if (this.nowMs() - provedAtMs >= PROVE_AGAIN_MS) [proving, provedAtMs] = [undefined, undefined];
          }
        }
        await sleep(LEVEL_EVERY_MS, signal);
      }
    } finally {
      await proving?.end();
    }
  }

  /** Whether the generation has all that the journal held when it was called, and how many entries were read for that. */
  private async nextPage(writer: GenerationWriter): Promise<{ readonly read: number; readonly isLevel: boolean }> {
    const { generation, progress, reader } = writer;
    const askedMs = this.parts.clock.nowMs();
    const { position: head } = await this.parts.journal.head();
    if (progress.least().position >= head) {
      const isDue = askedMs - progress.of(0).heardAtMs >= HEARD_EVERY_MS;
      if (isDue) await reader.level(partitionsOf(generation), askedMs);
      return { read: 0, isLevel: true };
    }
    const { entries } = await reader.page(partitionsOf(generation));
    return { read: entries, isLevel: progress.least().position >= head };
  }

  /** Whether every quest was counted once, and no more hosts are behind than in the served one: readers find what they find there. */
  private async isCounted(generation: number): Promise<boolean> {
    const { control, reader, writer } = this.parts.views;
    const behind = await reader.hostsBehind(generation);
    if (behind > 0) {
      const served = await control.current(DOCUMENTS_VERSION);
      if (served === null || behind > (await reader.hostsBehind(served))) return false;
    }
    for (let after: Parameters<typeof writer.dirtyQuests>[1] = null; ;) {
      const page = await writer.dirtyQuests(generation, after, DIRTY_PAGE);
      if (page.some(({ recount }) => recount === null)) return false;
      const last = page.at(-1);
      if (last === undefined || page.length < DIRTY_PAGE) return true;
      after = last.quest;
    }
  }

  private async at(phase: FoldingPhase, { generation, progress }: GenerationWriter, entries: number): Promise<void> {
    const { position } = progress.least();
    const end = (await this.parts.journal.head()).position;
    this.report.at({ phase, generation: generation.number, position, end, entries, share: shareOfWay(position, end) });
  }

  private nowMs(): number {
    return (this.parts.monotonicMs ?? (() => performance.now()))();
  }

  /** Undefined where nothing compares generations. */
  private prove(next: number, signal: AbortSignal): Proving | undefined {
    const { prove, views } = this.parts;
    if (prove === undefined) return undefined;
    return new Proving(signal, async (held) => {
      const served = await views.control.current(DOCUMENTS_VERSION);
      this.comparedWith = served;
      return served === null ? { differences: 0 } : prove({ served, next }, held);
    });
  }

  /** Followers of changes go on where it continues another one, and begin with a reset elsewhere (R14). */
  private async serve(writer: GenerationWriter, signal: AbortSignal, continued?: Continued): Promise<void> {
    const { views, lease, records, log } = this.parts;
    const { number } = writer.generation;
    // noted first: from now on the record gets no earlier state
    this.moved({ state: 'activating' });
    const now = await records.update(this.job.id, (job) =>
      isOver(job.state) || job.state === 'cancelling' ? job : { ...job, state: 'activating' },
    );
    if (now?.state !== 'activating' || !(await lease.hold())) return;
    if ((await views.control.activate(number, continued)) === 'superseded') {
      const later = 'views of a later build are served';
      await records.update(this.job.id, (job) => (isOver(job.state) ? job : cancelling(job, later)));
      return;
    }
    const followers = continued ? 'go on' : 'begin with a reset';
    log.info('another generation of the views is served from now on', { generation: number, followers });
    await this.conclude();
    await this.handOver(writer, signal);
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
  private async handOver(writer: GenerationWriter, signal: AbortSignal): Promise<void> {
    const { follows, log } = this.parts;
    const { number } = writer.generation;
    const untilMs = performance.now() + HAND_OVER_MS;
    try {
      while (!signal.aborted && !follows(number) && performance.now() < untilMs) {
        if (!(await this.parts.lease.hold())) return;
        await this.nextPage(writer);
        await sleep(LEVEL_EVERY_MS, signal);
      }
    } catch (error) {
      log.warn('the generation that is served now is followed by its projectors alone', { err: error });
    }
  }

  private moved(change: Partial<RebuildNote>): void {
    const names = Object.keys(change) as (keyof RebuildNote)[];
    if (names.some((name) => this.noted[name] !== change[name])) this.noted = { ...this.noted, ...change };
  }
}

function partitionsOf({ partitions }: Generation): readonly number[] {
  return Array.from({ length: partitions }, (_, partition) => partition);
}
