/**
 * Labors of hosts that have had too many to be sorted, in the order of their opening. No index has them in that order, and one would
 * cost every opening a page. But a labor's id begins with its host and the revision of the entry that opened it, and within a host
 * places grow with revisions (J2): so the ids are looked up revision after revision, each a seek in the index of ids; where none is
 * found, the next is sought (see host-leap.ts). What may be looked at for a page is bounded: a walk that has found nothing by then is given
 * up.
 */
import { HOST_REVISION } from '../documents.js';
import type { Store } from '../store.js';
import { nearestLabor } from './host-leap.js';
import { lookAt, type KeyPart, type Range, type RangeList, type Row, type Scanned, type Walk } from './ranges.js';
import type { Steps } from './steps.js';

type WalkedRange = Range & Required<Pick<Range, 'walk'>>;
/** Places of the journal, as SQLite has them: each the bound itself. */
interface Window {
  readonly from: bigint | undefined;
  readonly before: bigint | undefined;
}

/** Revisions that are looked up with one statement: a millisecond or two at most. */
const LEAST_WALKED = 16;
const MOST_WALKED = 1024;
/** Where one of as many revisions opened a labor, more of them are looked up at once. */
const DENSE = 4;
/** A walk begins as near to its place: a look-up of some revisions. */
const NEAR = 256;
/** More than a revision opens. */
const ROWS_AT_ONCE = 1_000_000;

export function isWalked(range: Range): range is WalkedRange {
  return range.walk !== undefined;
}

/** Of each host that has entries a range: of its own labors, in the order of their opening or against it. */
export function walksOf(
  store: Store,
  hosts: readonly string[],
  within: NonNullable<Range['within']>,
): readonly Range[] {
  const sql = `SELECT host, ${HOST_REVISION} FROM json_each(?) AS asked
    CROSS JOIN hosts INDEXED BY hosts_host ON host = asked.value`;
  const found = store.statement(sql).all(JSON.stringify(hosts)) as readonly (readonly [string, number])[];
  return found.map(([host, last]) => ({
    ...{ index: ' NOT INDEXED', walk: { host, last }, within },
    where: [{ sql: 'host = ?', values: [host] }],
  }));
}

/** What a walk has found; where it is given up, what comes next in it is not known. */
export interface Walked extends Scanned {
  readonly isGivenUp?: true;
}

type Judged = ReturnType<typeof lookAt>[number];

/**
 * Revisions after `after` are looked up: about `step` where most of them opened labors, and as many as it takes to find a labor that
 * lies in the range; given up once about `most` rows were looked at before.
 */
export function* walkRange(
  store: Store,
  list: RangeList,
  range: WalkedRange,
  after: readonly KeyPart[] | null,
  step: number,
  most: number,
): Steps<Walked> {
  const { host, last } = range.walk;
  const isUp = !list.order.descending;
  const window = windowOf(range, after, isUp);
  let looked = 0;
  let revision = revisionIn(host, after);
  if (revision === undefined) {
    const near = yield* nearPlace(store, range.walk, isUp ? window.from : window.before, most);
    looked += near.looked;
    revision = isUp ? near.low : near.high;
  }
  const beyond: Judged[] = [];
  let [size, walked] = [LEAST_WALKED, 0];
  while (looked < most) {
    const some = revisionsFrom(revision, size, last, isUp);
    const rows = lookAt(store, list, amongRevisions(range, some), null, ROWS_AT_ONCE);
    looked += some.length + rows.length;
    walked += some.length;
    yield some.length + rows.length;
    beyond.push(...rows.filter(({ row }) => isAfter(row, after, isUp) && lies(row, window)));
    revision = isUp ? (some.at(-1) ?? last) + 1 : (some.at(-1) ?? 0) - 1;
    const isLast = revision < 0 || revision > last || isBeyond(rows.at(-1)?.row, window, isUp);
    const isDense = rows.length * DENSE >= size;
    if (isLast || (beyond.length > 0 && !(isDense && walked < step))) return walkedTo(beyond, isLast, looked);
    size = isDense ? Math.min(MOST_WALKED, 2 * size) : LEAST_WALKED;
    if (rows.length > 0) continue;
    const next = yield* nearestLabor(store, range.walk, revision, isUp, most - looked);
    looked += next.looked;
    if (next.isKnown && next.labor === undefined) return walkedTo(beyond, true, looked);
    revision = next.labor?.revision ?? revision;
  }
  if (beyond.length > 0) return walkedTo(beyond, false, looked);
  return { rows: [], looked, last: undefined, isGivenUp: true };
}

