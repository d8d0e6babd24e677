/** What the entries of quests' streams changed: each is inserted once, and read by its place. */
import {
  PageRoom,
  positionInKey,
  type CursorKey,
  type Page,
  type PageRequest,
  type QuestEntryDocument,
  type QuestEntrySort,
  type Total,
} from '#contracts';
import type { QuestId } from '#domain';
import { placeOf, positionAt } from './positions.js';
import type { Store } from './store.js';

export function insertQuestEntries(store: Store, entries: readonly QuestEntryDocument[]): void {
  const insert = store.statement('INSERT OR IGNORE INTO quest_entries VALUES (?, ?, ?)');
  for (const { quest, position, recordedAt, by, principal, change } of entries)
    insert.run(quest, placeOf(position), JSON.stringify([recordedAt, by, principal, change]));
}

type Packed = readonly [
  recordedAt: QuestEntryDocument['recordedAt'],
  by: string | null,
  principal: string | null,
  change: QuestEntryDocument['change'],
];

export function listQuestEntries(
  store: Store,
  quest: QuestId,
  { sort, after, limit, count }: PageRequest<QuestEntrySort>,
): Page<QuestEntryDocument> {
  const found = entriesAfter(store, quest, sort, after, limit + 1);
  const room = new PageRoom();
  const items: QuestEntryDocument[] = [];
  for (const entry of found.slice(0, limit)) {
    if (!room.takes(entry)) break;
    items.push(entry);
  }
  const last = found.length > items.length ? items.at(-1) : undefined;
  return {
    items,
    next: last === undefined ? null : [last.position.toString()],
    ...(count === false ? {} : totalOf(store, quest, count)),
  };
}

/** Those after the key in the order asked for, at most `limit`. */
export function entriesAfter(
  store: Store,
  quest: QuestId,
  sort: QuestEntrySort,
  after: CursorKey | null,
  limit: number,
): readonly QuestEntryDocument[] {
  const [bound, order] = sort === 'position' ? ['>', 'ASC'] : ['<', 'DESC'];
  const beyond = after === null ? '' : ` AND place ${bound} ?`;
  const sql = `SELECT place, doc FROM quest_entries WHERE quest = ?${beyond} ORDER BY place ${order} LIMIT ?`;
  const values = after === null ? [quest, limit] : [quest, placeOf(positionInKey(after[0])), limit];
  const rows = store.wide(sql).all(...values) as readonly (readonly [bigint, string])[];
  return rows.map(([place, doc]) => {
    const [recordedAt, by, principal, change] = JSON.parse(doc) as Packed;
    return { quest, position: positionAt(place), recordedAt, by, principal, change };
  });
}

function totalOf(store: Store, quest: QuestId, most: number): Total {
  const sql = 'SELECT count(*) FROM (SELECT 1 FROM quest_entries WHERE quest = ? LIMIT ?)';
  const [total] = store.statement(sql).get(quest, most + 1) as readonly [number];
  return total > most ? { total: most, atLeast: true } : { total };
}
