/**
 * Embarking in the background: brings every accepted batch to its end, also those that a crash or another process has left.
 * It knows of them from this process's requests and from the views; the quest's stream has the last word.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable, type Journal, type ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import { LEASE_POLL_MS, type Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { BACKGROUND } from '../holders.js';
import { acceptedHosts } from './acceptance.js';
import { NoRoom, type Embarker } from './embarker.js';
import { QuestUnreadable, readQuest, type QuestStream } from './quest-stream.js';
import { UnfinishedQuests } from './unfinished.js';

/** Between two rounds while no request of this process calls. */
const IDLE_MS = 5000;
/** Batches whose place is kept in mind. */
const MAX_REACHED = 10_000;
const FAILED: Pauses = { firstMs: 100, longestMs: 5000 };
export interface BackgroundParts {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly views: Pick<ViewsReader, 'freshness' | 'quests'>;
  readonly embarker: Embarker;
  readonly lease: Lease;
  readonly log: Log;
  /** Batches that a request is embarking: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

export class BackgroundEmbarking {
  /** Why the last round came to nothing. */
  private problem: string | null = null;
  /** Rounds that failed since something was embarked. */
  private failures = 0;
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private woken = false;
  private running: Promise<void> | undefined;
  /** Of batches that were begun here: the hosts before this place have their event. Of any other each is looked up. */
  private readonly reached = new Map<Uuid, number>();
  /** Whether a quest has failed in this round. */
  private isHeldUp = false;

  private readonly unfinished: UnfinishedQuests;

  constructor(private readonly parts: BackgroundParts) {
    this.unfinished = new UnfinishedQuests(parts.views, parts.log);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Begins a round at once, with this quest. */
  wake(quest: QuestId): void {
    this.unfinished.add(quest);
    this.woken = true;
    this.pause.abort();
  }

  /** Why quests are not being embarked, as a sentence; null where they are, and where only the views are away. */
  notReady(): string | null {
    return this.problem;
  }

  /** Why quests that others have left are not embarked now, as a sentence; null where they are. */
  withheld(): string | null {
    return this.unfinished.withheld();
  }

  /** Ends after the chunk in flight; the rest is resumed at the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      let restMs: number;
      try {
        restMs = await this.round();
        this.succeed();
      } catch (error) {
        this.failures += 1;
        restMs = pauseMs(this.failures, FAILED);
        if (!(error instanceof NoRoom)) this.report(error);
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

  private succeed(): void {
    if (this.isHeldUp) return;
    this.failures = 0;
    this.problem = null;
  }

  /** Once for each reason. */
  private report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `quests are not being embarked: ${reason}`;
    if (problem === this.problem) return;
    this.problem = problem;
    if (error instanceof StoreUnavailable) this.parts.log.warn('embarking in the background waits', { reason });
    else this.parts.log.error('embarking in the background failed', { err: error });
  }

  /** Answers for how long to rest. */
  private async round(): Promise<number> {
    const { timeline, lease } = this.parts;
    // so that what is logged here does not go by a catalogue that another process has changed
    await timeline.refreshReadable();
    let restMs = IDLE_MS;
    let failure: unknown;
    this.isHeldUp = false;
    for await (const quest of this.unfinished.all()) {
      try {
        if (await this.embarkAll(quest)) continue;
        restMs = LEASE_POLL_MS;
        this.unfinished.leaveToOthers();
        break;
      } catch (error) {
        if (error instanceof NoRoom) throw error;
        // one quest that fails must not keep the others waiting
        failure ??= error;
        this.isHeldUp = true;
        this.report(failure);
      }
    }
    await lease.release();
    if (this.isHeldUp) throw failure;
    return restMs;
  }

  /** Whether all was done that is left to the background; false while another process has the lease, and when stopping. */
  private async embarkAll(quest: QuestId): Promise<boolean> {
    let isOwn = false;
    let next: 'done' | 'more' | 'stopped' = 'stopped';
    try {
      do {
        next = 'stopped';
        // before the quest is read: it may be large, and a process without the lease asks often
        if (this.stopping.signal.aborted || !(await this.parts.lease.hold())) break;
        // before, too: hosts that are accepted meanwhile call for another look
        if (this.unfinished.take(quest)) isOwn = true;
        next = await this.embarkNext(quest);
      } while (next === 'more');
      return next === 'done';
    } finally {
      if (isOwn && next !== 'done') this.unfinished.add(quest);
    }
  }

  /** One batch of the quest; `done` where none is left to the background. */
  private async embarkNext(quest: QuestId): Promise<'done' | 'more' | 'stopped'> {
    const { journal, embarker, inline } = this.parts;
    const stream = await this.readable(quest, readQuest(journal, quest));
    if (stream === undefined) return 'done';
    const open = stream.batches.filter(({ embarked }) => !embarked);
    const batch = open.find((each) => !inline.has(each.batch));
    if (batch === undefined) {
      if (open.length === 0) this.unfinished.settle(quest, stream.revision);
      return 'done';
    }
    const first = this.reached.get(batch.batch) ?? 0;
    const mayGoOn = async (place: number): Promise<boolean> => {
      if (place > first) this.succeed();
      if (this.reached.size < MAX_REACHED) this.reached.set(batch.batch, place);
      // requests that came meanwhile have their turn
      await nextTurn();
      return !this.stopping.signal.aborted && this.parts.lease.hold();
    };
    if ((await embarker.embark(acceptedHosts(stream, batch), BACKGROUND, first, mayGoOn)) === undefined)
      return 'stopped';
    this.reached.delete(batch.batch);
    return 'more';
  }

  /** A quest that cannot be read waits for the version that can read it (P4): logged once, and no other quest waits for it. */
  private async readable(quest: QuestId, reading: Promise<QuestStream>): Promise<QuestStream | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof QuestUnreadable)) throw error;
      if (!this.unfinished.isSettled(quest, error.revision)) {
        this.parts.log.error('a quest cannot be read, and is not embarked', { quest, err: error });
      }
      this.unfinished.settle(quest, error.revision);
      return undefined;
    }
  }
}
