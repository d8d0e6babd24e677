/** Totals are expensive to count: they are counted now and then, once for all readers, and say how old they are. */
import { done, failed, type Position } from '#contracts';
import { isStranded, msOfInstant } from '#domain';
import type { ViewsTotals } from '#ports';
import { instantAt } from '../clock.js';
import { keptMs, LEAST_KEPT_MS } from './kept.js';
import { oldestIn } from './oldest.js';
import { PastStatsCounter } from './past/stats.js';
import type { ReadContext } from './read-context.js';
import type { Reading, Stats } from './reading.js';
import { placeOf, type Seen } from './seen.js';
import type { ReadBarrier } from './read-barrier.js';
import { TimesCounter, type CountedTimes } from './times-counter.js';

const HOUR_MS = 3_600_000;
/** Full hours before the present one. */
const HOURS = 24;

interface Count {
  /** The state of the views when counting began. */
  readonly seen: Seen;
  readonly beganMs: number;
  /** The next count may not begin before. */
  readonly nextMs: number;
  /** When the totals were counted. */
  readonly hostsBehind: number;
  readonly totals: ViewsTotals;
  readonly stranded: Stats['stranded']['value'];
  readonly hours: Stats['eventsPerHour']['value'];
}

export function statsReads(context: ReadContext): Pick<Reading, 'stats' | 'pastStats'> {
  const times = new TimesCounter(context);
  const counter = new StatsCounter(context, times);
  const barrier: ReadBarrier = {
    key: 'stats',
    behind: (_, position) => Promise.resolve(!counter.canAnswer(position)),
    pending: 'totals, which are counted every few seconds at most, are not counted yet up to',
  };
  const past = new PastStatsCounter(context);
  return {
    pastStats: (demand) => context.answer(demand, (seen) => past.stats(seen, seen.asOf?.position ?? seen.position)),
    stats: async (demand) => {
      const seen = await context.gate.pass(demand, barrier);
      if (!seen.ok) return seen;
      const count = await counter.count(seen.value);
      const { position, generation } = count.seen;
      if (demand.minPosition !== undefined && position < demand.minPosition) {
        const detail = `${barrier.pending} ${placeOf(demand.minPosition)}, only to ${placeOf(position)}: try again`;
        return failed({ code: 'not-caught-up', detail, retryAfterS: LEAST_KEPT_MS / 1000 });
      }
      const nowMs = context.monotonicMs();
      const ageMs = Math.round(nowMs - count.beganMs);
      const { hostsBehind } = count;
      const body = { ...statsOf(count, ageMs), timeToClose: timeToCloseOf(times.last, nowMs, ageMs) };
      return done({ position, ageMs: count.seen.ageMs + ageMs, hostsBehind, generation, body });
    },
  };
}

class StatsCounter {
  private last: Count | undefined;
  private running: Promise<Count> | undefined;

  constructor(
    private readonly context: ReadContext,
    private readonly times: TimesCounter,
  ) {}

  /** Whether the kept count reaches the position, or a new one may begin. */
  canAnswer(position: Position): boolean {
    const kept = this.kept();
    return kept === undefined ? this.running === undefined : kept.seen.position >= position;
  }

  /** The kept count while it is kept, else the running one, else a new one. */
  async count(seen: Seen): Promise<Count> {
    const kept = this.kept();
    if (kept) return kept;
    this.running ??= this.recount(seen).finally(() => (this.running = undefined));
    return this.running;
  }

  private kept(): Count | undefined {
    const { last } = this;
    return last && this.context.monotonicMs() < last.nextMs ? last : undefined;
  }

  private async recount(seen: Seen): Promise<Count> {
    const { views, catalogues, clock, monotonicMs } = this.context;
    const beganMs = monotonicMs();
    const nowMs = clock.nowMs();
    const thisHourMs = nowMs - (((nowMs % HOUR_MS) + HOUR_MS) % HOUR_MS);
    const since = instantAt(thisHourMs - HOURS * HOUR_MS);
    const hostsBehind = await views.hostsBehind(seen.generation);
    const totals = await views.totals(seen.generation);
    const catalogue = await catalogues.read(seen.generation);
    const stranded = totals.openByType.filter(({ type }) => isStranded(catalogue, type));
    const counted = await views.eventsPerHour(since);
    const events = new Map(counted.map((each) => [msOfInstant(each.hour), each.events]));
    const hours = Array.from({ length: HOURS + 1 }, (_, index) => {
      const hourMs = thisHourMs + (index - HOURS) * HOUR_MS;
      return { hour: instantAt(hourMs), events: events.get(hourMs) ?? 0 };
    });
    const nextMs = beganMs + keptMs(monotonicMs() - beganMs);
    await this.times.renew(seen.generation);
    this.last = { seen, beganMs, nextMs, hostsBehind, totals, stranded, hours };
    return this.last;
  }
}

function statsOf({ totals, stranded, hours }: Count, ageMs: number): Omit<Stats, 'timeToClose'> {
  const { openByType, ...rest } = totals;
  return {
    totals: { value: rest, ageMs },
    openByType: { value: openByType, ageMs },
    stranded: { value: stranded, ageMs },
    oldestOpen: { value: oldestIn(openByType), ageMs },
    eventsPerHour: { value: hours, ageMs },
  };
}

/** Of a count of their own; as long as none is complete, that is known as of the totals. */
function timeToCloseOf(times: CountedTimes | undefined, nowMs: number, ageMs: number): Stats['timeToClose'] {
  if (times === undefined) return { value: null, ageMs };
  return { value: times.value, ageMs: Math.round(nowMs - times.beganMs) };
}
