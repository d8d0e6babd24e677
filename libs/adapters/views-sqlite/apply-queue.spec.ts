/** Batches of one turn share a transaction; what one of them does wrong is its own. */
import type { Database } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';
import { hostDoc, intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import type { HostName } from '#domain';
import { openViews } from './open.js';
import { Connections } from './testing-connections.js';
import type { SqliteViews } from './views.js';

const path = temporaryFolder();
let database: Database;
let views: SqliteViews;
let generation: number;

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  database = connections.generation(generation);
});

afterEach(() => views.close());

const hostOf = (n: number) => hostDoc({ host: `w${n}` as HostName });

/** How many transactions are committed from now on. */
function commits(): () => number {
  let count = 0;
  intercept(database, 'exec', (exec, sql) => {
    if (sql === 'COMMIT') count += 1;
    exec(sql);
  });
  return () => count;
}

test('batches asked for in one turn are committed together, each with its own answer', async () => {
  const committed = commits();
  const { writer } = views;
  const answers = await Promise.all([
    writer.apply(generation, { hosts: [hostOf(1)] }),
    writer.apply(generation, { hosts: [hostOf(2)] }),
    // at the version that the first has just replaced
    writer.apply(generation, { hosts: [hostOf(1), hostOf(3)] }),
  ]);
  expect(answers).toEqual([{ conflicts: [] }, { conflicts: [] }, { conflicts: ['w1'] }]);
  expect(committed()).toBe(1);
  expect(await views.reader.totals(generation)).toMatchObject({ hosts: 3 });
});

test('a transaction is bounded: what is too much for one goes into the next', async () => {
  const committed = commits();
  const large = (part: number) => Array.from({ length: 1500 }, (_, n) => laborDoc({ n: part * 1500 + n }));
  await Promise.all([0, 1, 2].map((part) => views.writer.apply(generation, { labors: large(part) })));
  expect(committed()).toBe(2);
  expect(await views.reader.totals(generation)).toMatchObject({ labors: { open: 4500 } });
});

test('a batch that fails takes none with it', async () => {
  const { writer } = views;
  const [first, gone, last] = await Promise.allSettled([
    writer.apply(generation, { hosts: [hostOf(1)] }),
    writer.apply(generation + 7, { hosts: [hostOf(2)] }),
    writer.apply(generation, { hosts: [hostOf(3)] }),
  ]);
  expect(first).toEqual({ status: 'fulfilled', value: { conflicts: [] } });
  expect(gone).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) as unknown });
  expect(last).toEqual({ status: 'fulfilled', value: { conflicts: [] } });
  expect(await views.reader.totals(generation)).toMatchObject({ hosts: 2 });
});

test('a batch that waits when the views are closed is refused', async () => {
  const waiting = views.writer.apply(generation, { hosts: [hostOf(1)] });
  const refused = expect(waiting).rejects.toThrow(StoreUnavailable);
  await views.close();
  await refused;
});
