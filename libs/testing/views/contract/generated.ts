/** Documents and filters by chance, over few values, so that much coincides; and the page laws that every list keeps. */
import fc from 'fast-check';
import type { Page, PageRequest } from '#contracts';
import { host, instant, quest, type } from './documents.js';
import { allPages } from './harness.js';

export const HOSTS = ['a', 'a-b', 'a.b', 'a0', 'web-1', 'web-10', 'web-2', 'z'].map(host);
export const TYPES = ['reboot-required', 'reboot-done', 're-boot', 'x-y'].map(type);
export const QUESTS = [1, 2, 3, 10].map(quest);
export const PEOPLE = ['ann', 'bob', 'Zoë', '名'];
export const LAST_INSTANT = 12;

export const hosts = fc.constantFrom(...HOSTS);
export const types = fc.constantFrom(...TYPES);
export const quests = fc.constantFrom(...QUESTS);
export const people = fc.constantFrom(...PEOPLE);
export const instants = fc.integer({ min: 0, max: LAST_INSTANT }).map(instant);

/** Fields of a filter: each absent more often than not, a list of values sometimes empty or with repeats. */
export function filterOf<T extends object>(fields: {
  readonly [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>>;
}): fc.Arbitrary<T> {
  const optional = Object.entries<fc.Arbitrary<unknown>>(fields).map(([name, values]) => [
    name,
    fc.option(values, { freq: 1, nil: undefined }),
  ]);
  const some = fc.record(Object.fromEntries(optional) as Record<string, fc.Arbitrary<unknown>>);
  const one = fc.oneof(
    ...Object.entries<fc.Arbitrary<unknown>>(fields).map(([name, values]) =>
      values.map((value) => ({ [name]: value })),
    ),
  );
  return fc
    .oneof(fc.constant({}), one, one, some)
    .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as T);
}

export function listOf<T>(values: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(values, { maxLength: 3 });
}

export const RUNS = 8;
export const FILTERS_PER_RUN = 10;

/** One list, for one filter and sort: the same items whatever the pages' size, the total, and nothing twice. */
export async function expectList<T, S extends string>(
  read: (page: PageRequest<S>) => Promise<Page<T>>,
  sort: S,
  expected: readonly T[],
): Promise<void> {
  for (const limit of [1, 3, 1000]) expect(await allPages(read, sort, limit)).toEqual(expected);
  const counted = await read({ sort, limit: 2, after: null, count: 100_000 });
  expect(counted.items).toEqual(expected.slice(0, 2));
  expect(counted.total).toBe(expected.length);
}

/** Orders by keys, most significant first; those of one kind compare. */
export function byKeys<T>(keys: (item: T) => readonly (string | number | bigint)[]): (a: T, b: T) => number {
  return (a, b) => {
    const left = keys(a);
    const right = keys(b);
    const index = left.findIndex((key, at) => key !== right[at]);
    return index < 0 ? 0 : left[index]! < right[index]! ? -1 : 1;
  };
}
