/** The projector put together: finds its generation, follows the feed with it, and says how it is. */
import { DOCUMENTS_VERSION, START, type Position, type Problem, type Uuid } from '#contracts';
import { FOLD_VERSION } from '#domain';
import { StoreUnavailable, type FeedBatch, type Journal, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { Clock } from '../clock.js';
import { Lease, LEASE_POLL_MS } from '../leases/lease.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import { createOperating } from '../operating/create-operating.js';
import type { FoldingStatus } from '../operating/folding-status.js';
import type { Operating } from '../operating/operating.js';
import { pauseMs, sleep } from '../pauses.js';
import { cancelling, currentJob, isOfBuild } from '../operating/rebuild-job.js';
import { createRebuilds } from '../operating/create-rebuilds.js';
import type { ProveGenerations } from './prove-generations.js';
import type { Rebuilds } from '../operating/rebuilds.js';
import { jobFoundBy, RebuildRecords } from '../operating/rebuild-records.js';
import { RebuildWorker } from './rebuild-worker.js';
import type { SplitDisk } from '../replay/splitting/disk.js';
import type { ReplayRoom } from '../replay/splitting/room.js';
import type { MakeBeside } from './beside.js';
import { GenerationWriter, reasonOf } from './generation-writer.js';
import { FoldingReport } from './folding-report.js';
import { generationsToWrite, pickGeneration, requireOwnViews, standingOf } from './generations.js';
import { loadViews } from './load-views.js';
import type { Membership, PrepareOptions, Projector, RunOptions } from './projector.js';
import { rebuild } from './rebuild.js';
import type { EntriesVersion } from '../versions/entries-version.js';
import type { WorkThread } from '../apart/work-apart.js';
import { prepareApart } from './preparing/apart.js';
import type { PreparationTask, PreparationTerms, Prepare } from './preparing/preparation.js';
import { GenerationRetirement } from './retire-generations.js';

export interface ProjectorParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  /** The feed's. */
  readonly partitions: number;
  readonly meters?: Pick<Meters, 'visible' | 'withoutEffect'>;
  /** As the generation's writer has it. */
  readonly isImported?: (position: Position) => boolean;
  /** For how long the views may lack the same entry while nothing moves, before readiness says so, in seconds. 60 where absent. */
  readonly maxLagS?: number;
  /** Least time between two writes of progress, in milliseconds; 0 where absent, which suits views in this process. */
  readonly progressEveryMs?: number;
  /** The audit of what is stored, while a generation is followed. */
  readonly audit?: MakeBeside;
  /** Which entries may be written, for the status. */
  readonly entries?: Pick<EntriesVersion, 'status'>;
  /** Why the journal must not be judged as it stands; undefined where it may. */
  readonly refusal?: () => Problem | undefined;
  /** On the local disk, for replays: nothing else lies there. Where absent, views are rebuilt entry by entry. */
  readonly replayFolder?: string;
  /** Threads that judge for a replay; 0 where absent. They run from the build only. */
  readonly judgingThreads?: number;
  /** Where absent, rebuilds beside the served generation are served by command only. */
  readonly prove?: ProveGenerations;
  /** What a replay may use of the disk. */
  readonly replayRoom?: ReplayRoom;
  /** The local one where absent. */
  readonly replayDisk?: SplitDisk;
  /** Makes generations ready in threads of their own; in this one where absent. */
  readonly openPreparing?: (task: PreparationTask, how: PreparationTerms) => WorkThread;
}

const PAUSES = { firstMs: 100, longestMs: 5000 };
/** After failures that no store explains: they are likely to come again. */
const DEFECT_PAUSES = { firstMs: 100, longestMs: 60_000 };
const MAX_LAG_S = 60;
const BUILD = { documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION };
/** How often it checks that its generation is still the one to write: until then the next one has no projector here. */
const LOOK_EVERY_MS = 1000;
/** How often it looks for earlier generations that no projector follows. */
const RETIRE_EVERY_MS = 60_000;

export function createProjector(parts: ProjectorParts): Projector {
  return new ProjectorService(parts);
}

