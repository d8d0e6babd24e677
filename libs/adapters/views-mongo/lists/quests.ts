/** Lists of quests that were accepted, by number or by target. */
import type { CursorKey, Page, PageRequest, QuestDocument, QuestFilter, QuestSort } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Connection } from '../connection.js';
import type { StoredPart } from '../documents.js';
import { decodeQuest, targetIn, type StoredQuest } from '../quest-documents.js';
import { readPage } from './page.js';
import { questQuery } from './quest-query.js';

export async function listQuests(
  connection: Connection,
  generation: number,
  filter: QuestFilter,
  request: PageRequest<QuestSort>,
): Promise<Page<QuestDocument>> {
  const ofHosts = filter.host && (await questsOf(connection, generation, filter.host));
  const query = questQuery(filter, ofHosts, request.sort, request.after);
  return readPage(connection, connection.of<StoredQuest>('quests', generation), query, request, {
    toKey: (quest) => keyOf(quest, request.sort),
    load: (quests) => quests.map(decodeQuest),
  });
}

function keyOf({ _id, due }: StoredQuest, sort: QuestSort): CursorKey {
  return sort === 'target' ? [targetIn(due) ?? '', String(_id)] : [String(_id)];
}

/** Each once, from an index alone. */
async function questsOf(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
): Promise<readonly QuestId[]> {
  const parts = connection.of<StoredPart>('parts', generation);
  const groups = await connection.run(() =>
    parts
      .aggregate<{
        readonly _id: QuestId;
      }>(
        [{ $match: { host: { $in: [...hosts] }, state: { $ne: null } } }, { $group: { _id: '$quest' } }],
        connection.limits,
      )
      .toArray(),
  );
  return groups.map(({ _id }) => _id);
}
