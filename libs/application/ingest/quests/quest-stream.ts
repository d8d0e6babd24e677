/** A quest as its stream says, read to its end: to decide about it, or to embark it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  causeOf,
  decodeQuestEntry,
  questStream,
  START,
  type Cause,
  type Position,
  type Problem,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import {
  acceptedBatches,
  evolveQuest,
  type AcceptedBatch,
  type HostName,
  type QuestEntry,
  type QuestId,
  type QuestState,
} from '#domain';
import type { Journal } from '#ports';
import type { Subject } from '../deciding/decide-on.js';

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

/** A batch, and where and by whom it was accepted. */
export interface PlacedBatch extends AcceptedBatch {
  readonly revision: number;
  readonly position: Position;
  /** Its first listing: of what another batch has of it, nothing was accepted before. */
  readonly listedAt: { readonly revision: number; readonly position: Position };
  readonly by: string | null;
  /** The request that it was accepted for. */
  readonly cause: Cause;
}

export interface QuestStream {
  /** Null where there is no quest of this number, or only a draft. */
  readonly state: QuestState | null;
  /** Of the last entry; -1 and START where there is none. */
  readonly revision: number;
  readonly position: Position;
  readonly batches: readonly PlacedBatch[];
  /** The UUID of its first entry. */
  readonly draft: Uuid | undefined;
  /** The hosts that were listed for a batch, accepted or not. */
  listed(batch: Uuid): Promise<ReadonlySet<HostName>>;
}

/** A page's entries. A chunk of hosts has up to 2,000, and one call must not hold the thread for long. */
const PAGE = 16;
/** Where a decision asks for no host. */
export const NO_HOSTS: ReadonlySet<HostName> = new Set();

/**
 * Of the quest's hosts only those of `named` are kept (in batches, in listings): all where it is undefined, which takes
 * memory in proportion to the quest. Others have the thread between two chunks of hosts. Rejects with StoreUnavailable,
 * {@link QuestUnreadable}.
 */
export async function readQuest(journal: Journal, quest: QuestId, named?: ReadonlySet<HostName>): Promise<QuestStream> {
  const stream = questStream(quest);
  const limit = Math.min(PAGE, journal.maxReadEntries);
  const entries: QuestEntry[] = [];
  const listings = new Map<string, PlacedBatch['listedAt']>();
  const acceptances = new Map<string, Omit<PlacedBatch, keyof AcceptedBatch>>();
  let state: QuestState | null = null;
  let draft: Uuid | undefined;
  let revision = -1;
  let position = START;
  for (;;) {
    const [page = []] = await journal.read([{ stream, direction: 'forwards', from: revision + 1, limit }]);
    for (const stored of page) {
      const decoded = decodeQuestEntry(stored);
      if (!decoded.ok) throw new QuestUnreadable(quest, stored.revision, decoded.reason);
      const entry = named === undefined ? decoded.entry : withHosts(decoded.entry, named);
      draft ??= stored.id;
      entries.push(entry);
      if (entry.kind === 'QuestHostsListed') {
        if (!listings.has(entry.batch)) listings.set(entry.batch, placeOf(stored));
        await nextTurn();
      }
      state = evolveQuest(state, entry);
      ({ revision, position } = stored);
      if (entry.kind === 'QuestHostsAccepted' && !acceptances.has(entry.batch)) {
        const place = placeOf(stored);
        const listedAt = listings.get(entry.batch) ?? place;
        acceptances.set(entry.batch, { ...place, listedAt, by: entry.by, cause: causeOf(stored) });
      }
    }
    if (page.length < limit) break;
  }
  const steps = acceptedBatches(entries);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) await nextTurn();
  const batches = step.value.flatMap((batch) => {
    const placed = acceptances.get(batch.batch);
    return placed === undefined ? [] : { ...batch, ...placed };
  });
  const embarked = state === null || state.embarkedAt === null ? null : state;
  return { state: embarked, revision, position, batches, draft, listed: (batch) => listedIn(entries, batch) };
}

/** For deciding on the quest; `named` as {@link readQuest} has it. */
export function questSubject(journal: Journal, quest: QuestId, named?: ReadonlySet<HostName>): Subject<QuestStream> {
  const name = `quest ${quest}`;
  return { journal, stream: questStream(quest), name, load: () => readQuest(journal, quest, named) };
}

/** A quest that was never accepted. */
export function questUnknown(quest: QuestId): Problem {
  return { code: 'quest-unknown', detail: `there is no quest ${quest}: look for its number in the list of quests` };
}

function placeOf({ revision, position }: StoredEntry): PlacedBatch['listedAt'] {
  return { revision, position };
}

function withHosts(entry: QuestEntry, named: ReadonlySet<HostName>): QuestEntry {
  if (entry.kind !== 'QuestHostsListed') return entry;
  return { ...entry, hosts: entry.hosts.filter((host) => named.has(host)) };
}

async function listedIn(entries: readonly QuestEntry[], batch: Uuid): Promise<ReadonlySet<HostName>> {
  const hosts = new Set<HostName>();
  for (const entry of entries) {
    if (entry.kind !== 'QuestHostsListed' || entry.batch !== batch) continue;
    for (const host of entry.hosts) hosts.add(host);
    await nextTurn();
  }
  return hosts;
}