class ProjectorService implements Projector {
  readonly operating: Operating;
  readonly rebuilds: Rebuilds;
  private writer: GenerationWriter | undefined;
  /** It takes commands of operators: none while another generation takes its place. */
  private commanded: GenerationWriter | undefined;
  /** Whether the writer follows the feed. */
  private following = false;
  private folding: FoldingStatus | null = null;
  /** Why there is nothing to follow. */
  private trouble: string | null = null;
  private readonly lease: Lease;
  private readonly records: RebuildRecords;
  private readonly worker: RebuildWorker;
  /** Aborts the pause before the next look at the pointer. */
  private pause = new AbortController();

  constructor(private readonly parts: ProjectorParts) {
    const { journal, owner, monotonicMs } = parts;
    this.lease = new Lease({ journal, name: 'rebuild', owner, nowMs: monotonicMs });
    this.records = new RebuildRecords(journal);
    this.worker = new RebuildWorker({
      ...{ ...parts, replayFolder: parts.replayFolder, monotonicMs, prove: parts.prove },
      ...{ lease: this.lease, records: this.records, ...this.writing, prepare: this.preparing },
      served: () => {
        this.pause.abort();
      },
      follows: (generation) => this.following && this.writer?.generation.number === generation,
    });
    const changed = (): void => {
      this.worker.wake();
    };
    this.rebuilds = createRebuilds({
      ...{ ...parts, records: this.records, changed },
      isServed: async () => (await standingOf(parts)).kind === 'served',
    });
    this.operating = createOperating({
      ...parts,
      rebuild: async () => currentJob(await this.records.read()) ?? null,
      folding: () => this.folding,
      halted: () => this.trouble ?? this.writer?.whyHalted() ?? null,
      releaser: () => this.commanded?.releaser,
    });
  }

  async prepare({ rebuild }: PrepareOptions): Promise<void> {
    await requireOwnViews(this.parts, rebuild);
  }

  async run(options: RunOptions): Promise<void> {
    const { signal } = options;
    for (let failures = 0; !signal.aborted;) {
      try {
        const writer = await this.begin(signal);
        if (writer === undefined) continue;
        this.trouble = null;
        await this.follow(writer, options);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.trouble = reasonOf(error);
        this.parts.log.error('the views do not follow the journal; it will be tried again', { err: error });
        await sleep(pauseMs(failures, error instanceof StoreUnavailable ? PAUSES : DEFECT_PAUSES), signal);
      }
    }
    await this.worker.close();
    await this.lease.release().catch((error: unknown) => {
      this.parts.log.warn('the lease of rebuilding could not be given back; it ends by itself', { err: error });
    });
  }

  readonly handle = async (batch: FeedBatch, signal: AbortSignal): Promise<void> => {
    if (this.writer === undefined) throw new Error('no generation is followed yet');
    await this.writer.handle(batch, signal);
  };

  notReady(): string | null {
    if (this.trouble !== null) return this.trouble;
    if (this.writer === undefined || !this.following) {
      return `the views are being rebuilt from the journal${percentOf(this.folding)}`;
    }
    return this.writer.notReady();
  }

  async stalled(): Promise<string | null> {
    return this.following ? ((await this.writer?.stalled()) ?? null) : null;
  }

  questsToCount(): number {
    return this.writer?.questsToCount ?? 0;
  }

  /** The generation to follow, rebuilt and served; undefined where there is none yet: ask again. */
  private async begin(signal: AbortSignal): Promise<GenerationWriter | undefined> {
    const problem = this.parts.refusal?.();
    if (problem !== undefined) {
      this.trouble = problem.detail;
      await sleep(LOOK_EVERY_MS, signal);
      return undefined;
    }
    const standing = await standingOf(this.parts);
    if (standing.kind === 'served') return this.writerOf(standing.generation);
    // the lease is this process's, and the views cannot be loaded twice
    await this.worker.close();
    if (standing.kind === 'later') {
      this.trouble = `the views were built by a later version of Hermes (${standing.what}), which this one leaves alone`;
      await sleep(LOOK_EVERY_MS, signal);
      return undefined;
    }
    // it would hold the lease until an operator has decided
    await jobFoundBy(this.records, BUILD);
    if (!(await this.lease.hold())) {
      await this.cancelJob();
      this.trouble = 'another process rebuilds the views from the journal';
      await sleep(LEASE_POLL_MS, signal);
      return undefined;
    }
    this.trouble = null;
    const report = new FoldingReport(this.parts.log, (status) => (this.folding = status));
    const parts = { ...this.parts, lease: this.lease, report };
    const { served, begun } = await generationsToWrite(parts);
    if (served === undefined && begun === undefined && !(await loadViews(parts, signal))) return undefined;
    const writer = this.writerOf(await pickGeneration(parts));
    this.writer = writer;
    // also while it is rebuilt
    this.commanded = writer;
    const isServed = await rebuild(writer, parts, signal);
    if (isServed && this.folding !== null) {
      this.parts.log.info('the views are up to date', { ...this.folding, position: String(this.folding.position) });
    }
    this.folding = null;
    if (!isServed) return undefined;
    // whatever it counts or brings on from now on has followers
    writer.publishBeyond(START);
    await this.lease.release();
    return writer;
  }

