/**
 * Commands on what a filter finds. What that is, is fixed before anything is done: with the record of a request that has an
 * Idempotency-Key, so that another try of it does not search again, when what was done no longer matches.
 */
import { done, failed, MAX_COUNTED, type Outcome, type Position } from '#contracts';
import type { IngestRequest } from '../deciding/request.js';
import type { Find } from './find.js';

/** Up to as many are commanded while the request waits, each with a result in its answer. */
export const MOST_AT_ONCE = 1000;
const EXAMPLES = 10;

/** What a filter finds: how many, and some of them. */
export interface Foreseen {
  readonly position: Position;
  readonly found: number;
  /** Counting ended there, and more match. */
  readonly atLeast: boolean;
  readonly examples: readonly string[];
}

/** Changes nothing. */
export async function foresee(find: Find): Promise<Outcome<Foreseen>> {
  const counted = await find(null, MAX_COUNTED);
  if (!counted.ok && counted.problem.code === 'too-broad') return countPages(find);
  if (!counted.ok) return counted;
  const { ids, next, total = ids.length, atLeast, position } = counted.value;
  if (next !== null && counted.value.total === undefined) return countPages(find);
  return done({ position, found: total, atLeast, examples: ids.slice(0, EXAMPLES) });
}

/** Where the views cannot count them at once. */
async function countPages(find: Find): Promise<Outcome<Foreseen>> {
  const first = await find(null);
  if (!first.ok) return first;
  const { position } = first.value;
  const examples = first.value.ids.slice(0, EXAMPLES);
  let found = first.value.ids.length;
  for (let { next } = first.value; next !== null;) {
    if (found > MAX_COUNTED) return done({ position, found: MAX_COUNTED, atLeast: true, examples });
    const page = await find(next);
    if (!page.ok) return page;
    found += page.value.ids.length;
    ({ next } = page.value);
  }
  return done({ position, found, atLeast: false, examples });
}

/** The same for every try of the request: what the first one found. */
export async function fixed(find: Find, request: IngestRequest): Promise<Outcome<readonly string[]>> {
  const before = request.chosen();
  if (before !== undefined) return done(before as readonly string[]);
  const found = await few(find);
  if (!found.ok) return found;
  const chosen = await request.choose(found.value);
  if (chosen !== undefined) return done(chosen as readonly string[]);
  // then that one's answer stands
  return failed({ code: 'outcome-unknown', detail: 'another try of this request has come to its end', retryAfterS: 1 });
}

async function few(find: Find): Promise<Outcome<readonly string[]>> {
  const ids: string[] = [];
  for (let after: Parameters<Find>[0] = null; ;) {
    const page = await find(after);
    if (!page.ok) return page;
    ids.push(...page.value.ids);
    if (ids.length > MOST_AT_ONCE) return failed(tooBroad());
    if (page.value.next === null) return done(ids);
    after = page.value.next;
  }
}

function tooBroad() {
  const detail = `where finds more than ${MOST_AT_ONCE}: ask in parts, e.g. by type or by host`;
  return { code: 'too-broad', detail } as const;
}
