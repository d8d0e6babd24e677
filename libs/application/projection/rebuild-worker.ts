/**
 * Carries recorded rebuilds out, one at a time and by one process: the one that holds the lease. It looks for them all the
 * time, so that a rebuild that another process has left goes on here, and ends at once where one is cancelled anywhere.
 */
import { DOCUMENTS_VERSION } from '#contracts';
import { FOLD_VERSION } from '#domain';
import { StoreUnavailable } from '#ports';
import { instantNow } from '../clock.js';
import { LEASE_POLL_MS } from '../leases/lease.js';
import { whileHeld } from '../leases/while-held.js';
import { pauseMs, sleep } from '../pauses.js';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { isLoading } from '../replay/ended-load.js';
import { SplitDiskFull } from '../replay/splitting/disk.js';
import { removeSplit } from '../replay/splitting/split.js';
import { activated, cancelled, isOfBuild, isOver, type RebuildJob } from '../operating/rebuild-job.js';
import { jobFoundBy } from '../operating/rebuild-records.js';
import { AbandonedLoads } from './abandoned-loads.js';
import { RebuildWork, type RebuildNote, type RebuildWorkParts } from './rebuild-work.js';

const PAUSES = { firstMs: 100, longestMs: 5000 };
/** How often the record is looked at, and how far the work is is written there. */
const LOOK_EVERY_MS = 1000;

/** How often it looks for loads that nobody continues, while no job is due. */
const ABANDONED_EVERY_MS = 60_000;
/** So long a process whose disk does not hold the split leaves the lease to others. */
const AWAY_MS = 60_000;
/** So long one without a disk for it leaves a generation alone that others have begun to load. */
const LEFT_ALONE_MS = 5 * 60_000;

const BUILD = { documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION };

export class RebuildWorker {
  private running: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;
  /** Aborts the pause between two looks. */
  private pause = new AbortController();
  /** Until then a job is left to others. */
  private awayUntilMs = -Infinity;
  /** Since when nobody has continued what is loading, as this process has seen it. */
  private leftSinceMs: number | undefined;

  private readonly abandoned: AbandonedLoads;
  private lookedAtMs = -Infinity;

  constructor(private readonly parts: RebuildWorkParts) {
    this.abandoned = new AbandonedLoads(parts);
  }

  /** Only while a generation is followed: what else rebuilds views holds the same lease in the same process. */
  start(): void {
    if (this.running !== undefined) return;
    const ending = new AbortController();
    this.running = { ending, ended: this.run(ending.signal) };
  }

  /** Resolves once nothing is done any more. It may be started again. */
  async close(): Promise<void> {
    const { running } = this;
    running?.ending.abort();
    this.wake();
    await running?.ended;
    if (this.running === running) this.running = undefined;
  }

  /** The record has changed: it looks at once. */
  wake(): void {
    this.pause.abort();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { lease, log } = this.parts;
    for (let failures = 0; !signal.aborted;) {
      let job: RebuildJob | undefined;
      try {
        job = await this.due();
        if (job === undefined) {
          await lease.release();
          await this.lookForAbandoned();
        } else if ((await this.mayTake(job)) && (await lease.hold())) {
          await this.carryOut(job, signal);
          failures = 0;
          continue;
        }
        failures = 0;
        await this.rest(job === undefined ? LOOK_EVERY_MS : LEASE_POLL_MS);
      } catch (error) {
        failures += 1;
        log.error('a rebuild does not go on; it will be tried again', { id: job?.id ?? null, err: error });
        if (job !== undefined) await this.noteTrouble(job, troubleOf(error));
        if (error instanceof SplitDiskFull) await this.giveWay();
        await this.rest(pauseMs(failures, PAUSES));
      }
    }
  }

  /** That of a later build is left alone, unless what it has made must be removed. */
  private async due(): Promise<RebuildJob | undefined> {
    const job = await jobFoundBy(this.parts.records, BUILD);
    return job !== undefined && (job.state === 'cancelling' || isOfBuild(job, BUILD)) ? job : undefined;
  }

  /** Here, since the lease of this process has one user at a time. */
  private async lookForAbandoned(): Promise<void> {
    const nowMs = this.nowMs();
    if (nowMs - this.lookedAtMs < ABANDONED_EVERY_MS) return;
    this.lookedAtMs = nowMs;
    try {
      await this.abandoned.look();
    } catch (error) {
      this.parts.log.warn('loads that nobody continues cannot be looked for; it will be tried again', { err: error });
    }
  }

