/**
 * Quests without their hosts, as their streams say. What was read of a quest is kept, so that the next command on it reads
 * what came since: the stream of a large quest has some hundred entries of thousands of hosts.
 */
import { questStream } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal } from '#ports';
import type { Subject } from '../deciding/decide-on.js';
import { foldOn, NO_HOSTS, QuestFold, questName, QuestUnreadable, type QuestStream } from './quest-stream.js';

/** Quests that are kept, those used last; and of one the most entries, places of listings and carried decisions, without hosts. */
const MAX_QUESTS = 100;
const MAX_SIZE = 1500;

export class KnownQuests {
  /** The one used longest ago first. Streams only grow: what was read of one stays true. */
  private readonly folds = new Map<QuestId, QuestFold>();

  constructor(private readonly journal: Journal) {}

  /** As it is now; its batches have no hosts. Rejects with StoreUnavailable and QuestUnreadable. */
  async read(quest: QuestId): Promise<QuestStream> {
    const fold = this.folds.get(quest)?.copy() ?? new QuestFold(quest, NO_HOSTS);
    await foldOn(this.journal, quest, fold);
    this.keep(quest, fold);
    return fold.end();
  }

  /** As {@link read}; none where an entry of it cannot be read. */
  async readable(quest: QuestId): Promise<QuestStream | undefined> {
    try {
      return await this.read(quest);
    } catch (error) {
      if (error instanceof QuestUnreadable) return undefined;
      throw error;
    }
  }

  /** For deciding on the quest. */
  subject(quest: QuestId): Subject<QuestStream> {
    return { journal: this.journal, stream: questStream(quest), name: questName(quest), load: () => this.read(quest) };
  }

  private keep(quest: QuestId, fold: QuestFold): void {
    const known = this.folds.get(quest);
    const further = known !== undefined && known.revision > fold.revision ? known : fold;
    this.folds.delete(quest);
    if (further.size <= MAX_SIZE) this.folds.set(quest, further);
    for (const oldest of this.folds.keys()) {
      if (this.folds.size <= MAX_QUESTS) return;
      this.folds.delete(oldest);
    }
  }
}
