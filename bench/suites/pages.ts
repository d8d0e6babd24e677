/**
 * Pages of lists: labors among a million, each filter alone and with a state; hosts, and those of a quest of 100,000; the first
 * page and the thousandth; and labors as of a place of the past.
 */
import { openSqliteViews } from '#adapters/views-sqlite';
import type { CursorKey, LaborFilter, LaborSort, QuestHostSort } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { HOST_FILTERS, LARGE_QUEST, QUEST_HOST_FILTERS, storeHosts } from '../load/hosts.js';
import { FILTERS, storeLabors } from '../load/labors.js';
import { pastFigures } from './past-pages.js';

const MOST_P99_MS = 20;
const PAGE = 50;
const THOUSANDTH = 999 * PAGE;
const LARGEST_PAGE = 1000;
const LABOR_SORTS: readonly LaborSort[] = ['-openedAt', 'host'];
const QUEST_HOST_SORTS: readonly QuestHostSort[] = ['host', 'stepSince'];

export const pages: Benchmark = {
  name: 'pages',
  about: `pages of ${PAGE} among 1,000,000 labors, each filter alone and with a state, and of 100,000 hosts, first page and thousandth; and as of a place of the past`,
  async run(context) {
    const labors = context.size(1_000_000, 20_000);
    const views = await openSqliteViews({ file: context.path('pages-views.db') });
    try {
      const generation = await storeLabors(views, labors, (stored) => {
        context.progress(`storing labors: ${stored} of ${labors}`);
      });
      await storeHosts(views, generation, context.size(100_000, 2000), (stored) => {
        context.progress(`storing hosts: ${stored}`);
      });
      const past = await pastFigures(context, views.reader, generation, labors);
      return [...figures(await measure(context, questionsOf(views.reader, generation))), ...past];
    } finally {
      await views.close();
    }
  },
};

/** One list, one filter, one sort. */
interface Question {
  readonly name: string;
  readonly page: (after: CursorKey | null, limit: number) => Promise<{ readonly next: CursorKey | null }>;
}

interface Timed {
  readonly question: string;
  readonly page: 'first' | 'thousandth';
  readonly ms: readonly number[];
}

function questionsOf(reader: ViewsReader, generation: number): readonly Question[] {
  const labors = FILTERS.flatMap(([name, filter]) =>
    [undefined, 'open' as const, 'completed' as const]
      .filter((state) => state === undefined || filter.state === undefined)
      .flatMap((state) =>
        LABOR_SORTS.map((sort): Question => {
          const asked: LaborFilter = state === undefined ? filter : { ...filter, state: [state] };
          return {
            name: `labors ${name}${state === undefined ? '' : ` ${state}`} by ${sort}`,
            page: (after, limit) => reader.labors(generation, asked, { sort, after, limit, count: false }),
          };
        }),
      ),
  );
  const hosts = HOST_FILTERS.map(([name, filter]): Question => ({
    name: `hosts ${name}`,
    page: (after, limit) => reader.hosts(generation, filter, { sort: 'host', after, limit, count: false }),
  }));
  const questHosts = QUEST_HOST_FILTERS.flatMap(([name, filter]) =>
    QUEST_HOST_SORTS.map((sort): Question => ({
      name: `a quest's hosts ${name} by ${sort}`,
      page: (after, limit) => reader.questHosts(generation, LARGE_QUEST, filter, { sort, after, limit, count: false }),
    })),
  );
  return [...labors, ...hosts, ...questHosts];
}

async function measure(context: Context, questions: readonly Question[]): Promise<readonly Timed[]> {
  const times = context.size(100, 2);
  const found: Timed[] = [];
  for (const { name: question, page } of questions) {
    context.progress(`pages: ${question}`);
    const after = await far(page);
    const ask = (from: CursorKey | null) => timesOf(times, () => page(from, PAGE));
    found.push({ question, page: 'first', ms: await ask(null) });
    if (after !== null) found.push({ question, page: 'thousandth', ms: await ask(after) });
  }
  return found;
}

/** Where the thousandth page begins, or the last that there is. */
async function far(page: Question['page']): Promise<CursorKey | null> {
  let after: CursorKey | null = null;
  for (let left = THOUSANDTH; left > 0; left -= LARGEST_PAGE) {
    const { next } = await page(after, Math.min(left, LARGEST_PAGE));
    if (next === null) return after;
    after = next;
  }
  return after;
}

async function timesOf(times: number, work: () => Promise<unknown>): Promise<readonly number[]> {
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
