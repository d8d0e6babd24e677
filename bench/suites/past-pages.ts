/** R11: pages of labors as of places of the past, each beside the same page of now; part of the suite `pages`. */
import { positionOf, type CursorKey, type LaborAsOfFilter } from '#contracts';
import type { QuestId } from '#domain';
import type { ViewsReader } from '#ports';
import type { Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { hostOf, typeOf } from '../load/labors.js';

const PAGE = 50;
/** R11's aim, for those filters that keep the figure. */
const MOST_TIMES = 3;
/** As parts of all places. */
const PLACES = [0.25, 0.5, 0.999];
/** From here on a page is read again: not the first. */
const PAGES_ON = 20;

const FILTERS: readonly (readonly [name: string, filter: LaborAsOfFilter])[] = [
  ['all', {}],
  ['open', { state: ['open'] }],
  ['completed', { state: ['completed'] }],
  ['waived', { state: ['waived'] }],
  ['open or waived', { state: ['open', 'waived'] }],
  ['of a type', { type: [typeOf(3)] }],
  ['open of a type', { type: [typeOf(4)], state: ['open'] }],
  ['completed of three types', { type: [typeOf(3), typeOf(4), typeOf(5)], state: ['completed'] }],
  ['of a quest', { quest: [4 as QuestId] }],
  ['open of a quest', { quest: [21 as QuestId], state: ['open'] }],
  ['open of a host', { host: [hostOf(77)], state: ['open'] }],
  ['of fifty hosts', { host: Array.from({ length: 50 }, (_, n) => hostOf(n * 13)) }],
];
/** These are answered within bounded work: a page may be short. */
const BOUNDED: readonly (readonly [name: string, filter: LaborAsOfFilter])[] = [
  ['of somebody', { assignee: ['person-7'] }],
  ['of a token', { principal: ['person-7'] }],
  ['of nobody that there is', { assignee: ['nobody'] }],
  ['in no quest', { quest: ['none'] }],
  ['acknowledged', { acked: true }],
];
const MOST_BOUNDED_MS = 100;

interface Pair {
  readonly name: string;
  readonly now: number;
  readonly then: number;
}

export async function pastFigures(
  context: Context,
  reader: ViewsReader,
  generation: number,
  labors: number,
): Promise<readonly Figure[]> {
  const times = context.size(100, 5);
  const pairs: Pair[] = [];
  for (const [name, filter] of FILTERS) {
    context.progress(`pages as of: ${name}`);
    const present = (after: CursorKey | null) =>
      reader.labors(generation, filter, { sort: '-openedAt', limit: PAGE, after, count: false });
    const later = await onwards(present);
    const now = await p99Of(times, [() => present(null), () => present(later)]);
    for (const place of PLACES) {
      const past = pageAsOf(reader, generation, filter, Math.floor(labors * place));
      const further = await onwards(past);
      const then = await p99Of(times, [() => past(null), () => past(further)]);
      pairs.push({ name: `${name}, at ${place} of all places`, now, then });
    }
  }
  let slowest = { name: '', ms: 0 };
  for (const [name, filter] of BOUNDED) {
    const past = pageAsOf(reader, generation, filter, Math.floor(labors / 2));
    const ms = await p99Of(times, [() => past(null)]);
    if (ms > slowest.ms) slowest = { name, ms };
  }
  return [figureOf(pairs), boundedFigure(slowest)];
}

function pageAsOf(reader: ViewsReader, generation: number, filter: LaborAsOfFilter, place: number) {
  const at = positionOf(BigInt(place));
  return (after: CursorKey | null) =>
    reader.laborsAsOf(generation, at, filter, { sort: '-openedPlace', limit: PAGE, after });
}

/** Where a later page begins, or null where there is none. */
async function onwards(
  page: (after: CursorKey | null) => Promise<{ readonly next: CursorKey | null }>,
): Promise<CursorKey | null> {
  let after: CursorKey | null = null;
  for (let left = PAGES_ON; left > 0; left -= 1) {
    const { next } = await page(after);
    if (next === null) return after;
    after = next;
  }
  return after;
}

/** In milliseconds. */
async function p99Of(times: number, works: readonly (() => Promise<unknown>)[]): Promise<number> {
  const ms: number[] = [];
  for (let n = 0; n < times; n += 1) {
    for (const work of works) {
      const begun = performance.now();
      await work();
      ms.push(performance.now() - begun);
    }
  }
  return quantile(ms, 0.99);
}

function figureOf(pairs: readonly Pair[]): Figure {
  const timesOf = ({ now, then }: Pair): number => then / now;
  const worst = pairs.reduce((most, each) => (timesOf(each) > timesOf(most) ? each : most));
  const typical = quantile(pairs.map(timesOf), 0.5);
  return {
    name: 'pages/as of',
    ours: `p99 ${grouped(worst.then)} ms (${worst.name}; of ${pairs.length} questions the median is ${grouped(typical)} times now)`,
    floor: `the same page now ${grouped(worst.now)} ms`,
    ...{ ratio: worst.now / worst.then, spread: null },
    aim: atMost(timesOf(worst), MOST_TIMES, ' times now'),
    notes: pairs.map(
      (pair) => `${pair.name}: ${grouped(pair.then)} ms, now ${grouped(pair.now)} ms: ${grouped(timesOf(pair))} times`,
    ),
  };
}

function boundedFigure({ name, ms }: { readonly name: string; readonly ms: number }): Figure {
  return {
    name: 'pages/as of, bounded',
    ours: `worst p99 ${grouped(ms)} ms (${name})`,
    ...{ floor: null, ratio: null, spread: null },
    aim: atMost(ms, MOST_BOUNDED_MS, ' ms'),
  };
}
