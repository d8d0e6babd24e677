/** The hosts of an accepted batch, read from the quest's stream a listing at a time: many batches may be worked on at once. */
import { decodeQuestEntry, questStream, type Uuid } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal } from '#ports';
import { QuestUnreadable } from './quest-stream.js';

/** In a batch: the listing's revision in the quest's stream, and a host of it. */
export interface HostsPlace {
  readonly revision: number;
  readonly nth: number;
}

/** Where in which stream the batch is listed: from its first listing up to its acceptance, by revision. */
export interface ListedBatch {
  readonly quest: QuestId;
  readonly batch: Uuid;
  readonly from: number;
  readonly to: number;
}

export class BatchHosts {
  /** Of the listing at the place. */
  private hosts: readonly HostName[] | undefined;

  /** `place`: the hosts before it are left out. */
  constructor(
    private readonly journal: Pick<Journal, 'read'>,
    private readonly batch: ListedBatch,
    private place: HostsPlace = { revision: batch.from, nth: 0 },
  ) {}

  /**
   * The next hosts, each once, at most `most`, the same until {@link pass} is called; none at the batch's end. Rejects with
   * StoreUnavailable and {@link QuestUnreadable}.
   */
  async next(most: number): Promise<readonly HostName[]> {
    for (; this.place.revision < this.batch.to; this.place = { revision: this.place.revision + 1, nth: 0 }) {
      this.hosts ??= await this.listing(this.place.revision);
      const { nth } = this.place;
      if (nth < this.hosts.length) return [...new Set(this.hosts.slice(nth, nth + most))];
      this.hosts = undefined;
    }
    return [];
  }

  /** The next `most` hosts are done with; answers the place behind them. */
  pass(most: number): HostsPlace {
    this.place = { revision: this.place.revision, nth: this.place.nth + most };
    return this.place;
  }

  /** None where the entry is something else, or another batch's. */
  private async listing(revision: number): Promise<readonly HostName[]> {
    const { quest, batch } = this.batch;
    const read = { stream: questStream(quest), direction: 'forwards', from: revision, limit: 1 } as const;
    const [[stored] = []] = await this.journal.read([read]);
    if (stored === undefined)
      throw new Error(`the journal has shown entry ${revision} of quest ${quest} and now lacks it`);
    const decoded = decodeQuestEntry(stored);
    if (!decoded.ok) throw new QuestUnreadable(quest, revision, decoded.reason);
    const { entry } = decoded;
    return entry.kind === 'QuestHostsListed' && entry.batch === batch ? entry.hosts : [];
  }
}
