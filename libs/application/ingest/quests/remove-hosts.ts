/** Taking hosts out of a quest (rule 22): its stream decides, then each host gets the entry by which it leaves, here and now or in the background. */
import {
  done,
  encodeEntry,
  failed,
  inTurns,
  MAX_COUNTED,
  maxPosition,
  type NewEntry,
  type Outcome,
  type Position,
  type Steps,
  type Uuid,
} from '#contracts';
import { decideRemoveHosts, type HostName, type QuestId, type QuestRemovalAccepted, type RemoveHosts } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import type { Gate } from '../../reading/gate.js';
import { askViews } from '../ask-views.js';
import { append, decideInTurn, nothing } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import {
  INLINE_HOSTS,
  MAX_NOT_IN,
  type Caller,
  type HostsToRemove,
  type RemovalForeseen,
  type RemovedHosts,
} from '../ingest.js';
import type { FormerNames, Tried } from '../hosts/select-hosts.js';
import { inPieces } from '../labor-standings.js';
import { problemOfRefusals, reasonOf } from '../problems.js';
import { chunksOf, distinctHosts, groupedBy, writesOf } from './batch.js';
import { BatchHosts } from './batch-hosts.js';
import { whenFree, whileAdopting } from './busy.js';
import type { QuestParts } from './quest-parts.js';
import { questSubject, questUnknown, readQuest, type QuestStream } from './quest-stream.js';
import { CHUNK_HOSTS } from './quest-turns.js';
import { listedIn, type Removal } from './remover.js';

/** What was accepted for the request, by this try or another, seen from a position. */
type Accepted = Pick<RemovedHosts, 'hosts' | 'notIn' | 'position'>;

