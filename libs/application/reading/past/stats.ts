/**
 * The figures of the past (R11): each labor and quest is looked at, in turns with other questions. So a count is made once for all
 * who ask for the moment, few at a time, and kept for a while: hosts that were parked or behind may add to it.
 */
import { done, failed, type Outcome, type Position, type Problem } from '#contracts';
import { isStranded } from '#domain';
import type { ViewsTotals } from '#ports';
import { keptMs, LEAST_KEPT_MS } from '../kept.js';
import type { ReadContext } from '../read-context.js';
import type { PastStats } from '../reading.js';
import type { Seen } from '../seen.js';
import { oldestIn } from '../oldest.js';
import { totalsAsOf } from './totals.js';

interface Counted {
  readonly beganMs: number;
  readonly tookMs: number;
  readonly totals: ViewsTotals;
}

/** Moments whose counts are kept, those counted last. */
const MOST_KEPT = 16;
/** Counts that are made at once. */
const MOST_COUNTING = 2;

export class PastStatsCounter {
  private readonly kept = new Map<string, Counted>();
  private readonly counting = new Map<string, Promise<Counted>>();

  constructor(private readonly context: ReadContext) {}

  /** `overloaded` where as many other moments are being counted as may be. */
  async stats({ generation }: Seen, position: Position): Promise<Outcome<PastStats>> {
    const name = `${generation} ${position}`;
    const nowMs = this.context.monotonicMs();
    let counted = this.kept.get(name);
    if (counted === undefined || nowMs >= counted.beganMs + keptMs(counted.tookMs)) {
      if (!this.counting.has(name) && this.counting.size >= MOST_COUNTING) return failed(BUSY);
      counted = await this.count(name, generation, position);
    }
    const { totals, beganMs } = counted;
    const catalogue = await this.context.catalogues.asOf(generation, position);
    const ageMs = Math.max(0, Math.round(this.context.monotonicMs() - beganMs));
    const { openByType, ...rest } = totals;
    return done({
      totals: { value: rest, ageMs },
      openByType: { value: openByType, ageMs },
      stranded: { value: openByType.filter(({ type }) => isStranded(catalogue, type)), ageMs },
      oldestOpen: { value: oldestIn(openByType), ageMs },
    });
  }

  private count(name: string, generation: number, position: Position): Promise<Counted> {
    const running = this.counting.get(name) ?? this.countNow(name, generation, position);
    this.counting.set(name, running);
    return running;
  }

  private async countNow(name: string, generation: number, position: Position): Promise<Counted> {
    const { monotonicMs, views } = this.context;
    const beganMs = monotonicMs();
    try {
      const totals = await totalsAsOf(views, generation, position);
      const counted = { beganMs, tookMs: monotonicMs() - beganMs, totals };
      this.kept.delete(name);
      this.kept.set(name, counted);
      for (const oldest of this.kept.keys()) {
        if (this.kept.size <= MOST_KEPT) break;
        this.kept.delete(oldest);
      }
      return counted;
    } finally {
      this.counting.delete(name);
    }
  }
}

const BUSY: Problem = {
  code: 'overloaded',
  detail: `the figures of ${MOST_COUNTING} moments of the past are being counted: try again shortly`,
  retryAfterS: LEAST_KEPT_MS / 1000,
};
