/** The hosts of a quest's accepted batches and removals, and of labors that it adopts, read from its stream a listing at a time: many quests may be worked on at once. */
import { decodeQuestEntry, questStream, turn } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import type { Journal } from '#ports';
import { laborsByHost } from './adopter.js';
import type { PlacedBatch } from './placed.js';
import { QuestUnreadable } from './quest-stream.js';

/** In a quest's stream: the listing's revision, and a host of it. */
export interface HostsPlace {
  readonly revision: number;
  readonly nth: number;
}

/** Where in which stream the batches are listed: from their first listing up to behind the last, by revision. */
export interface ListedBatches {
  readonly quest: QuestId;
  /** And removals: the hosts of one stand in its acceptance. */
  readonly batches: ReadonlySet<string>;
  /** Whether the hosts of labors that are accepted there are wanted, too. */
  readonly adoptions: boolean;
  readonly from: number;
  readonly to: number;
  /** Claims that were accepted meanwhile: what was listed before is in by them, where both name it. None where absent. */
  readonly claims?: readonly Pick<PlacedBatch, 'batch' | 'listedAt' | 'revision'>[];
}

/** Some hosts of one batch or removal, each once; or of one adoption, then with all of its labors on them. */
export interface HostsOfBatch {
  readonly batch: string;
  readonly hosts: readonly HostName[];
  readonly labors: ReadonlyMap<HostName, readonly LaborId[]>;
  /** The removal that took them out before they were listed; undefined where none did. */
  readonly after: string | undefined;
}

const NO_LABORS: HostsOfBatch['labors'] = new Map();
const NONE: HostsOfBatch = { batch: '', hosts: [], labors: NO_LABORS, after: undefined };
/** Entries that are read for one answer, at most: a quest may have many batches of few hosts. */
const MOST_ENTRIES = 300;
/** Hosts of a claim between which others have their turn. */
const AT_ONCE = 2000;

export class BatchHosts {
  /** The listing that was read last, and where it stands. */
  private listing: { readonly revision: number; readonly its: HostsOfBatch } | undefined;
  /** By claim, its hosts, once they were asked for. */
  private readonly claimed = new Map<string, ReadonlySet<HostName>>();
  /** Behind what was answered last. */
  private upTo: HostsPlace;

  /** `place`: the hosts before it are left out. */
  constructor(
    private readonly journal: Pick<Journal, 'read'>,
    private readonly listed: ListedBatches,
    private place: HostsPlace = { revision: listed.from, nth: 0 },
  ) {
    this.upTo = place;
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.place.revision >= this.listed.to;
  }

  /**
   * The next hosts, at most `most`, batch by batch; the same until {@link pass} is called. None where the entries that were looked
   * at have none. Rejects with StoreUnavailable and {@link QuestUnreadable}.
   */
  async next(most: number): Promise<readonly HostsOfBatch[]> {
    const found: HostsOfBatch[] = [];
    let left = most;
    let { revision, nth } = this.place;
    for (let read = 0; left > 0 && revision < this.listed.to && read < MOST_ENTRIES; read += 1) {
      const { hosts, ...listing } = await this.listingAt(revision);
      const some = hosts.slice(nth, nth + left);
      if (some.length > 0) found.push({ ...listing, hosts: [...new Set(some)] });
      left -= some.length;
      if (nth + some.length < hosts.length) nth += some.length;
      else [revision, nth] = [revision + 1, 0];
    }
    this.upTo = { revision, nth };
    return found;
  }

  /** What {@link next} has answered is done with; answers the place behind it. */
  pass(): HostsPlace {
    this.place = this.upTo;
    return this.place;
  }

  /** All that is left, some after others. Rejects as {@link next} does. */
  async each(most: number, work: (some: HostsOfBatch) => Promise<unknown>): Promise<void> {
    for (; !this.isAtEnd; this.pass()) for (const some of await this.next(most)) await work(some);
  }

  /** None where the entry is something else, or of a batch that is not asked for. */
  private async listingAt(revision: number): Promise<HostsOfBatch> {
    if (this.listing?.revision !== revision) this.listing = { revision, its: await this.read(revision) };
    return this.listing.its;
  }

  private async read(revision: number): Promise<HostsOfBatch> {
    const { quest, batches, adoptions } = this.listed;
    const read = { stream: questStream(quest), direction: 'forwards', from: revision, limit: 1 } as const;
    const [[stored] = []] = await this.journal.read([read]);
    if (stored === undefined)
      throw new Error(`the journal has shown entry ${revision} of quest ${quest} and now lacks it`);
    const decoded = decodeQuestEntry(stored);
    if (!decoded.ok) throw new QuestUnreadable(quest, revision, decoded.reason);
    const { entry } = decoded;
    if (entry.kind === 'QuestHostsListed' && batches.has(entry.batch)) {
      const hosts = await this.withoutClaimed(entry.hosts, revision);
      return { batch: entry.batch, hosts, labors: NO_LABORS, after: entry.after };
    }
    if (entry.kind === 'QuestRemovalAccepted' && batches.has(entry.removal))
      return { batch: entry.removal, hosts: entry.hosts, labors: NO_LABORS, after: entry.after };
    if (entry.kind !== 'QuestLaborsAccepted' || !adoptions) return NONE;
    const labors = laborsByHost(entry.labors);
    return { batch: entry.adoption, hosts: [...labors.keys()], labors, after: undefined };
  }
  /** Rule 22: those that were listed at the revision and are not in by a claim that was accepted behind it. */
  private async withoutClaimed(hosts: readonly HostName[], revision: number): Promise<readonly HostName[]> {
    let left = hosts;
    for (const claim of this.listed.claims ?? []) {
      if (claim.revision < revision) continue;
      const claimed = await this.hostsOf(claim);
      left = left.filter((host) => !claimed.has(host));
    }
    return left;
  }

  private async hostsOf({ batch, listedAt, revision: to }: Pick<PlacedBatch, 'batch' | 'listedAt' | 'revision'>) {
    const known = this.claimed.get(batch);
    if (known !== undefined) return known;
    const { quest } = this.listed;
    const listed = { quest, batches: new Set([batch]), adoptions: false, from: listedAt.revision, to };
    const hosts = new Set<HostName>();
    await new BatchHosts(this.journal, listed).each(AT_ONCE, async (some) => {
      for (const host of some.hosts) hosts.add(host);
      await turn();
    });
    this.claimed.set(batch, hosts);
    return hosts;
  }
}
