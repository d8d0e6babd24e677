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
import type { ViewsReader } from '#ports';
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
import { inPieces } from '../labor-standings.js';
import { problemOfRefusals, reasonOf } from '../problems.js';
import { chunksOf, distinctHosts, groupedBy, writesOf } from './batch.js';
import { BatchHosts } from './batch-hosts.js';
import { whenFree, whileAdopting } from './busy.js';
import type { QuestParts } from './quest-parts.js';
import { questSubject, questUnknown, type QuestStream } from './quest-stream.js';
import { CHUNK_HOSTS } from './quest-turns.js';
import { listedIn, type Removal } from './remover.js';

/** What was accepted for the request, by this try or another, seen from a position. */
type Accepted = Pick<RemovedHosts, 'hosts' | 'notIn' | 'position'>;

export async function removeQuestHosts(
  parts: QuestParts,
  quest: QuestId,
  { hosts: named, by, reason }: HostsToRemove,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<RemovedHosts>> {
  const { journal, queue, inline } = parts;
  const hosts = await distinctHosts(named);
  const signed = { quest, by: by ?? caller.principal, now: parts.now() };
  const command: RemoveHosts = { kind: 'RemoveHosts', ...signed, hosts };
  const id = request.uuid(`removal ${quest}`);
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
        const removing = removingOf(command, stream, id);
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
  named: readonly HostName[],
  caller: Caller,
): Promise<Outcome<RemovalForeseen>> {
  const hosts = await distinctHosts(named);
  const command: RemoveHosts = { kind: 'RemoveHosts', quest, hosts, by: caller.principal, now: now() };
  const removing = removingOf(command, await questSubject(journal, quest, hosts).load(), undefined);
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

interface ForeseeingParts extends Pick<QuestParts, 'journal' | 'now'> {
  readonly views: { for(holder: string): Pick<ViewsReader, 'labors'> };
  readonly gate: Gate;
}

/** The hosts that must still be taken out, and the answer once they are. */
function removingOf(
  command: RemoveHosts,
  stream: QuestStream,
  request: Uuid | undefined,
): Outcome<{ readonly left: readonly HostName[]; readonly answer: Accepted }> {
  const { state, named, adopted, removed, position } = stream;
  if (state === null) return failed(questUnknown(command.quest));
  // by another try of the request
  const before = new Set<string>();
  for (const each of stream.removals) if (each.request === request) before.add(each.removal);
  const isMine = (host: HostName): boolean => before.has(removed.get(host) ?? '');
  const isIn = (host: HostName): boolean => named.has(host) || adopted.has(host);
  // what the request has taken out, and another has put in since, stays
  const mustLeave = (host: HostName): boolean => isIn(host) && !isMine(host);
  let hosts = 0;
  const notIn: HostName[] = [];
  for (const host of command.hosts) {
    if (isIn(host) || isMine(host)) hosts += 1;
    else if (notIn.length < MAX_NOT_IN) notIn.push(host);
  }
  const answer = { hosts, notIn, position };
  const decision = decideRemoveHosts(command, state, mustLeave);
  if (!decision.ok) {
    const wasAccepted = before.size > 0 && ![...command.hosts].some(mustLeave);
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

/** An acceptance for as many hosts as one entry may name, of which all or none may lack their events. */
function* removalEntries(
  { batches, named }: QuestStream,
  hosts: readonly HostName[],
  { request, reason, by, now: recordedAt, newRemoval }: Removing,
  maxAppendBytes: number,
): Generator<QuestRemovalAccepted, void> {
  const awaited = new Map(batches.filter(({ embarked }) => !embarked).map((each) => [each.batch, each]));
  const batchOf = (host: HostName) => awaited.get(named.get(host) ?? '');
  for (const [batch, its] of groupedBy(hosts, batchOf)) {
    for (const [after, some] of groupedBy(its, (host) => batch?.after.get(host))) {
      for (const chunk of chunksOf(some, maxAppendBytes)) {
        yield {
          ...{ kind: 'QuestRemovalAccepted', removal: newRemoval(), request, reason, by, recordedAt, hosts: chunk },
          named: chunk.filter((host) => named.has(host)).length,
          ...(batch === undefined ? {} : { batch: batch.batch }),
          ...(after === undefined ? {} : { after }),
        };
      }
    }
  }
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
