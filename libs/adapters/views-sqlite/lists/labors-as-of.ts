/**
 * R11: labors as they were at a place of the journal. What decides is the document as of then; ranges and columns only leave out
 * labors that cannot pass, and of one that has a past the columns say nothing. A page's work is bounded: where most of what the
 * ranges hold does not pass, it ends early, and says where it goes on.
 */
import {
  hasForgottenAt,
  laborAsOf,
  laborPasses,
  PageRoom,
  positionInKey,
  START,
  type CursorKey,
  type LaborAsOfFilter,
  type LaborDocument,
  type LaborPlaceSort,
  type Page,
  type PageRequest,
  type Position,
} from '#contracts';
import type { LaborAsOfRow } from '#ports';
import { decodeLabor, decodeParked } from '../documents.js';
import { placeOf, positionAt } from '../positions.js';
import type { Store } from '../store.js';
import { isWalked } from './host-walk.js';
import { mergeWithin } from './merge.js';
import { pastList, pastListOfTypes } from './past-ranges.js';
import type { KeyPart, Row } from './ranges.js';
import { DOCUMENT_ROWS, type Steps } from './steps.js';

/** About as many rows are looked at for a page, beside documents that it shows: some tens of milliseconds. */
const MOST_LOOKED = 5000;
/** Where hosts are walked, which takes a look-up and a row for each labor; and for each of the hosts, to find where it is walked. */
const MOST_WALKED = 10_000;
const MOST_WALKED_OF_HOST = 250;

type Request = Omit<PageRequest<LaborPlaceSort>, 'count'>;

export function* listLaborsAsOf(
  store: Store,
  at: Position,
  filter: LaborAsOfFilter,
  { sort, limit, after }: Request,
): Steps<Page<LaborAsOfRow>> {
  if (at === START) return { items: [], next: null };
  let list = yield* pastList(store, at, filter, sort);
  const found = store.statement(
    'SELECT l.doc, (SELECT h.parked FROM hosts h WHERE h.host = l.host) FROM labors l WHERE l.number = ?',
  );
  const room = new PageRoom();
  const items: LaborAsOfRow[] = [];
  let from: readonly KeyPart[] | null = after && fromKey(after);
  let last: CursorKey | null = null;
  const walks = list.ranges.filter(isWalked).length;
  for (let left = walks === 0 ? MOST_LOOKED : MOST_WALKED + walks * MOST_WALKED_OF_HOST; ;) {
    const before = items.length;
    const wanted = limit + 1 - before;
    const { rows, end, looked } = yield* mergeWithin(store, list, from, wanted, left);
    if (end === 'none') {
      if (last !== null) return { items, next: last };
      // nothing is known to go on from: what the walks seek is found among the labors of the fleet, some for each page
      list = pastListOfTypes(store, at, filter, sort);
      left = MOST_LOOKED;
      continue;
    }
    for (const row of rows) {
      const shown = rowAsOf(found.get(row[0]) as FoundLabor, at, filter);
      yield DOCUMENT_ROWS;
      if (shown !== undefined) {
        if (items.length === limit || !room.takes(shown)) return { items, next: last };
        items.push(shown);
      }
      last = keyOf(row);
    }
    if (end !== null) return { items, next: toKey(end) };
    const lastRow = rows.at(-1);
    if (lastRow === undefined || rows.length < wanted) return { items, next: null };
    left -= looked + DOCUMENT_ROWS * (rows.length - (items.length - before));
    if (left <= 0) return { items, next: last };
    from = lastRow.slice(1);
  }
}

/** doc, parked */
type FoundLabor = readonly [string, string | null];

/** Undefined where it was not there, or does not pass. */
function rowAsOf([doc, parked]: FoundLabor, at: Position, filter: LaborAsOfFilter): LaborAsOfRow | undefined {
  const now = decodeLabor(doc);
  const labor: LaborDocument | undefined = laborAsOf(now, at);
  if (labor === undefined || !laborPasses(labor, filter, () => false)) return undefined;
  const wasParked = parked !== null && decodeParked(parked).position <= at;
  return { labor, parked: wasParked, isExact: !hasForgottenAt(now, at) };
}

function keyOf(row: Row): CursorKey {
  return toKey(row.slice(1));
}

function toKey([place = 0n, id = '']: readonly KeyPart[]): CursorKey {
  return [positionAt(BigInt(place)).toString(), String(id)];
}

function fromKey([position, id = '']: CursorKey): readonly KeyPart[] {
  return [placeOf(positionInKey(position)), id];
}
