/** Accepting a batch of hosts into a quest's stream: from then on it is embarked, whatever crashes (rule 19). */
import {
  encodeEntry,
  inTurns,
  type Cause,
  type NewEntry,
  type Outcome,
  type Position,
  type Steps,
  type Uuid,
} from '#contracts';
import type { ClaimFrom, HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import type { Journal } from '#ports';
import { append, type Decided } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import type { EmbarkedHosts } from '../ingest.js';
import { entriesOf, writesOf } from './batch.js';
import type { PlacedBatch } from './placed.js';
import { readQuest, type QuestStream } from './quest-stream.js';

/** After a chunk of this many hosts others have their turn; the many quests of a few hosts need none. */
const HOSTS_AT_ONCE = 1000;

interface AcceptingParts {
  readonly journal: Pick<Journal, 'maxAppendBytes'>;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
}

/** What is embarked, apart from the hosts. */
interface WantedBatch {
  readonly quest: QuestId;
  readonly type: TypeName;
  /** Who the events are reported by. */
  readonly reporter: string | null;
  /** Who embarks it. */
  readonly by: string | null;
  /** Whose open labors are claimed; undefined where each host gets an event. */
  readonly claim: ClaimFrom | undefined;
  /** The request that the batch came with causes the events, whichever process logs them. */
  readonly cause: Cause;
}

/** A batch that must be accepted. */
interface Wanted extends WantedBatch {
  /** All that the batch is to have. */
  readonly hosts: readonly HostName[];
  /** How many of them the quest does not name yet; all where absent. */
  readonly added?: number;
}

/** An accepted batch without its hosts, which may be many. */
export interface EmbarkingBatch extends WantedBatch {
  readonly batch: Uuid;
  /** Of the acceptance. */
  readonly position: Position;
  /** None of the events stands before it. */
  readonly since: Position;
  /** The last revision of the quest's stream that was seen. */
  readonly revision: number;
}

export interface AcceptedHosts extends EmbarkingBatch, Pick<PlacedBatch, 'hosts' | 'after'> {}

/** The result of a request for hosts: a batch that must be embarked, or the answer where nothing is left to do. */
export type Batch =
  | { readonly kind: 'accepted'; readonly batch: AcceptedHosts }
  | { readonly kind: 'settled'; readonly answer: EmbarkedHosts };

/**
 * Appends the batch's missing entries: `before`, its hosts except those that an earlier try has listed, and its acceptance.
 * Others have their turn between two chunks of hosts.
 */
export async function accept(
  { journal, newId, now }: AcceptingParts,
  stream: QuestStream,
  request: IngestRequest,
  wanted: Wanted & { readonly before?: readonly QuestEntry[] },
): Promise<Outcome<Decided<Batch>>> {
  const { before = [], added = wanted.hosts.length, ...accepted } = wanted;
  const { quest, hosts, claim, by, cause } = accepted;
  const batch = batchOf(request, quest);
  const listed = await stream.listed(batch);
  const after = afterOf(hosts, stream);
  function* encoding(): Steps<readonly NewEntry[]> {
    const encoded = before.map((entry) =>
      encodeEntry(entry, entry.kind === 'QuestDrafted' ? draftOf(request) : newId(), cause),
    );
    for (const entry of entriesOf(
      { batch, hosts, listed, after, added, claim, by, now: now() },
      journal.maxAppendBytes,
    )) {
      encoded.push(encodeEntry(entry, newId(), cause));
      if (entry.kind === 'QuestHostsListed' && entry.hosts.length >= HOSTS_AT_ONCE) yield;
    }
    return encoded;
  }
  const encoded = await inTurns(encoding());
  return append(writesOf(encoded, journal.maxAppendBytes), (appended) => ({
    kind: 'accepted',
    batch: { ...accepted, batch, after, ...appended, since: appended.position },
  }));
}

/** Of the hosts that were taken out before, the removal that did it last. */
function afterOf(hosts: readonly HostName[], { removed }: QuestStream): ReadonlyMap<HostName, string> {
  const after = new Map<HostName, string>();
  if (removed.size === 0) return after;
  for (const host of hosts) {
    const removal = removed.get(host);
    if (removal !== undefined) after.set(host, removal);
  }
  return after;
}

/** The request's batch, where another try of it was accepted; that one is not judged again. */
export function acceptedBefore(stream: QuestStream, quest: QuestId, request: IngestRequest): Batch | undefined {
  const placed = placedBefore(stream, quest, request);
  if (placed === undefined) return undefined;
  // an abandoned quest embarks nothing more
  if (!placed.embarked && stream.abandonment === undefined)
    return { kind: 'accepted', batch: acceptedHosts(stream, placed) };
  const { position } = stream;
  const state = stream.abandonment === undefined ? 'open' : 'abandoned';
  return { kind: 'settled', answer: { id: quest, hosts: placed.hosts.length, position, state } };
}

/** The batch of {@link acceptedBefore} as it stands in the stream. */
export function placedBefore(stream: QuestStream, quest: QuestId, request: IngestRequest): PlacedBatch | undefined {
  return stream.batches.find(({ batch }) => batch === batchOf(request, quest));
}

function acceptedHosts(stream: QuestStream, placed: PlacedBatch): AcceptedHosts {
  return { ...embarkingBatch(stream, placed), hosts: placed.hosts, after: placed.after };
}

export function embarkingBatch({ state, revision }: QuestStream, placed: PlacedBatch): EmbarkingBatch {
  if (state === null) throw new TypeError('a quest with a batch was never accepted');
  const { batch, claim, position, listedAt, by, cause } = placed;
  const { quest, type, creator } = state;
  return {
    quest,
    batch,
    type,
    reporter: creator ?? by,
    by,
    claim,
    cause,
    position,
    since: listedAt.position,
    revision,
  };
}

/** The UUID of the draft that the request writes: by it any try knows the quest for its own. */
export function draftOf(request: IngestRequest): Uuid {
  return request.uuid('draft');
}

/** The UUID of the request's batch in the quest. */
export function batchOf(request: IngestRequest, quest: QuestId): Uuid {
  return request.uuid(`batch ${quest}`);
}

/** What earlier tries of the request have stored of its batch: all its hosts, or some that were listed before a crash. */
export async function triedBatch(
  journal: Journal,
  quest: QuestId,
  request: IngestRequest,
): Promise<{ readonly accepted: boolean; readonly hosts: Iterable<HostName> }> {
  const stream = await readQuest(journal, quest);
  const placed = placedBefore(stream, quest, request);
  if (placed !== undefined) return { accepted: true, hosts: placed.hosts };
  return { accepted: false, hosts: await stream.listed(batchOf(request, quest)) };
}
