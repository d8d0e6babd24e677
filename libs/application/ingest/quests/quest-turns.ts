/**
 * The quests that are being embarked or ended, in turns of a chunk of hosts: the principals that decided it alternate, and then the quests
 * of each. Of each quest only one listing of its hosts is held, so that there may be many, and a quest of a few hosts ends
 * soon, however large the others are.
 */
import { FairQueue, questStream, turn, type Uuid } from '#contracts';
import type { QuestAbandoned, QuestEntry, QuestId } from '#domain';
import { mayHaveMore, type Journal } from '#ports';
import type { Log } from '../../log.js';
import { mostOfOne } from '../../share.js';
import { NoRoom } from '../appending/no-room.js';
import { BatchHosts, type HostsPlace } from './batch-hosts.js';
import type { KnownQuests } from './known-quests.js';
import { QuestUnreadable, type QuestStream } from './quest-stream.js';
import { taskOf, type Task, type TaskParts } from './quest-tasks.js';
import type { HeldQuest, UnfinishedQuests } from './unfinished.js';

/** Hosts that are logged together. Others wait for all of them: for the loop, for the disk, and in the feed's order. */
export const CHUNK_HOSTS = 100;
/** Quests that have turns at once, and of them one holder's; the others wait until one of them is over. */
const MAX_AT_ONCE = 100;
const MOST_OF_ONE = mostOfOne(MAX_AT_ONCE);
/** Entries that are read at once of what came since. */
const PAGE = 16;
const ABANDONED: QuestAbandoned['kind'] = 'QuestAbandoned';
/** What does not wait for the end of a batch. */
const URGENT: readonly QuestEntry['kind'][] = ['QuestLaborsAccepted', 'QuestRemovalAccepted'];
/** Tasks whose place is kept in mind. */
const MAX_REACHED = 10_000;

export interface TurnsParts extends TaskParts {
  readonly journal: Journal;
  readonly known: KnownQuests;
  readonly log: Log;
  readonly unfinished: UnfinishedQuests;
}

/** A quest and the first thing that must be done; its holder is the principal who decided that. */
interface Turn extends HeldQuest {
  /** Whether a request of this process has decided it. */
  readonly isOwn: boolean;
  readonly task: Task;
  readonly hosts: BatchHosts;
  /** Adoptions and removals that requests were carrying out when it began: what they leave comes first. */
  readonly inline: readonly Uuid[];
  /** The last revision of the quest's stream that was seen. */
  seen: number;
}

/**
 * `over`: the task has no more to do, as where the quest was abandoned, by whichever process. `urgent`: the quest has accepted
 * labors or a removal, or a request is done with carrying some out.
 */
type News = 'over' | 'urgent';

export class QuestTurns {
  private readonly turns = new FairQueue<Turn>();
  /** Of tasks that were begun here: the hosts before this place are done with. Of any other each is looked up. */
  private readonly reached = new Map<Uuid, HostsPlace>();

  constructor(private readonly parts: TurnsParts) {}

  /** Whose turn it is. */
  get next(): QuestId | undefined {
    return this.turns.next?.item.quest;
  }

  get isFull(): boolean {
    return this.turns.size >= MAX_AT_ONCE;
  }

  /** Whether the holder may have turns for one more quest. */
  hasRoom(holder: string): boolean {
    return !this.isFull && this.turns.sizeOf(holder) < MOST_OF_ONE;
  }

  has(quest: QuestId): boolean {
    for (const [, turns] of this.turns.inTurn()) for (const turn of turns) if (turn.quest === quest) return true;
    return false;
  }