export async function removeQuestHosts(
  parts: QuestParts,
  quest: QuestId,
  { hosts: named, by, reason, formerly }: HostsToRemove & Formerly,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<RemovedHosts>> {
  const { journal, queue, inline } = parts;
  const hosts = await distinctHosts(allOf({ hosts: named, formerly }));
  const signed = { quest, by: by ?? caller.principal, now: parts.now() };
  const command: RemoveHosts = { kind: 'RemoveHosts', ...signed, hosts };
  const id = removalOf(request, quest);
  const mine = new Set<Uuid>();
  const newRemoval = (): Uuid => {
    const removal = parts.newId();
    mine.add(removal);
    inline.add(removal);
    return removal;
  };
  try {
    const accepted = await whenFree({ known: parts.known, quest, busyOf: whileAdopting }, () =>
      decideInTurn(queue, holderOf(caller), questSubject(journal, quest, hosts), async (stream) => {
        const removing = await removingOf({ ...command, formerly }, stream, id);
        if (!removing.ok) return removing;
        const { answer, left } = removing.value;
        if (left.length === 0) return nothing(answer);
        const entries = removalEntries(
          stream,
          left,
          { ...command, request: id, reason, newRemoval },
          journal.maxAppendBytes,
        );
        const encoded = await inTurns(encodedFor(entries, parts.newId, caller));
        return append(writesOf(encoded, journal.maxAppendBytes), ({ position }): Accepted => ({ ...answer, position }));
      }),
    );
    if (!accepted.ok) {
      // some of it may be decided
      if (mine.size > 0) parts.wake(quest, caller.principal);
      return accepted;
    }
    return done({ id: quest, ...accepted.value, ...(await carryOut(parts, quest, id, accepted.value, caller)) });
  } finally {
    for (const removal of mine) inline.delete(removal);
  }
}

/** What would be decided now, and the open chains that would leave; nothing is written. */
export async function foreseeRemoval(
  { journal, now, views, gate }: ForeseeingParts,
  quest: QuestId,
  named: Pick<HostsToRemove, 'hosts'> & Formerly,
  caller: Caller,
): Promise<Outcome<RemovalForeseen>> {
  const hosts = await distinctHosts(allOf(named));
  const { formerly } = named;
  const command = { kind: 'RemoveHosts', quest, hosts, by: caller.principal, now: now(), formerly } as const;
  const removing = await removingOf(command, await questSubject(journal, quest, hosts).load(), undefined);
  if (!removing.ok) return removing;
  const { left, answer } = removing.value;
  return askViews('what would leave', async () => {
    // what was written before the question counts
    const { position: head } = await journal.head();
    const seen = await gate.pass({ minPosition: head, waitS: WAIT_S });
    if (!seen.ok) return seen;
    const { generation, position } = seen.value;
    const reader = views.for(holderOf(caller));
    let chains = 0;
    for (const host of inPieces(left)) {
      const { total = 0 } = await reader.labors(generation, { quest: [quest], host, state: ['open'] }, COUNTED);
      chains += total;
      if (chains >= MAX_COUNTED) break;
    }
    const isCut = chains >= MAX_COUNTED;
    const counted = { chains: Math.min(chains, MAX_COUNTED), ...(isCut && { atLeast: true as const }) };
    return done({ id: quest, hosts: left.length, notIn: answer.notIn, position, ...counted });
  });
}

/** How long the views may take to be where the journal is. */
const WAIT_S = 5;
const COUNTED = { sort: '-openedAt', limit: 1, after: null, count: MAX_COUNTED } as const;

export interface ForeseeingParts extends Pick<QuestParts, 'journal' | 'now'> {
  readonly views: { for(holder: string): Pick<ViewsReader, 'labors'> };
  readonly gate: Gate;
}

/** Rule 23: the quest may know a host by a name that is an alias of another by now: by these own names, those that the request gave. */
export interface Formerly {
  readonly formerly: FormerNames;
}

function allOf({ hosts, formerly }: Pick<HostsToRemove, 'hosts'> & Formerly): readonly HostName[] {
  return formerly.size === 0 ? hosts : hosts.flatMap((host) => [host, ...(formerly.get(host) ?? [])]);
}

/** The UUID by which any try of the request knows its removals. */
function removalOf(request: IngestRequest, quest: QuestId): Uuid {
  return request.uuid(`removal ${quest}`);
}

/** What earlier tries of the request have taken out: all that it takes out, or some where one of several writes was not done. */
export async function triedRemoval(journal: Journal, quest: QuestId, request: IngestRequest): Promise<Tried> {
  const id = removalOf(request, quest);
  const stream = await readQuest(journal, quest);
  return { accepted: isAllAccepted(stream, id), hosts: await stream.takenOut(id) };
}

function isAllAccepted({ removals }: QuestStream, request: Uuid): boolean {
  return removals.some((each) => each.request === request && each.isLast);
}

/** The hosts that must still be taken out, and the answer once they are. */
async function removingOf(
  command: RemoveHosts & Formerly,
  stream: QuestStream,
  request: Uuid | undefined,
): Promise<Outcome<{ readonly left: readonly HostName[]; readonly answer: Accepted }>> {
  const { state, named, adopted, position } = stream;
  if (state === null) return failed(questUnknown(command.quest));
  // by another try of the request
  const mine = request === undefined ? new Set<HostName>() : await stream.takenOut(request);
  const isAll = request !== undefined && isAllAccepted(stream, request);
  const isIn = (host: HostName): boolean => !isAll && (named.has(host) || adopted.has(host));
  // what the request has taken out, and another has put in since, stays
  const mustLeave = (host: HostName): boolean => isIn(host) && !mine.has(host);
  const leaves = (host: HostName): boolean => isIn(host) || mine.has(host);
  const former = new Set([...command.formerly.values()].flat());
  let hosts = 0;
  const notIn: HostName[] = [];
  for (const host of command.hosts) {
    if (leaves(host)) hosts += 1;
    else if (former.has(host) || command.formerly.get(host)?.some(leaves) === true) continue;
    else if (notIn.length < MAX_NOT_IN) notIn.push(host);
  }
  const answer = { hosts, notIn, position };
  const decision = decideRemoveHosts(command, state, mustLeave);
  if (!decision.ok) {
    const wasAccepted = mine.size > 0 && ![...command.hosts].some(mustLeave);
    return wasAccepted ? done({ left: [], answer }) : failed(problemOfRefusals(decision.refusals));
  }
  const busy = decision.value.length > 0 ? whileAdopting({ state, batches: stream.batches }) : undefined;
  return busy === undefined ? done({ left: decision.value, answer }) : failed(busy);
}

interface Removing extends RemoveHosts {
  readonly request: Uuid;
  readonly reason: string | null;
  readonly newRemoval: () => Uuid;
}

/** An acceptance for as many hosts as one entry may name, of which all or none may lack their events; the last one says so. */
function* removalEntries(
  { batches, named }: QuestStream,
  hosts: readonly HostName[],
  { request, reason, by, now: recordedAt, newRemoval }: Removing,
  maxAppendBytes: number,
): Generator<QuestRemovalAccepted, void> {
  const awaited = new Map(batches.filter(({ embarked }) => !embarked).map((each) => [each.batch, each]));
  const batchOf = (host: HostName) => awaited.get(named.get(host) ?? '');
  let entry: QuestRemovalAccepted | undefined;
  for (const [batch, its] of groupedBy(hosts, batchOf)) {
    for (const [after, some] of groupedBy(its, (host) => batch?.after.get(host))) {
      for (const chunk of chunksOf(some, maxAppendBytes)) {
        if (entry !== undefined) yield entry;
        entry = {
          ...{ kind: 'QuestRemovalAccepted', removal: newRemoval(), request, reason, by, recordedAt, hosts: chunk },
          named: chunk.filter((host) => named.has(host)).length,
          ...(batch === undefined ? {} : { batch: batch.batch }),
          ...(after === undefined ? {} : { after }),
        };
      }
    }
  }
  if (entry !== undefined) yield { ...entry, last: true };
}

function* encodedFor(
  entries: Iterable<QuestRemovalAccepted>,
  newId: () => Uuid,
  caller: Caller,
): Steps<readonly NewEntry[]> {
  const encoded: NewEntry[] = [];
  for (const entry of entries) {
    encoded.push(encodeEntry(entry, newId(), caller));
    yield;
  }
  return encoded;
}

/** Up to {@link INLINE_HOSTS} hosts here and now; what this cannot bring to its end goes on in the background. */
async function carryOut(
  parts: QuestParts,
  quest: QuestId,
  request: Uuid,
  { hosts, position: accepted }: Accepted,
  caller: Caller,
): Promise<Pick<RemovedHosts, 'position' | 'isRemoved'>> {
  const { removals, position } = await parts.known.read(quest);
  const left = removals.filter((each) => each.request === request && !each.isCarried);
  if (left.length === 0) return { position: maxPosition(accepted, position), isRemoved: true };
  if (hosts <= INLINE_HOSTS) {
    try {
      let last = accepted;
      for (const placed of left) last = maxPosition(last, await remove(parts, { quest, ...placed }, holderOf(caller)));
      return { position: last, isRemoved: true };
    } catch (error) {
      const reason = reasonOf(error);
      parts.log.warn('hosts could not be taken out at once; it goes on in the background', { quest, reason });
    }
  }
  parts.wake(quest, caller.principal);
  return { position: accepted, isRemoved: false };
}

/** Answers a position from which all of it is seen. Rejects with StoreUnavailable. */
async function remove({ journal, remover }: QuestParts, removal: Removal, holder: string): Promise<Position> {
  await new BatchHosts(journal, listedIn(removal)).each(CHUNK_HOSTS, (some) => remover.log(removal, some, holder));
  return remover.end(removal);
}
