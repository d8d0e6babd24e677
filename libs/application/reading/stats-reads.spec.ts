/** Totals: counted now and then, once for all who ask, with their age. */
import type { TimesToClose } from '#contracts';
import type { FateId } from '#domain';
import type { ViewsTotals } from '#ports';
import { sleep } from '../pauses.js';
import { createReading } from './create-reading.js';
import type { Reading } from './reading.js';
import { AFTER, at, BEFORE, catalogueOf, instant, NOW, totalsOf, typeOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

interface World {
  readonly views: FakeViews;
  readonly reading: Reading;
  pass(ms: number): void;
  /** Somebody sets this machine's clock. */
  set(ms: number): void;
}

function world(): World {
  const views = new FakeViews(at(10));
  let nowMs = Date.parse(NOW);
  let monotonicMs = 0;
  const clock = { nowMs: () => nowMs };
  const reading = createReading({ views, clock, maxWaitS: 1, monotonicMs: () => monotonicMs });
  const set = (ms: number): void => void (nowMs += ms);
  const pass = (ms: number): void => {
    monotonicMs += ms;
    set(ms);
  };
  return { views, reading, pass, set };
}

function counts({ views }: World): number {
  return views.argumentsOf('totals').length;
}

const times = { labors: 2, medianS: 60, p90S: 300 };
const timesNow: TimesToClose = { ...times, steps: [{ type: typeOf('x-a'), ...times }] };

test('totals, open labors by type and the oldest of them', async () => {
  const { views, reading } = world();
  const openByType = [
    { type: typeOf('x-a'), open: 2, oldest: NOW },
    { type: typeOf('x-b'), open: 1, oldest: BEFORE },
    { type: typeOf('x-c'), open: 1, oldest: AFTER },
  ];
  views.totalsNow = () => Promise.resolve(totalsOf({ openByType }));
  views.timesNow = timesNow;
  const { openByType: _, ...rest } = totalsOf();
  expect(await reading.stats({})).toMatchObject({
    ok: true,
    value: {
      position: 10n,
      ageMs: 0,
      body: {
        totals: { value: rest, ageMs: 0 },
        openByType: { value: openByType, ageMs: 0 },
        oldestOpen: { value: BEFORE, ageMs: 0 },
        timeToClose: { value: [{ type: 'x-a', ...times }], ageMs: 0 },
      },
    },
  });
  expect(views.argumentsOf('totals')).toEqual([[7]]);
  expect(views.argumentsOf('timesToClose')).toEqual([[7, null]]);
});

test('rule 10: of the open labors those that no fate in force can complete, also after a change of the catalogue', async () => {
  const { views, reading, pass } = world();
  const openByType = [
    { type: typeOf('x-a'), open: 2, oldest: NOW },
    { type: typeOf('x-b'), open: 1, oldest: BEFORE },
  ];
  views.totalsNow = () => Promise.resolve(totalsOf({ openByType }));
  const stranded = async () => {
    const answer = await reading.stats({});
    return answer.ok ? answer.value.body.stranded.value : [];
  };
  views.catalogueNow = catalogueOf(['a', 'b', 'c'], [{ rule: 'a => c' }, { rule: 'b => c', status: 'retired' }]);
  expect(await stranded()).toEqual([openByType[1]]);
  const { length: revision } = views.catalogueNow;
  const restored = { kind: 'FateRestored', id: 2 as FateId, by: null, recordedAt: NOW } as const;
  views.catalogueNow = [...views.catalogueNow, { revision, position: at(revision), entry: restored }];
  pass(60_000);
  expect(await stranded()).toEqual([]);
});

test('where nothing is open there is no oldest', async () => {
  const { reading } = world();
  expect(await reading.stats({})).toMatchObject({ value: { body: { oldestOpen: { value: null } } } });
});

test('events per hour: 24 full hours and the present one, those without events with 0', async () => {
  const { views, reading } = world();
  views.hoursNow = [
    { hour: instant('2030-05-05T07:00:00Z'), events: 5 },
    { hour: instant('2030-05-06T06:00:00Z'), events: 6 },
    { hour: instant('2030-05-06T07:00:00Z'), events: 7 },
  ];
  const answer = await reading.stats({});
  const hours = answer.ok ? answer.value.body.eventsPerHour.value : [];
  expect(views.argumentsOf('eventsPerHour')).toEqual([['2030-05-05T07:00:00.000Z']]);
  expect(hours.map(({ events }) => events)).toEqual([5, ...Array<number>(22).fill(0), 6, 7]);
  expect(hours[0]).toEqual({ hour: '2030-05-05T07:00:00.000Z', events: 5 });
  expect(hours[17]).toEqual({ hour: '2030-05-06T00:00:00.000Z', events: 0 });
  expect(hours[24]).toEqual({ hour: '2030-05-06T07:00:00.000Z', events: 7 });
});

test('a count serves for two seconds, older by the time', async () => {
  const it = world();
  await it.reading.stats({});
  it.pass(1999);
  it.views.advance(at(20));
  // what is shown is what was counted, also in its position
  expect(await it.reading.stats({})).toMatchObject({
    value: { position: 10n, ageMs: 1999, body: { totals: { ageMs: 1999 }, eventsPerHour: { ageMs: 1999 } } },
  });
  expect(counts(it)).toBe(1);
  it.pass(1);
  expect(await it.reading.stats({})).toMatchObject({ value: { position: 20n, body: { totals: { ageMs: 0 } } } });
  expect(counts(it)).toBe(2);
});

test('an expensive count serves for twenty times the time it took', async () => {
  const it = world();
  it.views.totalsNow = () => {
    it.pass(500);
    return Promise.resolve(totalsOf());
  };
  expect(await it.reading.stats({})).toMatchObject({ value: { body: { totals: { ageMs: 500 } } } });
  it.pass(9499);
  await it.reading.stats({});
  expect(counts(it)).toBe(1);
  it.pass(1);
  await it.reading.stats({});
  expect(counts(it)).toBe(2);
});

test('Q: times to close that take long make no other figure wait, and are there once they are counted', async () => {
  const it = world();
  let counted: (times: TimesToClose) => void = () => undefined;
  it.views.timesToClose = () => new Promise((resolve) => (counted = resolve));
  expect(await it.reading.stats({})).toMatchObject({
    value: { position: 10n, body: { totals: { ageMs: 0 }, timeToClose: { value: null, ageMs: 0 } } },
  });
  it.views.advance(at(20));
  it.pass(2000);
  // it still runs, while the rest is counted again
  expect(await it.reading.stats({ minPosition: at(20) })).toMatchObject({
    value: { position: 20n, body: { totals: { ageMs: 0 }, timeToClose: { value: null, ageMs: 0 } } },
  });
  expect(counts(it)).toBe(2);
  counted(timesNow);
  await sleep(0);
  expect(await it.reading.stats({})).toMatchObject({
    value: { body: { totals: { ageMs: 0 }, timeToClose: { value: timesNow.steps, ageMs: 2000 } } },
  });
  expect(counts(it)).toBe(2);
});

test('times to close are kept for twenty times the time that they took, the rest is not', async () => {
  const it = world();
  let asked = 0;
  it.views.timesToClose = () => {
    asked += 1;
    it.pass(500);
    return Promise.resolve(timesNow);
  };
  await it.reading.stats({});
  for (const [afterMs, times, totals] of [
    [1999, 1, 2],
    [7500, 1, 3],
    [2000, 2, 4],
  ] as const) {
    it.pass(afterMs);
    await it.reading.stats({});
    expect([asked, counts(it)]).toEqual([times, totals]);
  }
});

test('times to close that failed are no count, and the last ones stay', async () => {
  const it = world();
  it.views.timesNow = timesNow;
  await it.reading.stats({});
  const { timesToClose } = it.views;
  let fail: (error: Error) => void = () => undefined;
  it.views.timesToClose = () => new Promise((_, reject) => (fail = reject));
  it.pass(2000);
  await it.reading.stats({});
  fail(new Error('pulled'));
  await sleep(0);
  it.pass(2000);
  it.views.timesToClose = () => Promise.reject(new Error('pulled'));
  await expect(it.reading.stats({})).rejects.toThrow('pulled');
  it.views.timesToClose = timesToClose;
  expect(await it.reading.stats({})).toMatchObject({ value: { body: { timeToClose: { ageMs: 0 } } } });
});

test('a read that comes while a count runs gets that count', async () => {
  const it = world();
  let answer: (totals: ViewsTotals) => void = () => undefined;
  it.views.totalsNow = () => new Promise((resolve) => (answer = resolve));
  const asked = Array.from({ length: 20 }, () => it.reading.stats({}));
  while (it.views.looks < 20 || counts(it) === 0) await Promise.resolve();
  answer(totalsOf({ events: 123 }));
  for (const answer of await Promise.all(asked)) {
    expect(answer).toMatchObject({ value: { body: { totals: { value: { events: 123 } } } } });
  }
  expect(counts(it)).toBe(1);
});

test('a count that failed is no count', async () => {
  const it = world();
  it.views.totalsNow = () => Promise.reject(new Error('pulled'));
  await expect(it.reading.stats({})).rejects.toThrow('pulled');
  it.views.totalsNow = () => Promise.resolve(totalsOf());
  expect(await it.reading.stats({})).toMatchObject({ ok: true });
});

test('a clock that was set keeps no count for longer, and makes none older', async () => {
  const it = world();
  for (const setMs of [-3_600_000, 7_200_000]) {
    await it.reading.stats({});
    const before = counts(it);
    it.set(setMs);
    expect(await it.reading.stats({})).toMatchObject({ value: { body: { totals: { ageMs: 0 } } } });
    expect(counts(it)).toBe(before);
    it.pass(60_000);
    await it.reading.stats({});
    expect(counts(it)).toBe(before + 1);
  }
});

test('Q: a position beyond the count waits for the next one, which does not come sooner for it', async () => {
  const it = world();
  await it.reading.stats({});
  it.views.advance(at(20));
  it.views.onLook = (look) => {
    if (look > 2) it.pass(500);
  };
  expect(await it.reading.stats({ minPosition: at(15) })).toMatchObject({ value: { position: 20n } });
  expect([counts(it), it.views.looks]).toEqual([2, 6]);
});

test('Q: where the next count does not come in time, that is said', async () => {
  const it = world();
  await it.reading.stats({});
  it.views.advance(at(20));
  expect(await it.reading.stats({ minPosition: at(15), waitS: 0.02 })).toMatchObject({
    problem: { code: 'not-caught-up', detail: expect.stringContaining('totals') as string },
  });
  expect(await it.reading.stats({ minPosition: at(10), waitS: 0.02 })).toMatchObject({ value: { position: 10n } });
  expect(counts(it)).toBe(1);
});

test('views that may not be shown have no totals either', async () => {
  const it = world();
  it.views.freshnessNow = undefined;
  expect(await it.reading.stats({})).toMatchObject({ problem: { code: 'not-caught-up', retryAfterS: 2 } });
});
