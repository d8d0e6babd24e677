/** What expensive questions leave for others: single reads while twenty of them are asked for, over a million events. */
import { openThreadedViews } from '#adapters/views-sqlite';
import { DOCUMENTS_VERSION, MAX_COUNTED, type EventFilter } from '#contracts';
import { StoreOverloaded, type ViewsReader } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { eventIdOf, EVENT_TYPE, storeEvents } from '../load/events.js';

const MOST_P99_MS = 200;
const AT_ONCE = 20;

/** One is counted up to the bound; the other, which nothing passes, is looked for among all events. */
const QUESTIONS: readonly EventFilter[] = [{ type: [EVENT_TYPE] }, { type: [EVENT_TYPE], by: ['nobody'] }];

export const questions: Benchmark = {
  name: 'questions',
  about: `single reads while ${AT_ONCE} counts and searches among 1,000,000 events are asked for at once`,
  async run(context) {
    const events = context.size(1_000_000, 50_000);
    const views = await openThreadedViews({ file: context.path('questions-views.db') });
    try {
      await storeEvents(views, events, (stored) => {
        context.progress(`storing events: ${stored} of ${events}`);
      });
      return await measure(context, views.reader, events);
    } finally {
      await views.close();
    }
  },
};

async function measure(context: Context, reader: ViewsReader, events: number): Promise<readonly Figure[]> {
  const begun = performance.now();
  let refused = 0;
  const beside = { going: true };
  const asked = Promise.all(
    Array.from({ length: AT_ONCE }, async (_, n) => {
      const filter = QUESTIONS[n % QUESTIONS.length]!;
      try {
        await reader.events(filter, { sort: '-position', limit: 50, after: null, count: MAX_COUNTED });
      } catch (error) {
        if (!(error instanceof StoreOverloaded)) throw error;
        refused += 1;
      }
    }),
  ).finally(() => (beside.going = false));
  const ms: number[] = [];
  for (let n = 0; beside.going; n += 1) {
    context.progress('asking beside expensive questions');
    const since = performance.now();
    await Promise.all([reader.event(eventIdOf((n * 7919) % events)), reader.freshness(DOCUMENTS_VERSION)]);
    ms.push(performance.now() - since);
  }
  await asked;
  const tookS = (performance.now() - begun) / 1000;
  return [
    {
      name: 'questions/others',
      ours: `p50 ${grouped(quantile(ms, 0.5))} ms, p99 ${grouped(quantile(ms, 0.99))} ms, slowest ${grouped(Math.max(...ms))} ms`,
      ...{ floor: null, ratio: null, spread: null },
      aim: atMost(quantile(ms, 0.99), MOST_P99_MS, ' ms'),
      notes: [
        `${ms.length} reads in the ${grouped(tookS)} s of ${AT_ONCE} questions, of which ${refused} were refused`,
      ],
    },
  ];
}
