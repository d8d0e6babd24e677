/** What expensive questions leave for others: single reads while twenty of them are asked for, over a million events; and while the burndown of a large quest is. */
import { openThreadedViews } from '#adapters/views-sqlite';
import { DOCUMENTS_VERSION, MAX_COUNTED, positionOf, type EventFilter } from '#contracts';
import { StoreOverloaded, type Views, type ViewsReader } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { eventIdOf, EVENT_TYPE, storeEvents } from '../load/events.js';
import { FLOW_QUEST, storeFlow } from '../load/flow-quest.js';

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
      const found = await measure(context, views.reader, events);
      return [...found, ...(await burndown(context, views, events))];
    } finally {
      await views.close();
    }
  },
};

const MOST_BURNDOWN_MS = 2000;

/** Of a quest of 100,000 hosts with two labors each. */
async function burndown(context: Context, views: Views, events: number): Promise<readonly Figure[]> {
  const hosts = context.size(100_000, 2000);
  const generation = await storeFlow(views, hosts, (stored) => {
    context.progress(`storing a quest: ${stored} of ${hosts} hosts`);
  });
  const question = { quest: FLOW_QUEST, upTo: positionOf(2n ** 63n), bucket: null };
  const tookMs: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < context.size(5, 1); round += 1) {
    context.progress('asking for the burndown');
    const begun = performance.now();
    const beside = { going: true };
    const asked = views.reader.burndown(generation, question).finally(() => (beside.going = false));
    for (let n = 0; beside.going; n += 1) {
      const since = performance.now();
      await views.reader.event(eventIdOf((n * 7919) % events));
      others.push(performance.now() - since);
    }
    await asked;
    tookMs.push(performance.now() - begun);
  }
  return [
    {
      name: 'questions/burndown',
      ours: `p50 ${grouped(quantile(tookMs, 0.5))} ms of a quest of ${hosts} hosts`,
      ...{ floor: null, ratio: null, spread: null },
      aim: atMost(quantile(tookMs, 0.5), MOST_BURNDOWN_MS, ' ms'),
      notes: [`single reads meanwhile: p99 ${grouped(quantile(others, 0.99))} ms`],
    },
  ];
}

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
