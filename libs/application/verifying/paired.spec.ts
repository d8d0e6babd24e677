/** Two lists in pairs, whatever pages they come in. */
import fc from 'fast-check';
import { paired, type Pair } from './paired.js';

const lists = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 30 }).map((keys) => keys.sort((a, b) => a - b));

/** Pages of `size`, of which some are empty. */
function pagesOf(keys: readonly number[], size: number) {
  let isEmptyNext = false;
  return {
    read: async (after: number | null) => {
      isEmptyNext = !isEmptyNext;
      if (isEmptyNext && after !== null) return { items: [], next: after };
      const left = keys.filter((key) => after === null || key > after);
      const items = left.slice(0, size);
      return { items, next: left.length > size ? items.at(-1)! : null };
    },
  };
}

test('each key comes once, in order, with that of the other list where it has the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      lists,
      lists,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      async (a, b, m, n) => {
        const found: Pair<number>[] = [];
        let most = 0;
        for await (const pairs of paired([pagesOf(a, m), pagesOf(b, n)], (one, other) => one - other)) {
          most = Math.max(most, pairs.length);
          found.push(...pairs);
        }
        const keys = [...new Set([...a, ...b])].sort((one, other) => one - other);
        const has = (list: readonly number[], key: number) => (list.includes(key) ? key : undefined);
        expect(found).toEqual(keys.map((key) => [has(a, key), has(b, key)]));
        expect(most).toBeLessThanOrEqual(m + n);
      },
    ),
  );
});
