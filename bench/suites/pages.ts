/** Pages of the list of labors among a million: each filter alone and with a state, the first page and the thousandth. */
import { openSqliteViews } from '#adapters/views-sqlite';
import type { CursorKey, LaborFilter, LaborSort } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { FILTERS, storeLabors } from '../load/labors.js';

const MOST_P99_MS = 20;
const PAGE = 50;
const THOUSANDTH = 999 * PAGE;
const LARGEST_PAGE = 1000;
const SORTS: readonly LaborSort[] = ['-openedAt', 'host'];

export const pages: Benchmark = {
  name: 'pages',
  about: `pages of ${PAGE} among 1,000,000 labors, each filter alone and with a state, first page and thousandth`,
  async run(context) {
    const labors = context.size(1_000_000, 20_000);
    const views = await openSqliteViews({ file: context.path('pages-views.db') });
    try {
      const generation = await storeLabors(views, labors, (stored) => {
        context.progress(`storing labors: ${stored} of ${labors}`);
      });
      return figures(await measure(context, views.reader, generation));
    } finally {
      await views.close();
    }
  },
};

interface Timed {
  readonly question: string;
  readonly page: 'first' | 'thousandth';
  readonly ms: readonly number[];
}

async function measure(context: Context, reader: ViewsReader, generation: number): Promise<readonly Timed[]> {
  const times = context.size(100, 2);
  const found: Timed[] = [];
  for (const [name, filter] of FILTERS) {
    for (const state of [undefined, 'open', 'completed'] as const) {
      if (state !== undefined && filter.state !== undefined) continue;
      for (const sort of SORTS) {
        const asked: LaborFilter = state === undefined ? filter : { ...filter, state: [state] };
        const question = `${name}${state === undefined ? '' : ` ${state}`} by ${sort}`;
        context.progress(`pages: ${question}`);
        const after = await far(reader, generation, asked, sort);
        const ask = (from: CursorKey | null) => timesOf(times, () => onePage(reader, generation, asked, sort, from));
        found.push({ question, page: 'first', ms: await ask(null) });
        if (after !== null) found.push({ question, page: 'thousandth', ms: await ask(after) });
      }
    }
  }
  return found;
}

/** Where the thousandth page begins, or the last that there is. */
async function far(
  reader: ViewsReader,
  generation: number,
  filter: LaborFilter,
  sort: LaborSort,
): Promise<CursorKey | null> {
  let after: CursorKey | null = null;
  for (let left = THOUSANDTH; left > 0; left -= LARGEST_PAGE) {
    const page: { readonly next: CursorKey | null } = await reader.labors(generation, filter, {
      ...{ sort, after, count: false },
      limit: Math.min(left, LARGEST_PAGE),
    });
    if (page.next === null) return after;
    after = page.next;
  }
  return after;
}

async function onePage(
  reader: ViewsReader,
  generation: number,
  filter: LaborFilter,
  sort: LaborSort,
  after: CursorKey | null,
): Promise<void> {
  await reader.labors(generation, filter, { sort, limit: PAGE, after, count: false });
}

async function timesOf(times: number, work: () => Promise<void>): Promise<readonly number[]> {
  const ms: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const begun = performance.now();
    await work();
    ms.push(performance.now() - begun);
  }
  return ms;
}

function figures(found: readonly Timed[]): readonly Figure[] {
  return (['first', 'thousandth'] as const).map((which) => {
    const own = found.filter(({ page }) => page === which);
    const worst = own.reduce((most, each) => (p99(each) > p99(most) ? each : most), own[0]!);
    const typical = quantile(
      own.flatMap(({ ms }) => ms),
      0.5,
    );
    return {
      name: `pages/${which}`,
      ours: `p50 of all ${grouped(typical)} ms, worst p99 ${grouped(p99(worst))} ms (${worst.question}; ${own.length} questions)`,
      ...{ floor: null, ratio: null, spread: null },
      aim: atMost(p99(worst), MOST_P99_MS, ' ms'),
    };
  });
}

function p99({ ms }: Timed): number {
  return quantile(ms, 0.99);
}
