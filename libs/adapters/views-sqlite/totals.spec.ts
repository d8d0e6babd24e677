/** Totals of many types: others have their turn while the oldest open labor of each is looked for. */
import { connect } from '#adapters/sqlite';
import type { TypeName } from '#domain';
import { intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { mostInATurn } from '../../testing/turns.js';
import { openViews } from './open.js';

/** A prepared statement. */
interface Reads {
  get(...values: unknown[]): unknown;
}

const path = temporaryFolder();
const TYPES = 3000;

test('the oldest of many types are looked for in turns', async () => {
  const file = path('views.sqlite');
  let looked = 0;
  const views = await openViews(file, {
    connect: (each) => {
      const database = connect('views', each);
      intercept(database, 'prepare', (prepare, sql) => {
        const statement = prepare(sql);
        const reads: Reads = statement;
        if (sql.includes('min(opened_at)'))
          intercept(reads, 'get', (get, ...values) => ((looked += 1), get(...values)));
        return statement;
      });
      return database;
    },
  });
  const generation = await newGeneration(views);
  const labors = Array.from({ length: TYPES }, (_, n) => laborDoc({ n, type: `t${n}-required` as TypeName }));
  await views.writer.apply(generation, { labors });
  const most = await mostInATurn(
    () => looked,
    async () => {
      expect((await views.reader.totals(generation)).openByType).toHaveLength(TYPES);
    },
  );
  expect(looked).toBeGreaterThanOrEqual(TYPES);
  expect(most).toBeLessThan(TYPES / 2);
  await views.close();
}, 30_000);