function walkedTo(beyond: readonly Judged[], isLast: boolean, looked: number): Walked {
  const passing = beyond.flatMap(({ row, passes }) => (passes ? [row] : []));
  return { rows: passing, looked, last: isLast ? undefined : beyond.at(-1)?.row };
}

function windowOf({ within = {} }: Range, after: readonly KeyPart[] | null, isUp: boolean): Window {
  const from = within.from === undefined ? undefined : BigInt(within.from);
  const before = within.before === undefined ? undefined : BigInt(within.before);
  const [key] = after ?? [];
  if (key === undefined) return { from, before };
  // the event of that place may have opened several
  const place = BigInt(key);
  if (isUp) return { from: from === undefined || place > from ? place : from, before };
  return { from, before: before === undefined || place + 1n < before ? place + 1n : before };
}

function lies(row: Row, { from, before }: Window): boolean {
  const place = placeIn(row);
  return (from === undefined || place >= from) && (before === undefined || place < before);
}

/** Whether what follows the row is beyond the window's end. */
function isBeyond(row: Row | undefined, { from, before }: Window, isUp: boolean): boolean {
  if (row === undefined) return false;
  if (isUp) return before !== undefined && placeIn(row) >= before;
  return from !== undefined && placeIn(row) < from;
}

function placeIn([, place = 0n]: Row): bigint {
  return BigInt(place);
}

/** By place, then by id. */
function isAfter(row: Row, after: readonly KeyPart[] | null, isUp: boolean): boolean {
  if (after === null) return true;
  const [place = 0n, id = ''] = after;
  const own = placeIn(row);
  if (own !== BigInt(place)) return own > BigInt(place) === isUp;
  const name = String(row[2]);
  return name !== id && name > String(id) === isUp;
}

/** That of the host's labor at which the last rows ended; undefined where they ended at another host's. */
function revisionIn(host: string, after: readonly KeyPart[] | null): number | undefined {
  const id = String(after?.[1] ?? '');
  if (!id.startsWith(`${host}~`)) return undefined;
  return Number.parseInt(id.slice(host.length + 1), 10);
}

function revisionsFrom(first: number, many: number, last: number, isUp: boolean): readonly number[] {
  const some: number[] = [];
  for (let n = 0; n < many; n += 1) {
    const revision = isUp ? first + n : first - n;
    if (revision >= 0 && revision <= last) some.push(revision);
  }
  return some;
}

/** What an entry opens are its own id, and those that add a dot and a number; none comes after that and a slash. */
const OF_REVISIONS = `FROM json_each(?) AS asked CROSS JOIN labors AS l INDEXED BY labors_id
  ON l.id >= asked.value AND l.id < asked.value || '/'`;

function idsOf(host: string, revisions: readonly number[]): string {
  return JSON.stringify(revisions.map((revision) => `${host}~${revision}`));
}

function amongRevisions({ walk: { host }, index, where }: WalkedRange, revisions: readonly number[]): Range {
  const sql = `number IN (SELECT l.number ${OF_REVISIONS})`;
  return { index, where: [{ sql, values: [idsOf(host, revisions)] }, ...where] };
}

/**
 * Revisions between which those at `place` and later are parted from those before: none of the former is below the first, and none
 * of the latter above the second. It is searched for by halves, farther apart where `most` rows were looked at before.
 */
function* nearPlace(
  store: Store,
  { host, last }: Walk,
  place: bigint | undefined,
  most: number,
): Steps<{ readonly low: number; readonly high: number; readonly looked: number }> {
  let [low, high, looked] = [0, last, 0];
  while (place !== undefined && high - low > NEAR && looked < most) {
    const middle = Math.floor((low + high) / 2);
    const next = yield* nearestLabor(store, { host, last: high }, middle, true, most - looked);
    looked += next.looked;
    if (!next.isKnown) break;
    if (next.labor !== undefined && next.labor.place < place) low = next.labor.revision;
    else high = middle;
  }
  return { low, high, looked };
}
