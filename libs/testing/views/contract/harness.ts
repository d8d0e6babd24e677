/** What the views' contract needs from the adapter under test, and the ways its files use it. */
import { DOCUMENTS_VERSION, type Page, type PageRequest } from '#contracts';
import type { Instant } from '#domain';
import type { LoadEncoder, Views } from '#ports';

/** One store with its views open, new and empty. */
export interface ViewsHarness {
  readonly views: Views;
  /** Other views over the same store, as after a restart; the first ones were closed before. */
  reopen(): Promise<Views>;
  /** How often the adapter has waited for its store so far; what is asked for side by side, or in one transaction, counts once. */
  roundTrips(): number;
  /** That of the module which the loader names to threads. */
  readonly encode: LoadEncoder['encode'];
  /** Closes what is open and removes the store. */
  dispose(): Promise<void>;
  /** The part of the documents and random cases that a slow store is tried with, above 0; 1 where absent: all of them. */
  readonly share?: number;
}

/** Every file of the suite gets its harness so: set up before each test, disposed of after it. */
export type Bench = () => ViewsHarness;

export const PARTITIONS = 4;
export const CREATED_AT = '2024-05-06T07:08:09.123Z' as Instant;
export const NEW_GENERATION = {
  documentsVersion: DOCUMENTS_VERSION,
  foldVersion: 1,
  partitions: PARTITIONS,
  hashVersion: 1,
  createdAt: CREATED_AT,
} as const;

/** The harness' share of `all`, at least one. */
export function shareOf({ share = 1 }: ViewsHarness, all: number): number {
  return Math.max(1, Math.round(all * share));
}

/** Makes an empty generation and answers its number. */
export async function newGeneration(views: Views): Promise<number> {
  return (await views.control.createGeneration(NEW_GENERATION)).number;
}

/** The whole list, page by page; `between` runs before each page but the first. */
export async function allPages<T, S extends string>(
  read: (page: PageRequest<S>) => Promise<Page<T>>,
  sort: S,
  limit: number,
  between: (page: number) => Promise<void> = () => Promise.resolve(),
): Promise<readonly T[]> {
  const all: T[] = [];
  let after: PageRequest<S>['after'] = null;
  for (let number = 0; ; number += 1) {
    if (number > 0) await between(number);
    const page: Page<T> = await read({ sort, limit, after, count: false });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    expect(page).not.toHaveProperty('total');
    all.push(...page.items);
    if (page.next === null) return all;
    expect(page.items).toHaveLength(limit);
    after = page.next;
  }
}