  /** Whether no other process should have it first: one that has room for the split, or that can continue what is loaded. */
  private async mayTake({ kind, state }: RebuildJob): Promise<boolean> {
    if (state === 'cancelling') return true;
    const nowMs = this.nowMs();
    if (nowMs < this.awayUntilMs) return false;
    const { views, replayFolder, lease } = this.parts;
    if (kind === 'roll-back' || replayFolder !== undefined) return true;
    const isLeft = (await views.control.generations()).some(isLoading) && (await lease.isIdle());
    this.leftSinceMs = isLeft ? (this.leftSinceMs ?? nowMs) : undefined;
    return this.leftSinceMs === undefined || nowMs - this.leftSinceMs >= LEFT_ALONE_MS;
  }

  /** Another process may have the room that this one lacks. */
  private async giveWay(): Promise<void> {
    this.awayUntilMs = this.nowMs() + AWAY_MS;
    try {
      await this.parts.lease.release();
    } catch (error) {
      this.parts.log.warn('the lease of rebuilding could not be given back; it ends by itself', { err: error });
    }
  }

  private nowMs(): number {
    return (this.parts.monotonicMs ?? (() => performance.now()))();
  }

  private async carryOut(job: RebuildJob, signal: AbortSignal): Promise<void> {
    const { lease } = this.parts;
    if (job.state === 'cancelling') {
      await this.remove(job);
      return;
    }
    const work = new RebuildWork(this.parts, job);
    const stop = new AbortController();
    await whileHeld(lease, AbortSignal.any([signal, stop.signal]), async (held) => {
      const over = new AbortController();
      const watching = this.watch(job, work, stop, over.signal);
      // reported when it is awaited
      watching.catch(() => {
        stop.abort();
      });
      try {
        await work.run(held);
      } catch (error) {
        // what was removed is missed
        if (!held.aborted) throw error;
      } finally {
        over.abort();
        this.wake();
        await watching;
      }
    });
  }

  /** Writes how far the work is, and sees what it is asked to do. While the journal is away, the work goes on. */
  private async watch(job: RebuildJob, work: RebuildWork, stop: AbortController, over: AbortSignal): Promise<void> {
    let written: RebuildNote | undefined;
    while (!over.aborted) {
      let { note } = work;
      try {
        const now = await this.parts.records.update(job.id, (before) => {
          // as it is when the record is read: the work changes the state in both
          ({ note } = work);
          const isLeft = isOver(before.state) || before.state === 'cancelling' || note === written;
          return isLeft ? before : { ...before, ...note };
        });
        written = note;
        if (now?.isActivationAsked === true) work.askActivation();
        if (now === undefined || now.state === 'cancelling' || now.state === 'cancelled') stop.abort();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
      await this.rest(LOOK_EVERY_MS);
    }
  }

  /** What the job has made; call it under the lease. */
  private async remove(job: RebuildJob): Promise<void> {
    const { views, records, replayFolder, clock, log } = this.parts;
    const { control } = views;
    const current = await control.current(job.documentsVersion);
    const isServed = job.generation !== null && job.generation === current;
    if (!isServed && job.kind === 'rebuild') {
      for (const generation of await control.generations()) {
        // no other process makes one: that would need the lease
        const isMade = isOfBuild(generation, job) && generation.state !== 'ready' && generation.number !== current;
        if (isMade) await control.dropGeneration(generation.number);
      }
    }
    if (replayFolder !== undefined) await removeSplit(replayFolder);
    const now = instantNow(clock);
    await records.update(job.id, (before) => {
      if (before.state !== 'cancelling') return before;
      return isServed ? activated(before, now) : cancelled(before, before.trouble, now);
    });
    const outcome = isServed ? 'a rebuild that was cancelled is served already' : 'a rebuild is cancelled';
    log.info(outcome, { id: job.id, generation: job.generation });
  }

  private async noteTrouble({ id }: RebuildJob, trouble: string): Promise<void> {
    const { records, log } = this.parts;
    try {
      await records.update(id, (job) => (isOver(job.state) || job.trouble === trouble ? job : { ...job, trouble }));
    } catch (error) {
      log.warn('why a rebuild does not go on could not be recorded', { id, err: error });
    }
  }

  /** Until then, or {@link wake}, which may have come before. */
  private async rest(ms: number): Promise<void> {
    await sleep(ms, this.pause.signal);
    if (this.pause.signal.aborted) this.pause = new AbortController();
  }
}

/** For operators; the log has the rest. */
function troubleOf(error: unknown): string {
  const isKnown =
    error instanceof StoreUnavailable || error instanceof StreamUnreadable || error instanceof SplitDiskFull;
  return isKnown ? error.message : 'the views cannot be rebuilt; the log says why';
}
