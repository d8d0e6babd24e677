/** Places among the changes of documents that were written late, where the writes and their places race, or a writer was killed. */
import { LAST_POSITION } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import { intercept, laborDoc, laneServer, newGeneration, positionAt as at, questRecord, recountOf } from '#testing';
import { Connection } from './connection.js';
import { Directory } from './directory.js';
import { openMongoViews } from './index.js';
import { clientOf } from './open.js';
import { dropDatabase, inDatabase, newPrefix, PATIENT_MS } from './testing-database.js';
import { MongoWriter } from './writer.js';

const url = laneServer('HERMES_TEST_MONGO');

let prefix: string;
let views: Views;
let connection: Connection;
let generation: number;

beforeEach(async () => {
  prefix = newPrefix();
  const options = { url, prefix, access: 'write', operationMs: PATIENT_MS } as const;
  views = await openMongoViews(options);
  connection = new Connection(clientOf(options), prefix, PATIENT_MS, true);
  generation = await newGeneration(views);
});
afterEach(async () => {
  await connection.close();
  await views.close();
  await dropDatabase(url, prefix);
});

/** As a writer leaves them that was killed before they got their places. */
async function unsettle(kind: 'labors' | 'quests'): Promise<void> {
  await inDatabase(url, prefix, (database) =>
    database.collection(`${kind}_${generation}`).updateMany({}, { $set: { seenAt: '~' } }),
  );
}

test('documents without their places are read in pages, each once', async () => {
  const labors = Array.from({ length: 5 }, (_, n) => laborDoc({ n }));
  const quests = Array.from({ length: 5 }, (_, n) => questRecord(n + 1, n));
  await views.writer.apply(generation, { labors, quests, published: 'late' });
  await unsettle('labors');
  await unsettle('quests');
  const found: string[] = [];
  for (let from = { seenAt: at(0), after: null as LaborId | null }; found.length <= 5;) {
    const page = await views.reader.changedLabors(generation, from, 2);
    found.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || page.length < 2) break;
    expect(last.seenAt).toBe(LAST_POSITION);
    from = { seenAt: last.seenAt, after: last.id };
  }
  expect(found).toEqual(labors.map(({ id }) => String(id)));
  const foundQuests: number[] = [];
  for (let from = { seenAt: at(0), after: null as QuestId | null }; foundQuests.length <= 5;) {
    const page = await views.reader.changedQuests(generation, from, 2);
    foundQuests.push(...page.map(({ quest }) => quest.quest));
    const last = page.at(-1);
    if (last === undefined || page.length < 2) break;
    from = { seenAt: last.seenAt, after: last.quest.quest };
  }
  expect(foundQuests).toEqual([1, 2, 3, 4, 5]);
});

test('a late write gives its place to nothing that was written over it meanwhile', async () => {
  const first = new MongoWriter(connection, new Directory(connection));
  const [labor, quest] = [laborDoc({ n: 2 }), questRecord(7, 2)];
  const written = new Set<string>();
  // both collections are written, and then written again with the places
  intercept(connection, 'bulk', async (original, collection, operations) => {
    const { collectionName: name } = collection;
    if (operations.length > 0 && written.has(name)) {
      if (name.startsWith('labors_')) {
        await views.writer.apply(generation, { labors: [{ ...labor, position: at(3) }], published: 'late' });
        await unsettle('labors');
      } else {
        await views.writer.storeRecount(generation, quest.quest, recountOf(3), 0, 'late');
        await unsettle('quests');
      }
    }
    if (operations.length > 0) written.add(name);
    return original(collection, operations);
  });
  await first.apply(generation, { labors: [labor], quests: [quest], published: 'late' });
  const [[foundLabor], [foundQuest]] = await Promise.all([
    views.reader.changedLabors(generation, { seenAt: at(0), after: null }, 2),
    views.reader.changedQuests(generation, { seenAt: at(0), after: null }, 2),
  ]);
  expect(foundLabor).toEqual({ id: labor.id, position: at(3), seenAt: LAST_POSITION });
  expect([foundQuest?.quest.recount?.version, foundQuest?.seenAt]).toEqual([1, LAST_POSITION]);
});
