/**
 * Embarking and ending quests in the background, adopting labors and taking hosts out: brings every accepted batch, adoption, removal and abandonment to its end, also those that a crash or another process has left.
 * It knows of them from this process's requests and from the views; the quest's stream has the last word. Quests have turns
 * of a chunk of hosts, so that no quest waits for the end of another, and no principal's quests have them all.
 */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { BackgroundLoop, type BackgroundTask, type NextTurn } from '../background-loop.js';
import type { Adopter } from './adopter.js';
import type { Embarker } from './embarker.js';
import type { EmbarkingTypes } from './embarking-types.js';
import type { Ender } from './ender.js';
import type { KnownQuests } from './known-quests.js';
import { QuestTurns } from './quest-turns.js';
import type { Remover } from './remover.js';
import { UnfinishedQuests, type HeldQuest } from './unfinished.js';

/** At most this many quests that the views show, and that get no turns now, are looked at before the next turn. */
const LOOKS_PER_TURN = 100;

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
  readonly lease: Pick<Lease, 'hold' | 'release'>;
  readonly log: Log;
  /** Batches, adoptions and removals that a request is carrying out: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

export class BackgroundEmbarking {
  private readonly unfinished: UnfinishedQuests;
  private readonly loop: BackgroundLoop<QuestId>;

  constructor(parts: BackgroundParts) {
    this.unfinished = new UnfinishedQuests(parts.views, parts.log);
    const turns = new QuestTurns({ ...parts, unfinished: this.unfinished });
    const words = {
      waits: 'embarking in the background waits',
      failed: 'embarking in the background failed',
      lease: 'the lease of embarking',
    };
    this.loop = new BackgroundLoop(new Embarking(parts.timeline, this.unfinished, turns), { ...parts, words });
  }

  start(): void {
    this.loop.start();
  }

  /** This quest, of which `holder` has accepted hosts, has its turns from now on. */
  wake(quest: QuestId, holder: string): void {
    this.unfinished.add({ quest, holder });
    this.loop.wake();
  }

  /** Why quests are not being embarked, as a sentence; null where they are, and where only the views are away. */
  notReady(): string | null {
    const { problem } = this.loop;
    return problem === null ? null : `quests are not being embarked: ${problem}`;
  }

  /** Why quests that others have left are not embarked now, as a sentence; null where they are. */
  withheld(): string | null {
    return this.unfinished.withheld();
  }

  /** Ends after the chunk in flight; the rest is resumed at the next start. */
  close(): Promise<void> {
    return this.loop.close();
  }
}

class Embarking implements BackgroundTask<QuestId> {
  /** Of what others have left, what was not looked at in this round. */
  private left: AsyncGenerator<HeldQuest, void>;
  /** A quest that has no turns yet and one that has them alternate. */
  private isNewcomersTurn = true;

  constructor(
    private readonly timeline: CatalogueTimeline,
    private readonly unfinished: UnfinishedQuests,
    private readonly turns: QuestTurns,
  ) {
    this.left = unfinished.left();
  }

  async begin(): Promise<void> {
    // so that what is logged here does not go by a catalogue that another process has changed
    await this.timeline.refreshReadable();
    this.left = this.unfinished.left();
  }

  async next(isHeldUp: (quest: QuestId) => boolean): Promise<NextTurn<QuestId> | undefined> {
    const { turns } = this;
    const { next } = turns;
    const mayBegin = !turns.isFull && (this.isNewcomersTurn || next === undefined);
    const newcomer = mayBegin ? await this.newcomer(isHeldUp) : undefined;
    this.isNewcomersTurn = newcomer === undefined;
    if (newcomer !== undefined)
      return { id: newcomer.quest, work: () => turns.begin(newcomer).then(() => 'begun' as const) };
    return next === undefined ? undefined : { id: next, work: () => turns.step().then(() => 'advanced' as const) };
  }

  hasMore(): boolean {
    return this.turns.next !== undefined;
  }

  leave(): void {
    this.turns.clear();
    this.unfinished.leaveToOthers();
  }

  /** A quest that has no turns yet, of a holder who has room for it; where none is found soon, the search continues before the next turn. */
  private async newcomer(isHeldUp: (quest: QuestId) => boolean): Promise<HeldQuest | undefined> {
    const isNew = (quest: QuestId): boolean => !this.turns.has(quest) && !isHeldUp(quest);
    for (const [holder, quests] of this.unfinished.added()) {
      if (!this.turns.hasRoom(holder)) continue;
      for (const quest of quests) if (isNew(quest)) return { quest, holder };
    }
    for (let looks = 0; looks < LOOKS_PER_TURN || this.turns.next === undefined; looks += 1) {
      const next = await this.left.next();
      if (next.done === true) return undefined;
      if (this.turns.hasRoom(next.value.holder) && isNew(next.value.quest)) return next.value;
    }
    return undefined;
  }
}