  /** One that works or waits holds the lease, perhaps until an operator has decided; nothing is served here meanwhile. */
  private async cancelJob(): Promise<void> {
    const job = currentJob(await this.records.read());
    if (job === undefined || !isOfBuild(job, BUILD)) return;
    const why = `a process has started that has to change the served views: ${this.parts.partitions} partitions, or views that are not there`;
    await this.records.update(job.id, (before) =>
      before.state === 'running' || before.state === 'waiting' ? cancelling(before, why) : before,
    );
  }

  private writerOf(generation: GenerationWriter['generation']): GenerationWriter {
    return new GenerationWriter({ ...this.parts, ...this.writing }, generation);
  }

  private get writing(): { readonly maxLagMs: number; readonly progressEveryMs: number } {
    const { maxLagS = MAX_LAG_S, progressEveryMs = 0 } = this.parts;
    return { maxLagMs: maxLagS * 1000, progressEveryMs };
  }

  /** Undefined where generations are made ready in this thread. */
  private get preparing(): Prepare | undefined {
    const { openPreparing, log, partitions, replayFolder, replayRoom, judgingThreads = 0 } = this.parts;
    if (openPreparing === undefined) return undefined;
    const terms = { partitions, replayFolder, judgingThreads, ...(replayRoom && { replayRoom }), ...this.writing };
    return prepareApart({ open: (task) => openPreparing(task, terms), lease: this.lease, log });
  }

  /** Until another generation has to be written, or the end. */
  private async follow(writer: GenerationWriter, { join, signal, following }: RunOptions): Promise<void> {
    this.writer = writer;
    this.commanded = writer;
    let membership: Membership | undefined;
    try {
      membership = await join(`projector-${writer.generation.number}`, {
        onAssigned: (partitions) => {
          writer.assign(partitions);
        },
        onRevoked: (partitions) => {
          writer.revoke(partitions);
        },
      });
      writer.start();
      this.following = true;
      this.worker.start();
      following?.();
      await this.untilSuperseded(writer, signal);
    } finally {
      this.following = false;
      this.commanded = undefined;
      await membership?.close();
      await writer.close();
    }
  }

  /** Views that are away meanwhile are no reason to leave: the handler waits for them by itself. */
  private async untilSuperseded({ generation }: GenerationWriter, signal: AbortSignal): Promise<void> {
    const { views, log } = this.parts;
    const retirement = new GenerationRetirement(views, log);
    let retiredAtMs = -RETIRE_EVERY_MS;
    const wake = (): void => {
      this.pause.abort();
    };
    signal.addEventListener('abort', wake);
    while (!signal.aborted) {
      this.pause = new AbortController();
      try {
        const current = await views.control.current(DOCUMENTS_VERSION);
        if (current !== generation.number) {
          log.info('another generation of the views is served', { was: generation.number, is: current });
          break;
        }
        if (performance.now() - retiredAtMs >= RETIRE_EVERY_MS) {
          retiredAtMs = performance.now();
          const job = currentJob(await this.records.read());
          await retirement.look(job?.generation);
        }
      } catch (error) {
        log.warn('the views cannot be asked which generation is served; it will be tried again', { err: error });
      }
      await sleep(LOOK_EVERY_MS, this.pause.signal);
    }
    signal.removeEventListener('abort', wake);
  }
}

function percentOf(folding: FoldingStatus | null): string {
  const percent = folding?.percent ?? null;
  return percent === null ? '' : ` (${percent} %)`;
}
