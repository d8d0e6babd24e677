/** R11: the figures of a moment are counted once for all who ask, few moments at a time, and kept for a while. */
import type { ViewsTotals } from '#ports';
import { GenerationGone } from '#ports';
import { LEAST_KEPT_MS } from '../kept.js';
import { ReadContext } from '../read-context.js';
import { at, BEFORE, catalogueOf, freshnessOf, NOW, totalsOf, typeOf } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import type { Seen } from '../seen.js';
import { PastStatsCounter } from './stats.js';

/** Counts wait until they are let go. */
class CountedViews extends FakeViews {
  readonly waiting: (() => void)[] = [];
  waits = false;
  fails: Error | undefined;

  override async totalsAsOf(...args: unknown[]) {
    const totals = super.totalsAsOf(...args);
    if (this.waits) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.fails !== undefined) throw this.fails;
    return { ...(await totals), openByType: OPEN };
  }

  get counts(): number {
    return this.argumentsOf('totalsAsOf').length;
  }

  letGo(): void {
    this.waiting.splice(0).forEach((resolve) => {
      resolve();
    });
  }
}

const OPEN: ViewsTotals['openByType'] = [
  { type: typeOf('x-a'), open: 2, oldest: NOW },
  { type: typeOf('x-b'), open: 1, oldest: BEFORE },
];

function world() {
  const views = new CountedViews(at(1000));
  views.questsNow = [];
  views.catalogueNow = catalogueOf(['a', 'b', 'c'], [{ rule: 'a => c' }]);
  let monotonicMs = 5000;
  const context = new ReadContext(views, { nowMs: () => Date.parse(NOW) }, 1, {}, () => monotonicMs);
  const counter = new PastStatsCounter(context);
  const { generation } = freshnessOf([]);
  const seenOf = (number: number): Seen => ({ generation: number, position: at(1000), ageMs: 0 });
  return {
    views,
    ask: (place: number, number = generation.number) => counter.stats(seenOf(number), at(place)),
    pass: (ms: number): void => void (monotonicMs += ms),
  };
}

test('R11: figures with the age of their count; what nothing could complete by the catalogue of then is stranded', async () => {
  const { ask, pass } = world();
  await ask(100);
  pass(700);
  const { quests: _, openByType: __, ...totals } = totalsOf();
  expect(await ask(100)).toMatchObject({
    ok: true,
    value: {
      totals: {
        value: { ...totals, quests: { embarking: 0, open: 0, completed: 0, abandoned: 0, empty: 0 } },
        ageMs: 700,
      },
      openByType: { value: OPEN, ageMs: 700 },
      stranded: { value: [OPEN[1]], ageMs: 700 },
      oldestOpen: { value: BEFORE, ageMs: 700 },
    },
  });
  // before the fate was defined
  expect(await ask(2)).toMatchObject({ ok: true, value: { stranded: { value: OPEN } } });
});

test('all who ask for a moment share one count, and it is kept for at least a while', async () => {
  const { views, ask, pass } = world();
  views.waits = true;
  const asked = [ask(100), ask(100), ask(100)];
  views.letGo();
  for (const each of await Promise.all(asked)) expect(each.ok).toBe(true);
  views.waits = false;
  pass(LEAST_KEPT_MS - 1);
  await ask(100);
  expect(views.counts).toBe(1);
  pass(1);
  await ask(100);
  expect(views.counts).toBe(2);
});

test('a count that took long is kept for longer, so that counting takes a small share of the time', async () => {
  const { views, ask, pass } = world();
  views.waits = true;
  const first = ask(100);
  pass(1000);
  views.letGo();
  await first;
  views.waits = false;
  pass(18_000);
  await ask(100);
  expect(views.counts).toBe(1);
  pass(1000);
  await ask(100);
  expect(views.counts).toBe(2);
});

test('two moments are counted at once; who asks for a third is refused for a while, and who asks for one of the two waits', async () => {
  const { views, ask } = world();
  views.waits = true;
  const asked = [ask(100), ask(200)];
  expect(await ask(300)).toMatchObject({
    ...{ ok: false, problem: { code: 'overloaded', retryAfterS: LEAST_KEPT_MS / 1000 } },
  });
  asked.push(ask(200));
  views.letGo();
  for (const each of await Promise.all(asked)) expect(each.ok).toBe(true);
  expect(views.counts).toBe(2);
  views.waits = false;
  expect((await ask(300)).ok).toBe(true);
});

test('a moment is one of a generation', async () => {
  const { views, ask } = world();
  await ask(100, 7);
  await ask(100, 8);
  expect(views.argumentsOf('totalsAsOf').map(([generation]) => generation)).toEqual([7, 8]);
});

test('of many moments those counted last are kept', async () => {
  const { views, ask } = world();
  for (let place = 1; place <= 17; place += 1) await ask(place);
  expect(views.counts).toBe(17);
  for (let place = 17; place > 1; place -= 1) await ask(place);
  expect(views.counts).toBe(17);
  await ask(1);
  expect(views.counts).toBe(18);
});

test('a count that fails rejects for all who waited for it, and takes no place', async () => {
  const { views, ask } = world();
  views.fails = new GenerationGone(7);
  await expect(Promise.all([ask(100), ask(100)])).rejects.toBe(views.fails);
  await expect(ask(200)).rejects.toBe(views.fails);
  await expect(ask(300)).rejects.toBe(views.fails);
  views.fails = undefined;
  expect((await ask(100)).ok).toBe(true);
});