  /**
   * Gives the quest turns, where hosts of it are left to the background, and where the holder of its batch has room for one
   * more; where not, it is unfinished under this holder. `holder`: what is known of that before the quest is read. Rejects
   * with StoreUnavailable.
   */
  async begin({ quest, holder: supposed }: HeldQuest): Promise<void> {
    const { journal, known, unfinished } = this.parts;
    // before the quest is read: hosts that are accepted meanwhile call for another look
    const isOwn = unfinished.take(quest);
    try {
      const stream = await this.readable(quest, known.read(quest));
      if (stream === undefined) return;
      const task = taskOf(this.parts, stream);
      if (task === undefined) {
        const { batches, adoptions, removals } = stream;
        const isCarried =
          batches.every(({ embarked }) => embarked) && [...adoptions, ...removals].every((each) => each.isCarried);
        const isDone = stream.abandonment !== undefined || isCarried;
        if (isDone) unfinished.settle(quest, stream.revision);
        return;
      }
      const { id, holder, listed } = task;
      if (!this.hasRoom(holder)) {
        unfinished.add({ quest, holder });
        return;
      }
      const hosts = new BatchHosts(journal, listed, this.reached.get(id));
      if (!isOwn) await task.resume();
      const pending = [
        ...stream.adoptions.flatMap(({ adoption, isCarried }) => (isCarried ? [] : [adoption])),
        ...stream.removals.flatMap(({ removal, isCarried }) => (isCarried ? [] : [removal])),
      ];
      const inline = pending.filter((each) => this.parts.inline.has(each));
      this.turns.put(holder, { quest, holder, isOwn, task, hosts, inline, seen: stream.revision });
    } catch (error) {
      if (isOwn) unfinished.add({ quest, holder: supposed });
      throw error;
    }
  }

  /**
   * One turn of the quest whose turn it is: a chunk of its hosts, or the end of its task, after which it has turns with its
   * next one; so it has where it adopts labors or takes hosts out meanwhile, and its task continues later. Rejects with StoreUnavailable; then the
   * quest has no more turns, except where there was no room.
   */
  async step(): Promise<void> {
    const current = this.turns.next?.item;
    if (current === undefined) return;
    const { holder, isOwn, task, hosts } = current;
    let news: News | undefined = 'over';
    try {
      if (!hosts.isAtEnd) news = await this.newsOf(current);
      if (news === 'over') {
        await task.end();
        this.reached.delete(task.id);
      } else {
        // requests that came meanwhile have their turn
        await turn();
        for (const some of await hosts.next(CHUNK_HOSTS)) await task.log(some);
        const place = hosts.pass();
        if (this.reached.size < MAX_REACHED || this.reached.has(task.id)) this.reached.set(task.id, place);
      }
    } catch (error) {
      if (error instanceof NoRoom) throw error;
      this.turns.take();
      if (isOwn) this.parts.unfinished.add(current);
      throw error;
    }
    this.turns.take();
    if (news === 'over') await this.begin(current);
    else if (news === 'urgent') await this.beginAgain(current);
    else this.turns.put(holder, current);
  }

  /** Before its task is over: that it is this process's, and that more of it was left meanwhile, stays in mind. */
  private async beginAgain(current: Turn): Promise<void> {
    const { unfinished } = this.parts;
    const isAdded = unfinished.has(current.quest);
    if (current.isOwn) unfinished.add(current);
    await this.begin(current);
    if (isAdded) unfinished.add(current);
  }

  /** What came since its last turn; reads it. */
  private async newsOf(current: Turn): Promise<News | undefined> {
    if (current.task.isFinal) return undefined;
    const { journal, inline } = this.parts;
    const limit = Math.min(PAGE, journal.maxReadEntries);
    let news: News | undefined = current.inline.every((id) => inline.has(id)) ? undefined : 'urgent';
    for (;;) {
      const from = current.seen + 1;
      const [page = []] = await journal.read([
        { stream: questStream(current.quest), direction: 'forwards', from, limit },
      ]);
      if (page.some(({ type }) => type === ABANDONED)) return 'over';
      if (page.some(({ type }) => (URGENT as readonly string[]).includes(type))) news = 'urgent';
      current.seen = page.at(-1)?.revision ?? current.seen;
      if (!mayHaveMore(page, limit, journal)) return news;
    }
  }

  /** No quest has turns any more; those of this process's requests are unfinished again. */
  clear(): void {
    for (let turn = this.turns.take(); turn !== undefined; turn = this.turns.take()) {
      if (turn.isOwn) this.parts.unfinished.add(turn);
    }
  }

  /** A quest that cannot be read waits for the version that can read it (P4): logged once, and no other quest waits for it. */
  private async readable(quest: QuestId, reading: Promise<QuestStream>): Promise<QuestStream | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof QuestUnreadable)) throw error;
      if (!this.parts.unfinished.isSettled(quest, error.revision)) {
        this.parts.log.error('a quest cannot be read, and is not embarked', { quest, err: error });
      }
      this.parts.unfinished.settle(quest, error.revision);
      return undefined;
    }
  }
}
