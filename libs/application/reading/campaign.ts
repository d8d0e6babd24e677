/**
 * How a fleet's work stands, for figures that are scraped: from the totals that `stats` keeps, two small questions, and a
 * cache of its own, so that scraping often costs no more than scraping now and then.
 */
import type { Instant } from '#domain';
import type { ReadContext } from './read-context.js';
import type { Reading, Stats } from './reading.js';

/** A look is kept for this long. */
export const CAMPAIGN_KEPT_MS = 10_000;
/** Overdue quests are counted up to this many. */
export const MAX_OVERDUE_COUNTED = 10_000;

export interface Campaign {
  readonly openByType: Stats['openByType']['value'];
  /** Quests by state. */
  readonly quests: Stats['totals']['value']['quests'];
  readonly overdue: number;
  /** `recordedAt` of the event that is last in the journal; null before the first. */
  readonly newestEvent: Instant | null;
}

/** Looks when asked, at most every {@link CAMPAIGN_KEPT_MS}; null where no views are served. Throws StoreUnavailable. */
export function campaignReads(context: ReadContext, { stats }: Pick<Reading, 'stats'>): () => Promise<Campaign | null> {
  let kept: { readonly look: Promise<Campaign | null>; readonly untilMs: number } | undefined;
  return () => {
    const nowMs = context.clock.nowMs();
    // a clock that was put back keeps nothing for hours
    if (kept === undefined || nowMs >= kept.untilMs || nowMs < kept.untilMs - CAMPAIGN_KEPT_MS) {
      const look = lookAt(context, stats);
      kept = { look, untilMs: nowMs + CAMPAIGN_KEPT_MS };
      // a failure is not kept
      look.catch(() => (kept = undefined));
    }
    return kept.look;
  };
}

async function lookAt(context: ReadContext, stats: Reading['stats']): Promise<Campaign | null> {
  const answer = await stats({});
  if (!answer.ok) return null;
  const { generation, body } = answer.value;
  const { views } = context;
  const one = { limit: 1, after: null } as const;
  const [overdue, newest] = await Promise.all([
    views.quests(
      generation,
      { overdue: { is: true, now: context.now() } },
      { ...one, sort: '-id', count: MAX_OVERDUE_COUNTED },
    ),
    views.events({}, { ...one, sort: '-position', count: false }),
  ]);
  return {
    openByType: body.openByType.value,
    quests: body.totals.value.quests,
    overdue: overdue.total ?? 0,
    newestEvent: newest.items[0]?.recordedAt ?? null,
  };
}
