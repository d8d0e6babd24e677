/** A quest as its stream says, read to its end: to decide about it, or to embark it. */
import {
  causeOf,
  decodeQuestEntry,
  inTurns,
  questStream,
  START,
  turn,
  type Position,
  type Problem,
  type Steps,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import {
  evolveQuest,
  questHosts,
  type AcceptedBatch,
  type HostName,
  type QuestEntry,
  type QuestHosts,
  type QuestId,
  type QuestState,
} from '#domain';
import { mayHaveMore, type Journal } from '#ports';
import type { Subject } from '../deciding/decide-on.js';
import { isKept, isLong, listedIn, takenOutIn, withHosts } from './kept-entries.js';
import type { PlacedAbandonment, PlacedAdoption, PlacedBatch, PlacedRemoval } from './placed.js';

/** An entry cannot be read: nobody can say what the quest is (P4). */
export class QuestUnreadable extends Error {
  override readonly name = 'QuestUnreadable';

  constructor(
    quest: QuestId,
    readonly revision: number,
    reason: string,
  ) {
    super(`entry ${revision} of quest ${quest} cannot be read: ${reason}`);
  }
}

export interface QuestStream extends Omit<QuestHosts, 'batches'> {
  /** Null where there is no quest of this number, or only a draft. */
  readonly state: QuestState | null;
  /** Of the last entry; -1 and START where there is none. */
  readonly revision: number;
  readonly position: Position;
  readonly batches: readonly PlacedBatch[];
  /** Those carried, the newest of them, and then all others; each in the order accepted. */
  readonly adoptions: readonly PlacedAdoption[];
  /** As adoptions are. */
  readonly removals: readonly PlacedRemoval[];
  /** How many hosts were ever listed, in whatever batches: those taken out since count, too. */
  readonly hostsListed: number;
  /** How many labors were ever accepted to be adopted. */
  readonly laborsAccepted: number;
  readonly abandonment: PlacedAbandonment | undefined;
  /** The UUID of its first entry. */
  readonly draft: Uuid | undefined;
  /** The hosts that were listed for a batch, accepted or not, and have not been taken out since. */
  listed(batch: Uuid): Promise<ReadonlySet<HostName>>;
  /** The hosts that were accepted to be taken out for a request; some may be in again. */
  takenOut(request: Uuid): Promise<ReadonlySet<HostName>>;
}

/** A page's entries. A chunk of hosts has up to 2,000, and one call must not hold the thread for long. */
const PAGE = 16;
/** Requests of which carried adoptions are kept, and removals, the newest: another try of one comes soon after it, if at all. */
const MAX_CARRIED = 200;
/** Where a decision asks for no host. */
export const NO_HOSTS: ReadonlySet<HostName> = new Set();

/**
 * Of the quest's hosts only those of `named` are kept (in batches, in listings): all where it is undefined, which takes
 * memory in proportion to the quest. It is worked on in turns with other requests. Rejects with StoreUnavailable,
 * {@link QuestUnreadable}.
 */
export async function readQuest(journal: Journal, quest: QuestId, named?: ReadonlySet<HostName>): Promise<QuestStream> {
  const fold = new QuestFold(quest, named);
  await foldOn(journal, quest, fold);
  return fold.end();
}

/** Brings the fold to the end of the quest's stream. Rejects as {@link readQuest} does. */
export async function foldOn(journal: Journal, quest: QuestId, fold: QuestFold): Promise<void> {
  const stream = questStream(quest);
  const limit = Math.min(PAGE, journal.maxReadEntries);
  for (;;) {
    const [page = []] = await journal.read([{ stream, direction: 'forwards', from: fold.revision + 1, limit }]);
    await inTurns(fold.take(page));
    if (!mayHaveMore(page, limit, journal)) break;
    // a store in this process answers without letting anyone else in
    await turn();
  }
}

/** What the entries of a quest come to, of which the hosts of `named` are kept. */
export class QuestFold {
  revision = -1;
  private position = START;
  private state: QuestState | null = null;
  private draft: Uuid | undefined;
  private abandonment: PlacedAbandonment | undefined;
  /** Without listings of which no host is kept. */
  private entries: QuestEntry[] = [];
  private listings = new Map<string, PlacedBatch['listedAt']>();
  private acceptances = new Map<string, Omit<PlacedBatch, keyof AcceptedBatch>>();
  private adopting = new Map<Uuid, PlacedAdoption>();
  private carried: readonly PlacedAdoption[] = [];
  private removing = new Map<Uuid, PlacedRemoval>();
  private removed: readonly PlacedRemoval[] = [];
  private hostsListed = 0;
  private laborsAccepted = 0;

  constructor(
    private readonly quest: QuestId,
    private readonly named: ReadonlySet<HostName> | undefined,
  ) {}

  /** How much is kept: entries, places of listings, and what was carried. */
  get size(): number {
    return this.entries.length + this.listings.size + this.carried.length + this.removed.length;
  }

  /** Another that can be continued, while this one stays. */
  copy(): QuestFold {
    const copy = new QuestFold(this.quest, this.named);
    const [entries, listings, acceptances] = [[...this.entries], new Map(this.listings), new Map(this.acceptances)];
    const [adopting, removing] = [new Map(this.adopting), new Map(this.removing)];
    return Object.assign(copy, this, { entries, listings, acceptances, adopting, removing });
  }

  /** The next entries of its stream, with a step for each chunk of hosts and of labors; throws a {@link QuestUnreadable}. */
  *take(page: readonly StoredEntry[]): Steps<void> {
    for (const stored of page) {
      const decoded = decodeQuestEntry(stored);
      if (!decoded.ok) throw new QuestUnreadable(this.quest, stored.revision, decoded.reason);
      const { entry } = decoded;
      const kept = this.named === undefined ? entry : withHosts(entry, this.named);
      this.draft ??= stored.id;
      if (isKept(kept)) this.entries.push(kept);
      this.place(stored, entry);
      this.state = evolveQuest(this.state, entry);
      if (isLong(entry)) yield;
    }
  }

  async end(): Promise<QuestStream> {
    const { revision, position, draft, abandonment, entries } = this;
    const hosts = await inTurns(questHosts(entries));
    const batches = hosts.batches.flatMap((batch) => {
      const placed = this.acceptances.get(batch.batch);
      return placed === undefined ? [] : { ...batch, ...placed };
    });
    const state = this.state === null || this.state.embarkedAt === null ? null : this.state;
    const listed = (batch: Uuid): Promise<ReadonlySet<HostName>> => inTurns(listedIn(entries, batch, hosts.removed));
    const takenOut = (request: Uuid): Promise<ReadonlySet<HostName>> => inTurns(takenOutIn(entries, request));
    const adoptions = [...this.carried, ...this.adopting.values()];
    const removals = [...this.removed, ...this.removing.values()];
    const { hostsListed, laborsAccepted } = this;
    return {
      ...{ ...hosts, state, revision, position, batches, adoptions, removals, abandonment, draft },
      ...{ hostsListed, laborsAccepted, listed, takenOut },
    };
  }

  /** As the quest's state has it: none counts before the quest was accepted, and none is carried once it is abandoned. */
  private placeAdoption(stored: StoredEntry, entry: QuestEntry): void {
    if (this.state === null || this.state.embarkedAt === null || this.state.abandoned !== null) return;
    if (entry.kind === 'QuestLaborsAccepted' && !this.adopting.has(entry.adoption)) {
      const { adoption, request, by, labors } = entry;
      const another = [...this.carried, ...this.adopting.values()].find((each) => each.request === request);
      const { revision, position: since } = another === undefined ? stored : { ...stored, position: another.since };
      this.laborsAccepted += labors.length;
      const placed = { adoption, request, since, revision, by, cause: causeOf(stored), isCarried: false };
      this.adopting.set(adoption, placed);
    } else if (entry.kind === 'QuestLaborsAdopted') {
      const placed = this.adopting.get(entry.adoption);
      if (placed === undefined) return;
      this.adopting.delete(entry.adoption);
      this.carried = newestOf([...this.carried, { ...placed, isCarried: true }]);
    }
  }

  /** As the quest's state has it: what was accepted before the abandonment is carried all the same. */
  private placeRemoval(stored: StoredEntry, entry: QuestEntry): void {
    if (entry.kind === 'QuestRemovalAccepted' && this.state?.abandoned === null && this.state.embarkedAt !== null) {
      const { removal, request, reason, by, hosts, batch, last } = entry;
      if (this.removing.has(removal)) return;
      const { revision, position } = stored;
      const listedAt = batch === undefined ? undefined : this.acceptances.get(batch)?.listedAt;
      this.removing.set(removal, {
        ...{ removal, request, since: listedAt?.position ?? position, revision, hosts: hosts.length },
        ...{
          isAwaited: batch !== undefined,
          isLast: last === true,
          reason,
          by,
          cause: causeOf(stored),
          isCarried: false,
        },
      });
    } else if (entry.kind === 'QuestHostsRemoved') {
      const placed = this.removing.get(entry.removal);
      if (placed === undefined) return;
      this.removing.delete(entry.removal);
      this.removed = newestOf([...this.removed, { ...placed, isCarried: true }]);
    }
  }

  private place(stored: StoredEntry, entry: QuestEntry): void {
    const { revision, position } = stored;
    this.revision = revision;
    this.position = position;
    const place = { revision, position };
    if (entry.kind === 'QuestAbandoned' && this.state !== null && this.state.embarkedAt !== null) {
      const { by, reason } = entry;
      this.abandonment ??= { id: stored.id, position, by, reason, cause: causeOf(stored) };
    }
    this.placeAdoption(stored, entry);
    this.placeRemoval(stored, entry);
    if (entry.kind === 'QuestHostsListed') {
      this.hostsListed += entry.hosts.length;
      if (!this.listings.has(entry.batch)) this.listings.set(entry.batch, place);
    }
    if (entry.kind !== 'QuestHostsAccepted' || this.acceptances.has(entry.batch)) return;
    const listedAt = this.listings.get(entry.batch) ?? place;
    this.acceptances.set(entry.batch, { ...place, listedAt, by: entry.by, cause: causeOf(stored) });
  }
}

/** All of the newest {@link MAX_CARRIED} requests: another try of one must know all that it has done. */
function newestOf<T extends Pick<PlacedRemoval, 'request'>>(carried: readonly T[]): readonly T[] {
  if (carried.length <= MAX_CARRIED) return carried;
  const requests = new Set<Uuid>();
  for (const { request } of carried.toReversed()) if (requests.size < MAX_CARRIED) requests.add(request);
  return carried.filter(({ request }) => requests.has(request));
}

/** For deciding on the quest; `named` as {@link readQuest} has it. */
export function questSubject(journal: Journal, quest: QuestId, named?: ReadonlySet<HostName>): Subject<QuestStream> {
  return { journal, stream: questStream(quest), name: questName(quest), load: () => readQuest(journal, quest, named) };
}

/** As a sentence names it. */
export function questName(quest: QuestId): string {
  return `quest ${quest}`;
}

/** A quest that was never accepted. */
export function questUnknown(quest: QuestId): Problem {
  return { code: 'quest-unknown', detail: `there is no quest ${quest}: look for its number in the list of quests` };
}
