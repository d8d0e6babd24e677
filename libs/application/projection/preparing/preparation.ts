/**
 * What a rebuild does before its generation may be served: it is loaded, followed until it is level with the journal and its quests
 * are counted, and compared with the served one. Whatever ends it, the next one goes on from what the views hold.
 */
import { DOCUMENTS_VERSION, type Continued, type Generation, type Position } from '#contracts';
import { sleep } from '../../pauses.js';
import type { FoldingPhase } from '../../operating/folding-status.js';
import type { RebuildJob } from '../../operating/rebuild-job.js';
import { ReplayGivenUp } from '../../replay/load-plan.js';
import { FoldingReport, shareOfWay } from '../folding-report.js';
import { GenerationWriter } from '../generation-writer.js';
import { begunOrNew, isUsable, repartitioned } from '../generations.js';
import { replayViews, type LoadViewsParts } from '../load-views.js';
import type { ProveGenerations } from '../prove-generations.js';
import { Proving } from '../proving.js';
import { requireRoomFor } from '../rebuild.js';
import { PublishedChanges } from '../published-changes.js';
import { LEVEL_EVERY_MS, Levelling } from './levelling.js';

export interface PreparationParts extends Omit<LoadViewsParts, 'report'> {
  /** As of a projector's generation. */
  readonly maxLagMs: number;
  readonly progressEveryMs: number;
  readonly monotonicMs?: (() => number) | undefined;
  /** Where absent, a new generation is served by command only. */
  readonly prove?: ProveGenerations | undefined;
}

/** Those of them that are plain data. */
export type PreparationTerms = Pick<
  PreparationParts,
  'partitions' | 'replayFolder' | 'replayRoom' | 'judgingThreads' | 'maxLagMs' | 'progressEveryMs'
>;

/** What the work needs to know of its job. */
export type PreparationTask = Pick<RebuildJob, 'kind' | 'generation' | 'isActivationAsked'>;

/** What the job's record gets of the work, as far as it has changed. */
export type PreparationNote = Partial<Pick<RebuildJob, 'generation' | 'differences' | 'progress' | 'trouble'>> & {
  /** `waiting`: only a command can end it. */
  readonly state?: 'running' | 'waiting';
};

/**
 * - `level`: the generation may be served, and nobody keeps it level any more.
 * - `served`: it was served before.
 * - `gone`: it was to be served again, and is not there any more.
 */
export interface Prepared {
  readonly kind: 'level' | 'served' | 'gone';
  readonly generation: number;
  /** Of a `level` one: how it continues the served one; absent where followers of changes begin with a reset (R14). */
  readonly continued?: Continued;
}

/** The work, in this thread or in another. */
export interface Preparing {
  /** A command has said that the generation is served once it is level. */
  askActivation(): void;
  /**
   * Undefined where `signal` aborts: by the end of the process, of the lease, or of the job. Nothing is written any more when it
   * settles. Call it once, under the lease. Rejects as the stores, the disk and the fold do; another one may go on then.
   */
  run(signal: AbortSignal): Promise<Prepared | undefined>;
}

/** `moved` gets what changes meanwhile. */
export type Prepare = (task: PreparationTask, moved: (note: PreparationNote) => void) => Preparing;

const DIRTY_PAGE = 200;
/** How often it asks whether the work is still this process's. */
const HOLD_EVERY_MS = 1000;

/** In this thread. */
export function prepareHere(parts: PreparationParts): Prepare {
  return (task, moved) => new Preparation(parts, task, moved);
}

class Preparation implements Preparing {
  private isAsked: boolean;
  private isWaiting = false;
  /** The served generation of the last comparison. */
  private comparedWith: number | null = null;
  /** Why it does not go on, though nothing failed. */
  private trouble: string | null = null;
  private readonly report: FoldingReport;

  constructor(
    private readonly parts: PreparationParts,
    private readonly task: PreparationTask,
    private readonly note: (note: PreparationNote) => void,
  ) {
    this.isAsked = task.isActivationAsked;
    this.report = new FoldingReport(parts.log, (progress) => {
      // whatever failed before, it goes on again
      this.note({ progress, generation: progress.generation, trouble: this.trouble });
    });
  }

  askActivation(): void {
    this.isAsked = true;
  }

