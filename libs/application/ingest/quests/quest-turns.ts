/**
 * The quests that are being embarked, in turns of a chunk of hosts. Of each only one listing of its hosts is held, so that
 * there may be many, and a quest of a few hosts ends soon, however large the others are.
 */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal } from '#ports';
import type { Log } from '../../log.js';
import { BACKGROUND } from '../holders.js';
import { embarkingBatch, type EmbarkingBatch } from './acceptance.js';
import { BatchHosts, type HostsPlace } from './batch-hosts.js';
import { NoRoom, type Embarker } from './embarker.js';
import type { KnownQuests } from './known-quests.js';
import type { Pace } from './pace.js';
import { QuestUnreadable, type QuestStream } from './quest-stream.js';
import type { UnfinishedQuests } from './unfinished.js';

/** Hosts that are logged together. Others wait for all of them: for the loop, for the disk, and in the feed's order. */
export const CHUNK_HOSTS = 100;
/** Quests that have turns at once; the others wait until one of them is over. */
const MAX_AT_ONCE = 100;
/** Batches whose place is kept in mind. */
const MAX_REACHED = 10_000;

export interface TurnsParts {
  readonly journal: Journal;
  readonly known: KnownQuests;
  readonly embarker: Embarker;
  readonly pace: Pace;
  readonly log: Log;
  readonly unfinished: UnfinishedQuests;
  /** Batches that a request is embarking: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

/** A quest and its first batch that is not embarked. */
interface Turn {
  readonly quest: QuestId;
  /** Whether a request of this process has accepted it. */
  readonly isOwn: boolean;
  readonly batch: EmbarkingBatch;
  readonly hosts: BatchHosts;
}

export class QuestTurns {
  /** The next one first. */
  private readonly turns: Turn[] = [];
  /** Of batches that were begun here: the hosts before this place have their event. Of any other each is looked up. */
  private readonly reached = new Map<Uuid, HostsPlace>();

  constructor(private readonly parts: TurnsParts) {}

  /** Whose turn it is. */
  get next(): QuestId | undefined {
    return this.turns[0]?.quest;
  }

  get isFull(): boolean {
    return this.turns.length >= MAX_AT_ONCE;
  }

  has(quest: QuestId): boolean {
    return this.turns.some((turn) => turn.quest === quest);
  }

  /** Gives the quest turns, where hosts of it are left to the background. Rejects with StoreUnavailable. */
  async begin(quest: QuestId): Promise<void> {
    const { journal, known, inline, unfinished } = this.parts;
    // before the quest is read: hosts that are accepted meanwhile call for another look
    const isOwn = unfinished.take(quest);
    try {
      const stream = await this.readable(quest, known.read(quest));
      if (stream === undefined) return;
      const open = stream.batches.filter(({ embarked }) => !embarked);
      const placed = open.find((each) => !inline.has(each.batch));
      if (placed === undefined) {
        if (open.length === 0) unfinished.settle(quest, stream.revision);
        return;
      }
      const { batch, listedAt, revision } = placed;
      const listed = { quest, batch, from: listedAt.revision, to: revision };
      const hosts = new BatchHosts(journal, listed, this.reached.get(batch));
      this.turns.push({ quest, isOwn, batch: embarkingBatch(stream, placed), hosts });
    } catch (error) {
      if (isOwn) unfinished.add(quest);
      throw error;
    }
  }

  /**
   * One turn of the quest whose turn it is: a chunk of its hosts, or the end of its batch, after which it has turns with its
   * next one. Rejects with StoreUnavailable; then the quest has no more turns, except where there was no room.
   */
  async step(): Promise<void> {
    const turn = this.turns.shift();
    if (turn === undefined) return;
    const { quest, isOwn, batch, hosts } = turn;
    try {
      const some = await hosts.next(CHUNK_HOSTS);
      if (some.length === 0) {
        await this.parts.embarker.end(batch);
        this.reached.delete(batch.batch);
      } else {
        await this.parts.pace.step(() => this.parts.embarker.log(batch, some, BACKGROUND));
        const place = hosts.pass(CHUNK_HOSTS);
        if (this.reached.size < MAX_REACHED || this.reached.has(batch.batch)) this.reached.set(batch.batch, place);
        this.turns.push(turn);
        return;
      }
    } catch (error) {
      if (error instanceof NoRoom) this.turns.unshift(turn);
      else if (isOwn) this.parts.unfinished.add(quest);
      throw error;
    }
    await this.begin(quest);
  }

  /** No quest has turns any more; those of this process's requests are unfinished again. */
  clear(): void {
    for (const { quest, isOwn } of this.turns.splice(0)) if (isOwn) this.parts.unfinished.add(quest);
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
