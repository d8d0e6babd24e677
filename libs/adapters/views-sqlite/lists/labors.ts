/** Lists of labors. */
import type { CursorKey, LaborFilter, LaborSort, Page, PageRequest } from '#contracts';
import type { LaborRow } from '#ports';
import { decodeLabor } from '../documents.js';
import type { Store } from '../store.js';
import { fromMs, toMs } from './instants.js';
import { resolveLaborFilter } from './labor-query.js';
import { laborRanges } from './labor-ranges.js';
import { countMerged } from './merge.js';
import { readPage } from './page.js';
import type { KeyPart, Order } from './ranges.js';
import type { Steps } from './steps.js';

export function orderOf(sort: LaborSort): Order {
  if (sort === 'host') return { keys: ['host', 'opened_at', 'id'], descending: false };
  return { keys: ['opened_at', 'id'], descending: sort === '-openedAt' };
}

export function* listLabors(store: Store, filter: LaborFilter, request: PageRequest<LaborSort>): Steps<Page<LaborRow>> {
  const { sort } = request;
  const query = resolveLaborFilter(store, filter);
  const { total, overlap, ...ranges } = yield* laborRanges(store, query, sort);
  const byHost = sort === 'host';
  const list = { table: 'labors', row: 'number', order: orderOf(sort), ...ranges, wide: false };
  const fromKey = (key: CursorKey): readonly KeyPart[] =>
    byHost ? [key[0] ?? '', toMs(key[1] ?? ''), key[2] ?? ''] : [toMs(key[0] ?? ''), key[1] ?? ''];
  const toKey = (keys: readonly KeyPart[]): CursorKey =>
    byHost ? [String(keys[0]), fromMs(Number(keys[1])), String(keys[2])] : [fromMs(Number(keys[0])), String(keys[1])];
  const load = store.statement(`${laborRowSql()} WHERE l.number = ?`);
  return yield* readPage(
    store,
    {
      list,
      fromKey,
      toKey,
      total,
      ...(overlap && { count: (most: number) => countMerged(store, list, most) }),
      load: ([number]) => toLaborRow(load.get(number) as LaborRowColumns),
    },
    request,
  );
}

/** doc, parked */
export type LaborRowColumns = readonly [string, 0 | 1];

export function laborRowSql(): string {
  return 'SELECT l.doc, EXISTS (SELECT 1 FROM hosts h WHERE h.host = l.host AND h.parked IS NOT NULL) FROM labors l';
}

export function toLaborRow([doc, parked]: LaborRowColumns): LaborRow {
  return { labor: decodeLabor(doc), parked: parked === 1 };
}
