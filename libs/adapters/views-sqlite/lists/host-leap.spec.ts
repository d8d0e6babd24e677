/** The nearest labor of a host, whatever the digits of its revisions, against a search through all of them. */
import fc from 'fast-check';
import { connect } from '#adapters/sqlite';
import { Store } from '../store.js';
import { nearestLabor, type Nearest } from './host-leap.js';

const LAST = 12_345;

/** Few beside each other, and many digits. */
const revisions = fc.uniqueArray(fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 1300 }), fc.nat({ max: LAST })), {
  maxLength: 60,
});

function stored(own: readonly number[]): Store {
  const store = new Store(connect('views', ':memory:'));
  store.exec('CREATE TABLE labors (id TEXT, opened_place INTEGER); CREATE UNIQUE INDEX labors_id ON labors (id)');
  const insert = store.statement('INSERT INTO labors VALUES (?, ?)');
  for (const revision of own) {
    insert.run(`h~${revision}`, 2 * revision);
    if (revision % 3 === 0) for (const end of ['.1', '.10', '.2']) insert.run(`h~${revision}${end}`, 2 * revision);
  }
  for (const other of ['g', 'h1', 'h.1', 'h-', 'i']) insert.run(`${other}~7`, 7);
  return store;
}

function nearest(store: Store, last: number, from: number, isUp: boolean, most: number): Nearest {
  const steps = nearestLabor(store, { host: 'h', last }, from, isUp, most);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

test('it is the next one up to the last, or the one before', async () => {
  const asked = fc.array(fc.tuple(fc.nat({ max: LAST }), fc.nat({ max: LAST })), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(revisions, asked, async (own, questions) => {
      const store = stored(own);
      for (const [one, other] of [...questions, ...own.map((each) => [each, LAST] as const)]) {
        const [from, last] = [Math.min(one, other), Math.max(one, other)];
        const above = own.filter((each) => each >= from && each <= last).sort((a, b) => a - b)[0];
        const below = own.filter((each) => each <= from).sort((a, b) => b - a)[0];
        expect([from, last, nearest(store, last, from, true, Infinity).labor?.revision]).toEqual([from, last, above]);
        const found = nearest(store, last, from, false, Infinity);
        expect([from, found.labor?.revision]).toEqual([from, below]);
        expect(found.labor?.place).toBe(below === undefined ? undefined : BigInt(2 * below));
      }
      await store.close();
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('what is not found by then is not known', async () => {
  const store = stored(Array.from({ length: 5000 }, (_, n) => 1000 + n));
  const { labor, isKnown, looked } = nearest(store, LAST, LAST, false, 100);
  expect({ labor, isKnown }).toEqual({ labor: undefined, isKnown: false });
  expect(looked).toBeLessThan(300);
  expect(nearest(store, LAST, LAST, false, 10_000).labor?.revision).toBe(5999);
  await store.close();
});
