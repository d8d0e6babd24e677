/** Which quests have hosts without their event, or without their end: those of this process's requests, and those that a crash or another process has left, as the views know them. */
import { DOCUMENTS_VERSION, FairQueue, type QuestDocument, type QuestRecord } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable, type ViewsReader } from '#ports';
import type { Log } from '../../log.js';
import { mostOfOne } from '../../share.js';
import { holderOfPrincipal } from '../holders.js';

const PAGE = 100;
/** Quests of this process's requests that are kept in mind, and of them one holder's; the views know of the others. */
const MAX_ACCEPTED = 10_000;
const MOST_OF_ONE = mostOfOne(MAX_ACCEPTED);
/** Quests of which it is kept in mind that nothing was left to do: of any other the stream is read once more. */
const MAX_SETTLED = 10_000;

type QuestViews = Pick<ViewsReader, 'freshness' | 'unfinishedQuests'>;

/** A quest, and whose turns it has: the principal's who has accepted its batch, or the quest, where only the views know of it. */
export interface HeldQuest {
  readonly quest: QuestId;
  readonly holder: string;
}

export class UnfinishedQuests {
  private readonly accepted = new FairQueue<QuestId>();
  private readonly holders = new Map<QuestId, string>();
  /** Up to which revision of its stream a quest has nothing left to do here, while the views still show it. */
  private readonly settled = new Map<QuestId, number>();
  /** Why the views could not be asked. */
  private viewsAway: string | null = null;

  constructor(
    private readonly views: QuestViews,
    private readonly log: Log,
  ) {}

  /** One that a request of this process has accepted, or that was taken and is not finished. */
  add({ quest, holder }: HeldQuest): void {
    const isFull = this.accepted.size >= MAX_ACCEPTED || this.accepted.sizeOf(holder) >= MOST_OF_ONE;
    if (isFull || this.holders.has(quest)) return;
    this.holders.set(quest, holder);
    this.accepted.put(holder, quest);
  }

  /** Whether it was added, and not taken since. */
  has(quest: QuestId): boolean {
    return this.holders.has(quest);
  }

  /** Whether it was added. Before the quest is read, so that hosts which are accepted meanwhile add it again. */
  take(quest: QuestId): boolean {
    const holder = this.holders.get(quest);
    if (holder === undefined) return false;
    this.holders.delete(quest);
    this.accepted.pass(holder);
    return this.accepted.remove(holder, quest);
  }

  /** The quests that were added and not taken, by holder: who comes first had none of his taken for the longest time. */
  added(): ReturnType<FairQueue<QuestId>['inTurn']> {
    return this.accepted.inTurn();
  }

  /** The quests that the views show; none where the views cannot be asked. Rejects with StoreUnavailable of other stores. */
  async *left(): AsyncGenerator<HeldQuest, void> {
    try {
      for await (const { quest, revision, state } of unfinishedQuests(this.views)) {
        this.viewsAway = null;
        if (!this.isSettled(quest, revision)) yield { quest, holder: holderOfPrincipal(state?.principal ?? null) };
      }
      this.viewsAway = null;
    } catch (error) {
      if (!(error instanceof StoreUnavailable && error.store === 'views')) throw error;
      const { reason } = error;
      if (this.viewsAway === null) this.log.warn('quests that others have left wait for the views', { reason });
      this.viewsAway = `quests that other processes have left are not being embarked: the views are away (${reason})`;
    }
  }

  /** Nothing is left to do up to this revision of its stream. */
  settle(quest: QuestId, revision: number): void {
    this.settled.delete(quest);
    this.settled.set(quest, revision);
    for (const oldest of this.settled.keys()) {
      if (this.settled.size <= MAX_SETTLED) return;
      this.settled.delete(oldest);
    }
  }

  isSettled(quest: QuestId, revision: number): boolean {
    return revision <= (this.settled.get(quest) ?? -1);
  }

  /** Another process embarks, and asks the views. */
  leaveToOthers(): void {
    this.viewsAway = null;
  }

  /** Why quests that others have left are not embarked now, as a sentence; null where they are. */
  withheld(): string | null {
    return this.viewsAway;
  }
}

/**
 * By number, page by page. The views may be behind: the quest's stream has the last word. Nothing where they are being
 * rebuilt and nothing is served meanwhile. Rejects with StoreUnavailable.
 */
async function* unfinishedQuests(views: QuestViews): AsyncGenerator<QuestRecord, void> {
  for (let after: QuestId | null = null; ;) {
    // looked up for each page: between two of them another generation may be served, and this one dropped
    const freshness = await views.freshness(DOCUMENTS_VERSION);
    if (freshness === undefined) return;
    const found: readonly QuestDocument[] = await views.unfinishedQuests(freshness.generation.number, after, PAGE);
    for (const { record } of found) if (record !== null) yield record;
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE) return;
    after = last.quest;
  }
}
