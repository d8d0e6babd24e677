/** What was open of a quest at which time (rule 20): the changes that the views sum up, as one bucket after the other. */
import { BUCKETS_MS, done, type Burndown, type BurndownChange, type Page, type PageRequest } from '#contracts';
import { msOfInstant, type Instant, type TypeName } from '#domain';
import { instantAt } from '../clock.js';
import { hostsJudged } from './host-barrier.js';
import { findQuest } from './quest-reads.js';
import type { ReadContext } from './read-context.js';
import type { BurndownBucket, BurndownSort, Reading } from './reading.js';

export function burndownReads(context: ReadContext): Pick<Reading, 'burndown'> {
  return {
    burndown: (id, { bucket = null }, page, demand) =>
      context.answer(
        demand,
        async ({ generation, position: upTo }, views) => {
          const quest = await findQuest(views, generation, id, context.now());
          if (!quest.ok) return quest;
          return done(pageOf(bucketsOf(await views.burndown(generation, { quest: id, upTo, bucket })), page));
        },
        (views) => hostsJudged(views, { quests: [id] }),
      ),
  };
}

/** Oldest first, without a gap. */
export function bucketsOf({ bucket, span, before, changes, forgetful }: Burndown): readonly BurndownBucket[] {
  if (span === null) return [];
  const lengthMs = BUCKETS_MS[bucket];
  const byBucket = new Map<Instant, BurndownChange[]>();
  for (const each of changes) byBucket.set(each.from, [...(byBucket.get(each.from) ?? []), each]);
  const open = new Map<TypeName, number>(before.map((each) => [each.type, each.open]));
  const buckets: BurndownBucket[] = [];
  for (let fromMs = msOfInstant(span.first); fromMs <= msOfInstant(span.last); fromMs += lengthMs) {
    const from = instantAt(fromMs);
    for (const { type, change } of byBucket.get(from) ?? []) open.set(type, (open.get(type) ?? 0) + change);
    buckets.push({ from, to: instantAt(fromMs + lengthMs), ...openOf(open), forgetful });
  }
  return buckets;
}

function openOf(types: ReadonlyMap<TypeName, number>): Pick<BurndownBucket, 'open' | 'steps'> {
  const steps = [...types]
    .filter(([, open]) => open > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, open]) => ({ type, open }));
  return { open: steps.reduce((sum, { open }) => sum + open, 0), steps };
}

/** The buckets are few, so a page is cut from all of them. Where the views have moved on to longer ones meanwhile, it goes on in these. */
function pageOf(
  buckets: readonly BurndownBucket[],
  { sort, limit, after, count }: PageRequest<BurndownSort>,
): Page<BurndownBucket> {
  const [last] = (after ?? []) as readonly Instant[];
  const ordered = sort === 'from' ? buckets : buckets.toReversed();
  const rest = ordered.filter(({ from }) => last === undefined || (sort === 'from' ? from > last : from < last));
  const items = rest.slice(0, limit);
  const end = items.at(-1);
  return {
    items,
    next: rest.length > limit && end !== undefined ? [end.from] : null,
    ...(count === false ? {} : { total: buckets.length }),
  };
}
