/** R11: labors that are closed and reopened between the exchanges of a page are on it all the same, once. */
import { laborAsOf, NO_PAST, pastWith, type LaborDocument, type LaborPlaceSort } from '#contracts';
import type { Views } from '#ports';
import { closedLabor, laborDoc, laneServer, newGeneration } from '#testing';
import { Connection } from '../connection.js';
import { clientOf, openViews } from '../open.js';
import { dropDatabase, newPrefix, PATIENT_MS } from '../testing-database.js';
import { listLaborsAsOf } from './labors-as-of.js';

const url = laneServer('HERMES_TEST_MONGO');
/** No page of so few labors takes more exchanges. */
const MOST_EXCHANGES = 8;

/** Something else happens before each exchange. */
class Interrupted extends Connection {
  exchanges = 0;
  before: (exchange: number) => Promise<void> = () => Promise.resolve();

  override async run<T>(exchange: () => Promise<T>): Promise<T> {
    this.exchanges += 1;
    await this.before(this.exchanges);
    return super.run(exchange);
  }
}

let prefix: string;
let views: Views;
let generation: number;
let connection: Interrupted;

beforeEach(async () => {
  prefix = newPrefix();
  const options = { url, prefix, access: 'write', operationMs: PATIENT_MS } as const;
  views = await openViews(options, clientOf(options));
  generation = await newGeneration(views);
  connection = new Interrupted(clientOf(options), prefix, PATIENT_MS, false);
});
afterEach(async () => {
  await connection.close();
  await views.close();
  await dropDatabase(url, prefix);
});

const OPENED = Array.from({ length: 3 }, (_, n) => laborDoc({ n, id: `web~${n}` as LaborDocument['id'] }));
const [, MOVING] = OPENED as [LaborDocument, LaborDocument, LaborDocument];
const AT = OPENED.at(-1)!.position;

/** Waived, reopened, and completed in the end: each some hundred places after the last. */
function laterOn(): readonly [LaborDocument, LaborDocument, LaborDocument] {
  const waived = closedLabor(MOVING, 400, 'waived');
  const { position } = laborDoc({ n: 900 });
  const past = pastWith(NO_PAST, 'reopenings', {
    ...{ by: null, principal: null, at: waived.lastSeen, note: null, position, closed: waived.closed! },
  });
  const reopened: LaborDocument = { ...MOVING, past, position };
  return [waived, reopened, closedLabor(reopened, 2000)];
}

/** What happens before which exchange. */
async function idsWith(changes: ReadonlyMap<number, LaborDocument>, sort: LaborPlaceSort): Promise<readonly string[]> {
  await views.writer.apply(generation, { labors: OPENED });
  connection.before = async (exchange) => {
    const labor = changes.get(exchange);
    if (labor !== undefined) await views.writer.apply(generation, { labors: [labor] });
  };
  const request = { sort, limit: 10, after: null };
  const { items, next } = await listLaborsAsOf(connection, generation, AT, { state: ['open'] }, request);
  expect(next).toBeNull();
  const ids = items.map(({ labor }) => labor.id);
  return sort === 'openedPlace' ? ids : ids.toReversed();
}

const [WAIVED, REOPENED, COMPLETED] = laterOn();
const FIRST = Array.from({ length: MOST_EXCHANGES }, (_, n) => n + 1);

test('R11: the changes are what they are taken for', () => {
  for (const labor of [WAIVED, REOPENED, COMPLETED]) expect(laborAsOf(labor, AT)).toEqual({ ...MOVING, position: AT });
});

test.each(FIRST)('R11: a labor that is closed before exchange %i of a page is on it', async (exchange) => {
  expect(await idsWith(new Map([[exchange, WAIVED]]), 'openedPlace')).toEqual(OPENED.map(({ id }) => id));
  expect(connection.exchanges).toBeLessThanOrEqual(MOST_EXCHANGES);
});

test.each(FIRST)('R11: one that is reopened too, and closed again, from exchange %i on', async (exchange) => {
  const steps = [WAIVED, REOPENED, COMPLETED].map((labor, n) => [exchange + n, labor] as const);
  expect(await idsWith(new Map(steps), '-openedPlace')).toEqual(OPENED.map(({ id }) => id));
});
