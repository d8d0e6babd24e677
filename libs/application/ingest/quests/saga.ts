/** Embarking in the background: goes through the listed batches, also those that a crash left, until each has its end. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Uuid } from '#contracts';
import { msOfInstant } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { CHUNK_HOSTS, type AcceptedHosts, type Embarker } from './embarker.js';
import type { Lease } from '../../leases/lease.js';
import { listedBatches, unlistBatch, type ListedBatch } from './listing.js';
import { QuestUnreadable, readQuest } from './quest-stream.js';

/** After so long without acceptance a listed batch never will have one (acceptance has its own, shorter limit). */
export const FORGET_AFTER_MS = 60 * 60_000;
/** Between two looks while nothing calls: for what other processes, or a crash, have left. */
const IDLE_MS = 5000;
/** While another process has the lease. */
const LEASED_MS = 500;
const FAILED: Pauses = { firstMs: 100, longestMs: 5000 };

export interface SagaParts {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly embarker: Embarker;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly log: Log;
  /** Batches that a request is embarking: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

export class QuestSaga {
  /** Why the last round came to nothing. */
  private problem: string | null = null;
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private woken = false;
  private running: Promise<void> | undefined;
  /** How many hosts of a batch have their event for certain; what a crash forgets is looked up host by host. */
  private readonly logged = new Map<Uuid, number>();
  /** Batches of quests that this version cannot read. */
  private readonly unreadable = new Set<Uuid>();

  constructor(private readonly parts: SagaParts) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Begins a round at once. */
  wake(): void {
    this.woken = true;
    this.pause.abort();
  }

  notReady(): string | null {
    return this.problem;
  }

  /** Ends after the chunk under way; what is left goes on at the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      let restMs: number;
      try {
        restMs = await this.round();
        failures = 0;
        this.problem = null;
      } catch (error) {
        failures += 1;
        restMs = pauseMs(failures, FAILED);
        this.tell(error);
      }
      await this.rest(restMs);
    }
    await this.parts.lease.release().catch((error: unknown) => {
      this.parts.log.warn('the lease of embarking could not be given back; it ends by itself', { err: error });
    });
  }

  private async rest(ms: number): Promise<void> {
    this.pause = new AbortController();
    if (this.woken || this.stopping.signal.aborted) return;
    await sleep(ms, this.pause.signal);
  }

  /** Once for each reason. */
  private tell(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `quests are not being embarked: ${reason}`;
    if (problem === this.problem) return;
    this.problem = problem;
    if (error instanceof StoreUnavailable) this.parts.log.warn('embarking in the background waits', { reason });
    else this.parts.log.error('embarking in the background failed', { err: error });
  }

  /** Answers for how long to rest. */
  private async round(): Promise<number> {
    const { journal, timeline, lease, inline } = this.parts;
    // so that what is logged here does not go by a catalogue that another process has changed
    await timeline.refreshReadable();
    const listed = await listedBatches(journal);
    this.forget(listed);
    let restMs = IDLE_MS;
    let defect: Error | undefined;
    for (const each of listed) {
      if (this.stopping.signal.aborted) break;
      if (inline.has(each.batch)) continue;
      try {
        if (!(await this.bringOn(each))) restMs = LEASED_MS;
      } catch (error) {
        // one quest that cannot be read must not keep the others waiting
        if (error instanceof StoreUnavailable) throw error;
        if (this.isUnreadable(each, error)) continue;
        defect ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    await lease.release();
    if (defect !== undefined) throw defect;
    return restMs;
  }

  /** Whether this process could do all that there is to do; false while another has the lease. */
  private async bringOn(listed: ListedBatch): Promise<boolean> {
    const { journal, embarker, lease, clock } = this.parts;
    const { quest, batch, since } = listed;
    // before the quest is read: it may be large, and whoever has no lease looks often
    if (!(await lease.hold())) return false;
    const { state, batches } = await readQuest(journal, quest);
    const found = batches.find((each) => each.batch === batch);
    if (state === null || found === undefined) {
      if (clock.nowMs() - msOfInstant(since) >= FORGET_AFTER_MS) await unlistBatch(journal, batch, since);
      return true;
    }
    if (!found.embarked) {
      const { by, hosts, position, trace } = found;
      const type = await embarker.typeAt(state.type, position);
      const signed = state.creator ?? by;
      const accepted: AcceptedHosts = { quest, batch, type, by: signed, accepted: position, hosts, trace };
      if (!(await this.logAll(accepted))) return false;
      await embarker.end(accepted, by);
    }
    await unlistBatch(journal, batch);
    return true;
  }

  /** From where it left off; false where it has to stop before the end. */
  private async logAll(accepted: AcceptedHosts): Promise<boolean> {
    const { batch, hosts } = accepted;
    for (let first = this.logged.get(batch) ?? 0; first < hosts.length; first += CHUNK_HOSTS) {
      if (this.stopping.signal.aborted || !(await this.parts.lease.hold())) return false;
      await this.parts.embarker.logChunk(accepted, first);
      this.logged.set(batch, first + CHUNK_HOSTS);
      // requests that came meanwhile have their turn
      await nextTurn();
    }
    return true;
  }

  /** A quest that cannot be read waits for the version that can (P4): told once, and nobody else waits for it. */
  private isUnreadable({ quest, batch }: ListedBatch, error: unknown): boolean {
    if (!(error instanceof QuestUnreadable)) return false;
    if (!this.unreadable.has(batch))
      this.parts.log.error('a quest cannot be read, and is not embarked', { quest, err: error });
    this.unreadable.add(batch);
    return true;
  }

  private forget(listed: readonly ListedBatch[]): void {
    const batches = new Set(listed.map(({ batch }) => batch));
    for (const batch of this.logged.keys()) if (!batches.has(batch)) this.logged.delete(batch);
    for (const batch of this.unreadable) if (!batches.has(batch)) this.unreadable.delete(batch);
  }
}
