/**
 * Embarking and ending quests in the background, adopting labors and taking hosts out: brings every accepted batch, adoption, removal and abandonment to its end, also those that a crash or another process has left.
 * It knows of them from this process's requests and from the views; the quest's stream has the last word. Quests have turns
 * of a chunk of hosts, so that no quest waits for the end of another, and no principal's quests have them all.
 */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable, type Journal, type ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import { LEASE_POLL_MS, type Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { Adopter } from './adopter.js';
import type { Embarker } from './embarker.js';
import type { EmbarkingTypes } from './embarking-types.js';
import type { Ender } from './ender.js';
import type { KnownQuests } from './known-quests.js';
import { NoRoom } from './on-hosts.js';
import { QuestTurns } from './quest-turns.js';
import type { Remover } from './remover.js';
import { UnfinishedQuests, type HeldQuest } from './unfinished.js';

/** Between two rounds while no request of this process calls. A round ends after this time; what is not finished continues in the next. */
const IDLE_MS = 5000;
/** At most this many quests that the views show, and that get no turns now, are looked at before the next turn. */
const LOOKS_PER_TURN = 100;
const FAILED: Pauses = { firstMs: 100, longestMs: 5000 };

export interface BackgroundParts {
  readonly journal: Journal;
  readonly known: KnownQuests;
  readonly timeline: CatalogueTimeline;
  readonly views: Pick<ViewsReader, 'freshness' | 'unfinishedQuests'>;
  readonly embarker: Embarker;
  readonly ender: Ender;
  readonly adopter: Adopter;
  readonly remover: Remover;
  readonly types: EmbarkingTypes;
  readonly lease: Lease;
  readonly log: Log;
  /** Batches, adoptions and removals that a request is carrying out: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

export class BackgroundEmbarking {
  /** Why something is not embarked. */
  private problem: string | null = null;
  /** Rounds in which something failed, since all went well. */
  private failures = 0;
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private woken = false;
  private running: Promise<void> | undefined;
  /** The quests that failed in this round, which are not tried again in it; and those of the one before. A round's time bounds them. */
  private heldUp = new Set<QuestId>();
  private heldUpBefore = new Set<QuestId>();

  private readonly unfinished: UnfinishedQuests;
  private readonly turns: QuestTurns;

  constructor(private readonly parts: BackgroundParts) {
    this.unfinished = new UnfinishedQuests(parts.views, parts.log);
    this.turns = new QuestTurns({ ...parts, unfinished: this.unfinished });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** This quest, of which `holder` has accepted hosts, has its turns from now on. */
  wake(quest: QuestId, holder: string): void {
    this.unfinished.add({ quest, holder });
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

  /** Something of the quest was embarked: it is not held up. */
  private succeed(quest?: QuestId): void {
    if (quest !== undefined) this.heldUpBefore.delete(quest);
    if (this.heldUp.size + this.heldUpBefore.size > 0) return;
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

  /** Quests have turns until none is left, or the round is over; answers for how long to rest. */
  private async round(): Promise<number> {
    const { timeline, lease } = this.parts;
    // so that what is logged here does not go by a catalogue that another process has changed
    await timeline.refreshReadable();
    const endMs = performance.now() + IDLE_MS;
    const left = this.unfinished.left();
    this.heldUpBefore = this.heldUp;
    this.heldUp = new Set();
    while (!this.stopping.signal.aborted && performance.now() < endMs) {
      const newcomer = this.turns.isFull ? undefined : await this.newcomer(left);
      if (newcomer === undefined && this.turns.next === undefined) break;
      // before a quest is read: it may be large, and a process without the lease asks often
      if (!(await lease.hold())) return this.leaveToOthers();
      if (newcomer !== undefined && !(await this.attempt(newcomer.quest, () => this.turns.begin(newcomer)))) continue;
      const { next } = this.turns;
      if (next !== undefined && (await this.attempt(next, () => this.turns.step()))) this.succeed(next);
    }
    this.heldUpBefore.clear();
    this.succeed();
    if (this.turns.next !== undefined) return 0;
    await lease.release();
    if (this.heldUp.size === 0) return IDLE_MS;
    this.failures += 1;
    return pauseMs(this.failures, FAILED);
  }

  /** A quest that has no turns yet, of a holder who has room for it; where none is found soon, the search continues before the next turn. */
  private async newcomer(left: AsyncGenerator<HeldQuest, void>): Promise<HeldQuest | undefined> {
    const isNew = (quest: QuestId): boolean => !this.turns.has(quest) && !this.heldUp.has(quest);
    for (const [holder, quests] of this.unfinished.added()) {
      if (!this.turns.hasRoom(holder)) continue;
      for (const quest of quests) if (isNew(quest)) return { quest, holder };
    }
    for (let looks = 0; looks < LOOKS_PER_TURN || this.turns.next === undefined; looks += 1) {
      const next = await left.next();
      if (next.done === true) return undefined;
      if (this.turns.hasRoom(next.value.holder) && isNew(next.value.quest)) return next.value;
    }
    return undefined;
  }

  /** Whether the work on the quest came to its end; a failure must not keep the others waiting. Throws where there was no room. */
  private async attempt(quest: QuestId, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof NoRoom) throw error;
      this.heldUp.add(quest);
      this.report(error);
      return false;
    }
  }

  private leaveToOthers(): number {
    this.turns.clear();
    this.unfinished.leaveToOthers();
    this.heldUp.clear();
    this.heldUpBefore.clear();
    this.succeed();
    return LEASE_POLL_MS;
  }
}
