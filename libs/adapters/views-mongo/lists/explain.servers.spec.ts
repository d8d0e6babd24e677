/**
 * The table of plans against the plans of a real MongoDB: with the index that the table names, what is said to be in order
 * needs no sort, and nothing reads the whole collection. A double plans by itself, so on one nothing is said.
 */
import { MongoClient, type Document } from 'mongodb';
import { laneServer, newGeneration } from '#testing';
import { nameOf } from '../layout.js';
import { openMongoViews } from '../index.js';
import { dropDatabase, newPrefix, PATIENT_MS } from '../testing-database.js';
import { pageQuery } from './page.js';
import { PLANS } from './testing-plans.js';

const url = laneServer('HERMES_TEST_MONGO');
const prefix = newPrefix();
const client = await MongoClient.connect(url);
const database = client.db(prefix);
// SecantusDB says its own version beside that of the MongoDB that it stands for
const isDouble = 'secantusVersion' in (await database.admin().command({ buildInfo: 1 }));
let generation: number;

beforeAll(async () => {
  const views = await openMongoViews({ url, prefix, access: 'write', operationMs: PATIENT_MS });
  generation = await newGeneration(views);
  await views.close();
});
afterAll(async () => {
  await client.close();
  await dropDatabase(url, prefix);
});

if (isDouble) {
  test('the server is a double: of plans nothing can be said; there is something to explain', async () => {
    const collections = await database.listCollections().toArray();
    expect(collections.map(({ name }) => name)).toContain(nameOf('labors', generation));
  });
} else {
  test.each(PLANS.map((plan) => [plan.name, plan] as const))('%s', async (_name, { kind, query, index, how }) => {
    const collection = database.collection(nameOf(kind, kind === 'events' ? 1 : generation));
    const explained = await collection
      .find(pageQuery(query), { sort: query.sort, limit: 101, hint: index })
      .explain('queryPlanner');
    const stages = stagesOf((explained['queryPlanner'] as Document)['winningPlan']);
    expect(stages).not.toContain('COLLSCAN');
    expect(stages).toContain('IXSCAN');
    expect(stages.includes('SORT')).toBe(how === 'sorted');
  });
}

function stagesOf(plan: unknown): readonly string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([name, value]: [string, unknown]) =>
    name === 'stage' ? [String(value)] : stagesOf(value),
  );
}
