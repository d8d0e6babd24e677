/**
 * Commands on what a filter finds. What that is, is fixed before anything is done: with the record of a request that has an
 * Idempotency-Key, so that another try of it does not search again, when what was done no longer matches; of many by an
 * operation's stream.
 */
import { done, failed, MAX_COUNTED, type Outcome } from '#contracts';
import type { Instant, OperationId } from '#domain';
import type { IngestRequest } from '../deciding/request.js';
import type { AcceptedOperation, Foreseen } from '../ingest.js';
import type { Find } from './find.js';

/** Up to as many are commanded while the request waits, each with a result in its answer. */
export const MOST_AT_ONCE = 1000;
const EXAMPLES = 10;

/** Changes nothing. Counts up to `most`. */
export async function foresee(find: Find, most = MAX_COUNTED): Promise<Outcome<Foreseen>> {
  const counted = await find(null, MAX_COUNTED);
  if (!counted.ok && counted.problem.code === 'too-broad') return countPages(find, most);
  if (!counted.ok) return counted;
  const { ids, next, total = ids.length, atLeast, position } = counted.value;
  const isCounted = counted.value.total !== undefined && !(atLeast && most > MAX_COUNTED);
  if (next !== null && !isCounted) return countPages(find, most);
  return done({ position, found: total, atLeast, examples: ids.slice(0, EXAMPLES) });
}

/** Where the views cannot count them at once. */
async function countPages(find: Find, most: number): Promise<Outcome<Foreseen>> {
  const first = await find(null);
  if (!first.ok) return first;
  const { position } = first.value;
  const examples = first.value.ids.slice(0, EXAMPLES);
  let found = first.value.ids.length;
  for (let { next } = first.value; next !== null && found <= most;) {
    const page = await find(next);
    if (!page.ok) return page;
    found += page.value.ids.length;
    ({ next } = page.value);
  }
  const atLeast = found > most;
  return done({ position, found: atLeast ? most : found, atLeast, examples });
}

/** What is fixed of a request: few ids, or the operation that lists them. */
type Fixed = { readonly ids: readonly string[] } | { readonly operation: OperationId };

/** How what was found is commanded. */
export interface Bulk<T> {
  /** The search, as of the moment when it began. */
  readonly findAt: (now: Instant) => Find;
  readonly now: Instant;
  readonly atOnce: (ids: readonly string[]) => Promise<Outcome<T>>;
  readonly asOperation: (id: OperationId) => Promise<Outcome<AcceptedOperation>>;
}

/** `too-broad` where the filter finds more than an operation may have. */
export async function commandFound<T>(
  { findAt, now, atOnce, asOperation }: Bulk<T>,
  request: IngestRequest,
): Promise<Outcome<T | AcceptedOperation>> {
  const fixed = await fix(findAt(now), request);
  if (!fixed.ok) return fixed;
  return 'ids' in fixed.value ? atOnce(fixed.value.ids) : asOperation(fixed.value.operation);
}

/** The same for every try of the request: what the first one found. */
async function fix(find: Find, request: IngestRequest): Promise<Outcome<Fixed>> {
  const before = request.chosen();
  if (before !== undefined) return done(before as Fixed);
  const found = await few(find);
  if (!found.ok) return found;
  const operation = request.uuid('operation') as OperationId;
  const chosen = await request.choose(found.value === undefined ? { operation } : { ids: found.value });
  if (chosen !== undefined) return done(chosen as Fixed);
  // then that one's answer stands
  return failed({ code: 'outcome-unknown', detail: 'another try of this request has come to its end', retryAfterS: 1 });
}

/** Undefined where there are many. */
async function few(find: Find): Promise<Outcome<readonly string[] | undefined>> {
  const ids: string[] = [];
  for (let after: Parameters<Find>[0] = null; ;) {
    const page = await find(after);
    if (!page.ok) return page;
    ids.push(...page.value.ids);
    if (ids.length > MOST_AT_ONCE) return done(undefined);
    if (page.value.next === null) return done(ids);
    after = page.value.next;
  }
}
