/** What documents were (R11): sums over a quest's parts, over a host's labors, and over all. */
import {
  eachInTurns,
  PastLaborsSum,
  PastOpenSum,
  PastPartsSum,
  type LaborDocument,
  type PartDocument,
  type PastLabors,
  type PastOpen,
  type PastParts,
  type Position,
} from '#contracts';
import type { HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import { MAX_PARKED_COUNTED, MOST_BEHIND, type PastTotals, type StoredPartKey } from '#ports';
import { readBehind } from '../behind.js';
import type { Connection } from '../connection.js';
import { decodePart, partId, type StoredEvent, type StoredHost, type StoredPart } from '../documents.js';
import { findAll, findByIds } from '../find.js';
import { decodeStays, STAYS, type StoredLabor } from '../labor-documents.js';
import { textOf } from '../positions.js';
import { countAll } from './page.js';

/** At most this many are read with one question. */
const AT_ONCE = 1000;

/**
 * The quest's parts by the index of these, in the order of hosts, which is theirs for ever: pages read one after the other have each
 * part once, whatever is written meanwhile.
 */
export async function sumPastParts(
  connection: Connection,
  generation: number,
  quest: QuestId,
  at: Position,
): Promise<PastParts> {
  const [parked, behind] = await Promise.all([
    parkedBy(connection, generation, at),
    behindBefore(connection, generation, at),
  ]);
  const sum = new PastPartsSum(at, { parked, behind });
  const parts = connection.of<StoredPart>('parts', generation);
  for (let after = ''; ;) {
    const request = { sort: { host: 1 }, limit: AT_ONCE, index: 'past' } as const;
    const page = await findAll(connection, parts, { quest, host: { $gt: after } }, request);
    await eachInTurns(page, (stored) => {
      sum.add(decodePart(stored));
    });
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return sum.result();
    after = last.host;
  }
}

/** Of the first that were parked by then; one in release is no longer counted. */
async function parkedBy(connection: Connection, generation: number, at: Position): Promise<ReadonlySet<HostName>> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const query = { isParked: true, 'parked.state': 'parked', 'parked.position': { $lte: textOf(at) } };
  const request = { sort: { _id: 1 }, limit: MAX_PARKED_COUNTED, projection: { _id: 1 } } as const;
  const found = await findAll(connection, hosts, query, request);
  return new Set(found.map(({ _id }) => _id));
}

async function behindBefore(
  connection: Connection,
  generation: number,
  at: Position,
): Promise<ReadonlySet<HostName> | 'all'> {
  const all = await readBehind(connection, generation, null, MOST_BEHIND + 1);
  if (all.length > MOST_BEHIND) return 'all';
  const holding = all.filter(({ behind: { state, position } }) => state !== 'rejoined' && position <= at);
  return new Set(holding.map(({ host }) => host));
}

export async function readParts(
  connection: Connection,
  generation: number,
  keys: readonly StoredPartKey[],
): Promise<readonly PartDocument[]> {
  const found = await findByIds(connection, connection.of<StoredPart>('parts', generation), keys.map(partId));
  return found.map(decodePart);
}

export async function readPastOpen(
  connection: Connection,
  generation: number,
  host: HostName,
  at: Position,
): Promise<PastOpen> {
  const sum = new PastOpenSum(at);
  const labors = connection.of<StoredLabor>('labors', generation);
  const request = { sort: { _id: 1 }, limit: AT_ONCE, projection: { ...STAYS, chain: 1 } } as const;
  // of a host's ids none comes after the host and the character after `~`
  const end = `${host}\x7f`;
  for (let after = `${host}~`; ;) {
    const page = await findAll(connection, labors, { _id: { $gt: after, $lt: end } }, request);
    await eachInTurns(page, (labor) => {
      sum.add({ ...decodeStays(labor), id: labor._id, chain: labor.chain });
    });
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return sum.result();
    after = last._id;
  }
}

export async function readPastTotals(
  connection: Connection,
  generation: number,
  list: number,
  at: Position,
): Promise<PastTotals> {
  const upTo = { $lte: textOf(at) };
  const [hosts, events, labors] = await Promise.all([
    countAll(connection, connection.of<StoredHost>('hosts', generation), { beginning: upTo }),
    countEvents(connection, list, textOf(at)),
    readPastLabors(connection, generation, at),
  ]);
  return { hosts, events, ...labors };
}

/** As many documents are counted with one question, which then ends long before its limit of time. */
const COUNTED_AT_ONCE = 50_000;

interface Counted {
  readonly events: number;
  readonly last: string;
}

/** Of the whole history. */
async function countEvents(connection: Connection, list: number, to: string): Promise<number> {
  const collection = connection.of<StoredEvent>('events', list);
  const group = { _id: null, events: { $sum: 1 }, last: { $max: '$position' } };
  let events = 0;
  for (let after = ''; ;) {
    const pipeline = [
      { $match: { position: { $gt: after, $lte: to } } },
      { $sort: { position: 1 } },
      { $limit: COUNTED_AT_ONCE },
      { $group: group },
    ];
    const [counted] = await connection.run(() => collection.aggregate<Counted>(pipeline, connection.limits).toArray());
    if (counted === undefined) return events;
    events += counted.events;
    if (counted.events < COUNTED_AT_ONCE) return events;
    after = counted.last;
  }
}

interface Group {
  readonly _id: { readonly type: TypeName; readonly state: LaborDocument['state'] | 'later' };
  readonly labors: number;
  readonly oldest: Instant;
  readonly last: LaborId;
}

/** The server counts, in the order of ids: labors are only added, and those that were opened later are of no concern. */
async function readPastLabors(connection: Connection, generation: number, at: Position): Promise<PastLabors> {
  const sum = new PastLaborsSum(at);
  const collection = connection.of<StoredLabor>('labors', generation);
  const _id = { type: '$type', state: stateAt(textOf(at)) };
  const group = { _id, labors: { $sum: 1 }, oldest: { $min: '$opened.at' }, last: { $max: '$_id' } };
  for (let after = ''; ;) {
    const pipeline = [
      { $match: { _id: { $gt: after } } },
      { $sort: { _id: 1 } },
      { $limit: COUNTED_AT_ONCE },
      { $group: group },
    ];
    const groups = await connection.run(() => collection.aggregate<Group>(pipeline, connection.limits).toArray());
    let counted = 0;
    for (const { _id: of, labors, oldest, last } of groups) {
      counted += labors;
      if (last > after) after = last;
      if (of.state !== 'later') sum.count(of.type, of.state, labors, oldest);
    }
    if (counted < COUNTED_AT_ONCE) return sum.result();
  }
}

/** The state that a labor had, in the server's words: a waive that was taken back later held at the place. */
function stateAt(place: string): object {
  const isLater = { $gt: ['$opened.position', place] };
  const held = { $and: [{ $lte: ['$$each.closed.position', place] }, { $gt: ['$$each.position', place] }] };
  const reopenings = { $ifNull: ['$past.reopenings', []] };
  const wasWaived = { $anyElementTrue: { $map: { input: reopenings, as: 'each', in: held } } };
  // comes after every position
  const never = '~';
  const wasClosed = { $lte: [{ $ifNull: ['$closed.position', never] }, place] };
  const state = { $cond: [wasWaived, 'waived', { $cond: [wasClosed, '$state', 'open'] }] };
  return { $cond: [isLater, 'later', state] };
}
