/** Places among the changes of documents that were written late, where the writes and their places race, or a writer was killed. */
import { LAST_POSITION } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import { laborDoc, laneServer, newGeneration, positionAt as at, questRecord } from '#testing';
import { openMongoViews } from './index.js';
import { dropDatabase, inDatabase, newPrefix, PATIENT_MS } from './testing-database.js';

const url = laneServer('HERMES_TEST_MONGO');

let prefix: string;
let views: Views;
let generation: number;

beforeEach(async () => {
  prefix = newPrefix();
  views = await openMongoViews({ url, prefix, access: 'write', operationMs: PATIENT_MS });
  generation = await newGeneration(views);
});
afterEach(async () => {
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
