/** What the entries of quests' streams changed: each is inserted once, and read by its position. */
import { positionInKey, type Page, type PageRequest, type QuestEntryDocument, type QuestEntrySort } from '#contracts';
import type { QuestId } from '#domain';
import type { Connection } from './connection.js';
import { beyondKey, readPage } from './lists/page.js';
import { positionFrom, textOf } from './positions.js';

interface StoredQuestEntry extends Pick<QuestEntryDocument, 'quest' | 'recordedAt' | 'by' | 'principal'> {
  /** Quest and position, both with all their digits: in the order of the list. */
  readonly _id: string;
  readonly position: string;
  readonly change: QuestEntryDocument['change'];
}

const NUMBER_DIGITS = 16;

function idOf(quest: QuestId, position: string): string {
  return `${String(quest).padStart(NUMBER_DIGITS, '0')}~${position}`;
}

export async function insertQuestEntries(
  connection: Connection,
  generation: number,
  entries: readonly QuestEntryDocument[],
): Promise<void> {
  const inserts = entries.map(({ position: at, ...entry }) => {
    const position = textOf(at);
    return { insertOne: { document: { _id: idOf(entry.quest, position), ...entry, position } } };
  });
  await connection.bulk(connection.of<StoredQuestEntry>('quest_entries', generation), inserts);
}

export async function listQuestEntries(
  connection: Connection,
  generation: number,
  quest: QuestId,
  request: PageRequest<QuestEntrySort>,
): Promise<Page<QuestEntryDocument>> {
  const { sort, after } = request;
  const direction = sort === 'position' ? 1 : -1;
  // every position is between these: it begins with a digit
  const filter = { _id: { $gt: idOf(quest, ''), $lt: idOf(quest, ':') } };
  const beyond = after && beyondKey('_id', idOf(quest, textOf(positionInKey(after[0]))), direction);
  const collection = connection.of<StoredQuestEntry>('quest_entries', generation);
  return readPage(connection, collection, { filter, beyond, sort: { _id: direction } }, request, {
    toKey: ({ position }) => [positionFrom(position).toString()],
    load: (entries) =>
      entries.map(({ recordedAt, by, principal, change, position }) => ({
        ...{ quest, position: positionFrom(position), recordedAt, by, principal, change },
      })),
  });
}
