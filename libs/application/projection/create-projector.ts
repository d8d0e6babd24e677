/** The projector put together: chooses a generation, catches up, follows the feed, counts quests, and tells how it is. */
import { DOCUMENTS_VERSION } from '#contracts';
import type { FeedBatch, Journal, Views } from '#ports';
import { StoreUnavailable } from '#ports';
import { CatalogueUnreadable, type CatalogueTimeline } from '../catalogue/timeline.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { createOperating } from '../operating/create-operating.js';
import type { FoldingStatus, Operating } from '../operating/operating.js';
import { pauseMs, sleep } from '../pauses.js';
import { Applier } from './applier.js';
import { Follower } from './follower.js';
import { chooseGeneration, dropUnusable, type Chosen } from './generations.js';
import type { Projector } from './projector.js';
import { Recounter } from './recounter.js';
import { Releaser } from './releaser.js';
import { scanToHead } from './scan.js';
import { Standstill } from './standstill.js';

export interface ProjectorParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  readonly log: Log;
  /** The feed's. */
  readonly partitions: number;
  readonly meters?: Pick<Meters, 'visible'>;
  /** How old the oldest entry that the views lack may be while nothing moves, before readiness says so. 60 where absent. */
  readonly maxLagS?: number;
}

const PAUSES = { firstMs: 100, longestMs: 5000 };
/** How often a long scan tells how far it is. */
const TELL_EVERY_MS = 5000;
/** A relay repeats its ticks every second: so long a silence means that projection stands still. */
const SILENCE_MS = 10_000;
const MAX_LAG_S = 60;

export function createProjector(parts: ProjectorParts): Projector {
  return new ProjectorService(parts);
}

/** What there is once a generation was chosen. */
interface Work extends Chosen {
  readonly applier: Applier;
  readonly follower: Follower;
  readonly recounter: Recounter;
  readonly releaser: Releaser;
}

class ProjectorService implements Projector {
  readonly operating: Operating;
  private work: Work | undefined;
  private folding: FoldingStatus | null = null;
  /** Why the scan or a partition stands still. */
  private readonly halted = new Map<'scan' | number, string>();
  private caughtUp = false;
  private toldAtMs = 0;
  private followingSinceMs: number | null = null;
  private standstill: Standstill | undefined;

  constructor(private readonly parts: ProjectorParts) {
    this.operating = createOperating({
      ...parts,
      folding: () => this.folding,
      halted: () => this.whyHalted(),
      releaser: () => this.work?.releaser,
    });
  }

  async prepare({ foldAnew }: { readonly foldAnew: boolean }): Promise<void> {
    const chosen = await chooseGeneration(this.parts, foldAnew);
    const { journal, views, clock, log } = this.parts;
    const { number } = chosen.generation;
    const recounter = new Recounter({ views: views.writer, generation: number, log });
    const applier = new Applier({
      ...this.parts,
      views: views.writer,
      generation: number,
      touched: recounter.touched,
    });
    const common = { journal, applier, progress: chosen.progress, clock };
    this.work = {
      ...chosen,
      applier,
      recounter,
      follower: new Follower({ ...common, meters: this.parts.meters ?? noMeters }),
      releaser: new Releaser({ ...common, views: views.writer, generation: number, log, touched: recounter.touched }),
    };
  }

  async catchUp(signal: AbortSignal): Promise<void> {
    const { journal, clock, log, views, maxLagS = MAX_LAG_S } = this.parts;
    const { generation, progress } = this.prepared();
    const aborted = (): boolean => signal.aborted;
    for (let failures = 0; !aborted();) {
      try {
        await this.scan(signal);
        if (aborted()) return;
        if ((await views.control.current(DOCUMENTS_VERSION)) !== generation.number)
          await views.control.activate(generation.number);
        await dropUnusable(this.parts);
        break;
      } catch (error) {
        failures += 1;
        this.halt('scan', error);
        log.error('the views cannot be brought up to date; it will be tried again', { err: error });
        await sleep(pauseMs(failures, PAUSES), signal);
      }
    }
    if (this.folding !== null)
      log.info('the views are up to date', { ...this.folding, position: String(this.folding.position) });
    this.folding = null;
    this.caughtUp = !aborted();
    this.followingSinceMs = clock.nowMs();
    if (this.caughtUp) this.standstill = new Standstill({ journal, progress, clock, maxLagMs: maxLagS * 1000 });
  }

  async handle(batch: FeedBatch, signal: AbortSignal): Promise<void> {
    const { follower, progress } = this.prepared();
    const before = progress.positionOf(batch.partition);
    try {
      await follower.handle(batch, signal);
      this.halted.delete(batch.partition);
      this.standstill?.handled(batch.partition, before);
    } catch (error) {
      if (!signal.aborted) this.halt(batch.partition, error);
      throw error;
    }
  }

  start(): void {
    const { recounter, releaser } = this.prepared();
    recounter.start();
    releaser.start();
  }

  notReady(): string | null {
    const halted = this.whyHalted();
    if (halted !== null) return halted;
    if (!this.caughtUp) return `the views are being folded from the journal${percentOf(this.folding)}`;
    const { progress } = this.prepared();
    const heardAtMs = Math.max(
      Math.min(...Array.from({ length: progress.partitions }, (_, partition) => progress.of(partition).heardAtMs)),
      this.followingSinceMs ?? 0,
    );
    const silentMs = this.parts.clock.nowMs() - heardAtMs;
    return silentMs > SILENCE_MS ? `nothing was heard from the relay for ${Math.round(silentMs / 1000)} s` : null;
  }

  async standsStill(): Promise<string | null> {
    return (await this.standstill?.reason()) ?? null;
  }

  questsToCount(): number {
    return this.work?.recounter.due ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([this.work?.recounter.close(), this.work?.releaser.close()]);
  }

  private async scan(signal: AbortSignal): Promise<void> {
    const { journal, clock } = this.parts;
    const { applier, progress, generation } = this.prepared();
    await scanToHead(
      {
        journal,
        applier,
        progress,
        clock,
        generation: generation.number,
        moved: (status) => {
          this.tell(status);
        },
      },
      signal,
    );
    this.halted.delete('scan');
  }

  private tell(status: FoldingStatus): void {
    this.folding = status;
    const { clock, log } = this.parts;
    if (clock.nowMs() - this.toldAtMs < TELL_EVERY_MS) return;
    if (this.toldAtMs > 0)
      log.info('folding the views from the journal', { ...status, position: String(status.position) });
    this.toldAtMs = clock.nowMs();
  }

  private whyHalted(): string | null {
    const [first] = this.halted.values();
    return first ?? null;
  }

  private halt(part: 'scan' | number, error: unknown): void {
    const known = error instanceof CatalogueUnreadable || error instanceof StoreUnavailable;
    this.halted.set(part, known ? error.message : 'a batch cannot be brought into the views; the log says why');
  }

  private prepared(): Work {
    if (this.work === undefined) throw new Error('the projector was not prepared');
    return this.work;
  }
}

function percentOf(folding: FoldingStatus | null): string {
  const percent = folding?.percent ?? null;
  return percent === null ? '' : ` (${percent} %)`;
}
