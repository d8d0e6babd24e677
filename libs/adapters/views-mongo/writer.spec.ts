/** How far a batch comes when one of its writes fails: another projector resumes from the stored documents. */
import { expectedPart, type QuestEntryDocument } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import { StoreUnavailable } from '#ports';
import { positionAt, questRecord } from '#testing';
import type { Connection } from './connection.js';
import type { Directory } from './directory.js';
import { MongoWriter } from './writer.js';

/** Refuses the writes of one collection, once. */
function refusing(kind: string) {
  const written: string[] = [];
  let isRefused = false;
  const write = async (collection: unknown, operations: readonly unknown[]): Promise<readonly number[]> => {
    if (operations.length === 0) return [];
    if (collection === kind && !isRefused) {
      isRefused = true;
      throw new StoreUnavailable('views', 'by plan');
    }
    written.push(String(collection));
    return [];
  };
  const connection = {
    of: (collection: string) => collection,
    bulk: async (...args: Parameters<typeof write>) => ({ refused: await write(...args), matched: 0 }),
    upsert: write,
  };
  const directory = { confirm: () => Promise.resolve(), eventsOf: () => Promise.resolve(1) };
  const writer = new MongoWriter(connection as unknown as Connection, directory as unknown as Directory);
  return { writer, written };
}

test.each(['parts', 'quest_entries'])(
  'P2: a quest’s record is stored after what its entries brought: %s',
  async (kind) => {
    const { writer, written } = refusing(kind);
    const quest = 1 as QuestId;
    const recordedAt = '2026-01-01T00:00:00.000Z' as Instant;
    const entry: QuestEntryDocument = {
      ...{ quest, position: positionAt(1), recordedAt, by: null, principal: null, change: { kind: 'ended' } },
    };
    const batch = {
      parts: [expectedPart(quest, 'a' as HostName, positionAt(1))],
      marks: [{ quest, position: positionAt(1) }],
      questEntries: [entry],
      quests: [questRecord(1, 1)],
    };
    await expect(writer.apply(1, batch)).rejects.toThrow('by plan');
    // the mark alone
    expect(written.filter((collection) => collection === 'quests')).toHaveLength(1);
    written.length = 0;
    await writer.apply(1, batch);
    expect(written.at(-1)).toBe('quests');
    expect([...written].sort()).toEqual(['parts', 'quest_entries', 'quests', 'quests']);
  },
);
