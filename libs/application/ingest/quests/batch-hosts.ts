/** The hosts of a quest's accepted batches, read from its stream a listing at a time: many quests may be worked on at once. */
import { decodeQuestEntry, questStream } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal } from '#ports';
import { QuestUnreadable } from './quest-stream.js';

/** In a quest's stream: the listing's revision, and a host of it. */
export interface HostsPlace {
  readonly revision: number;
  readonly nth: number;
}

/** Where in which stream the batches are listed: from their first listing up to behind the last, by revision. */
export interface ListedBatches {
  readonly quest: QuestId;
  readonly batches: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
}

/** Some hosts of one batch, each once. */
export interface HostsOfBatch {
  readonly batch: string;
  readonly hosts: readonly HostName[];
}

const NONE: HostsOfBatch = { batch: '', hosts: [] };

export class BatchHosts {
  /** At the place. */
  private listing: HostsOfBatch | undefined;

  /** `place`: the hosts before it are left out. */
  constructor(
    private readonly journal: Pick<Journal, 'read'>,
    private readonly listed: ListedBatches,
    private place: HostsPlace = { revision: listed.from, nth: 0 },
  ) {}

  /**
   * The next hosts, at most `most`, the same until {@link pass} is called; undefined at the end. Rejects with StoreUnavailable
   * and {@link QuestUnreadable}.
   */
  async next(most: number): Promise<HostsOfBatch | undefined> {
    for (; this.place.revision < this.listed.to; this.place = { revision: this.place.revision + 1, nth: 0 }) {
      this.listing ??= await this.listingAt(this.place.revision);
      const { batch, hosts } = this.listing;
      const { nth } = this.place;
      if (nth < hosts.length) return { batch, hosts: [...new Set(hosts.slice(nth, nth + most))] };
      this.listing = undefined;
    }
    return undefined;
  }

  /** The next `most` hosts are done with; answers the place behind them. */
  pass(most: number): HostsPlace {
    this.place = { revision: this.place.revision, nth: this.place.nth + most };
    return this.place;
  }

  /** None where the entry is something else, or of a batch that is not asked for. */
  private async listingAt(revision: number): Promise<HostsOfBatch> {
    const { quest, batches } = this.listed;
    const read = { stream: questStream(quest), direction: 'forwards', from: revision, limit: 1 } as const;
    const [[stored] = []] = await this.journal.read([read]);
    if (stored === undefined)
      throw new Error(`the journal has shown entry ${revision} of quest ${quest} and now lacks it`);
    const decoded = decodeQuestEntry(stored);
    if (!decoded.ok) throw new QuestUnreadable(quest, revision, decoded.reason);
    const { entry } = decoded;
    return entry.kind === 'QuestHostsListed' && batches.has(entry.batch) ? entry : NONE;
  }
}