  async run(signal: AbortSignal): Promise<Prepared | undefined> {
    const { views } = this.parts;
    const { generation: number, kind } = this.task;
    const own = (await views.control.generations()).find((each) => each.number === number);
    if (own !== undefined && own.number === (await views.control.current(DOCUMENTS_VERSION)))
      return { kind: 'served', generation: own.number };
    this.note({ state: 'running' });
    if (kind === 'roll-back' && (own === undefined || !isUsable(own))) return { kind: 'gone', generation: number ?? 0 };
    const generation =
      own !== undefined && isUsable(own) ? await repartitioned(this.parts, own) : await this.loaded(signal);
    if (generation === undefined || signal.aborted) return undefined;
    this.note({ generation: generation.number });
    const writer = this.writerOf(generation);
    try {
      return await this.follow(writer, signal);
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

  /** A new generation; undefined where `signal` aborts. */
  private async loaded(signal: AbortSignal): Promise<Generation | undefined> {
    try {
      const loaded = await replayViews({ ...this.parts, report: this.report }, signal);
      return loaded === null ? await begunOrNew(this.parts) : loaded;
    } catch (error) {
      if (!(error instanceof ReplayGivenUp)) throw error;
      this.parts.log.warn('the journal cannot be replayed; the views are rebuilt entry by entry', { err: error });
      return begunOrNew(this.parts);
    }
  }

  /** Until it may be served; undefined where `signal` aborts. */
  private async follow(writer: GenerationWriter, signal: AbortSignal): Promise<Prepared | undefined> {
    const { generation } = writer;
    const level = { kind: 'level', generation: generation.number } as const;
    await requireRoomFor(this.parts);
    const levelling = new Levelling(this.parts, writer);
    await levelling.begin();
    writer.start();
    let proving: Proving | undefined;
    let published: PublishedChanges | undefined;
    let isCounted = false;
    try {
      for (let [entries, heldAtMs] = [0, -Infinity]; !signal.aborted;) {
        if (performance.now() - heldAtMs >= HOLD_EVERY_MS) {
          heldAtMs = performance.now();
          if (!(await this.parts.lease.hold())) return undefined;
        }
        // what works beside it ends with it
        await requireRoomFor(this.parts);
        const { read, isLevel, head } = await levelling.nextPage();
        entries += read;
        if (!isLevel) {
          this.at('following', writer, head, entries);
          continue;
        }
        isCounted ||= await this.isCounted(generation.number);
        if (!isCounted) {
          this.at('counting', writer, head, entries);
        } else if (this.isAsked) {
          return level;
        } else {
          proving ??= this.prove(generation.number, signal);
          const proof = proving?.result();
          if (proof !== undefined) this.note({ differences: proof.differences });
          const isEqual = proof?.differences === 0;
          if (isEqual) {
            published ??= new PublishedChanges(this.parts, { served: this.comparedWith, next: generation.number });
            const continued = await published.look();
            if (continued !== undefined) return { ...level, ...(continued && { continued }) };
          }
          this.trouble = troubleOf(proving?.left ?? 0);
          // one that waits is reported where it moves
          if (read > 0 || !this.isWaiting) this.at('proving', writer, head, entries);
          if (proving === undefined || (proof !== undefined && !isEqual)) this.wait();
        }
        await sleep(LEVEL_EVERY_MS, signal);
      }
      return undefined;
    } finally {
      await proving?.end();
    }
  }

  private wait(): void {
    this.isWaiting = true;
    this.note({ state: 'waiting' });
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

  private at(phase: FoldingPhase, { generation, progress }: GenerationWriter, end: Position, entries: number): void {
    const { position } = progress.least();
    this.report.at({ phase, generation: generation.number, position, end, entries, share: shareOfWay(position, end) });
  }

  /** Undefined where nothing compares generations. */
  private prove(next: number, signal: AbortSignal): Proving | undefined {
    const { prove, views } = this.parts;
    if (prove === undefined) return undefined;
    return new Proving(signal, async (held, left) => {
      const served = await views.control.current(DOCUMENTS_VERSION);
      this.comparedWith = served;
      return served === null ? { differences: 0 } : prove({ served, next }, held, left);
    });
  }
}

function troubleOf(left: number): string | null {
  return left === 0 ? null : `${left} hosts or quests change too often to be compared; they are looked at again`;
}
