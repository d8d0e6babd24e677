/** Who logs faster than the views show it waits for them; who logs little, and everybody where they do not move, does not. */
import { positionOf, START, type Position } from '#contracts';
import type { Instant } from '#domain';
import { StoreUnavailable } from '#ports';
import { createMemoryJournal, until } from '#testing';
import { Appender } from './appender.js';
import { APPENDER_LIMITS } from './limits.js';
import { BackPressure, type BackPressureLimits } from './back-pressure.js';
import { AppendJob, NO_LOOK_BACK } from './job.js';

const made: BackPressure[] = [];
afterEach(() => {
  for (const each of made.splice(0)) each.close();
});

/** Views that stand where the test puts them; limits of a hundredth. */
function rig(limits: Partial<BackPressureLimits> = {}) {
  const views: { shown: () => Promise<Position | undefined> } = { shown: () => Promise.resolve(START) };
  const pressure = new BackPressure({
    shown: () => views.shown(),

    limits: { leastOfOne: 5, leastOfAll: 25, stillMs: 60_000, lookMs: 1, longestLookMs: 1, ...limits },
  });
  made.push(pressure);
  let last = 0n;
  const log = (holder: string, entries: number): Position => {
    pressure.begin(holder, entries);
    for (let nth = 0; nth < entries; nth += 1) pressure.logged(holder, 1, positionOf((last += 1n)));
    return positionOf(last);
  };
  return {
    pressure,
    reach: (position: Position | undefined) => (views.shown = () => Promise.resolve(position)),
    fail: () => (views.shown = () => Promise.reject(new StoreUnavailable('views', 'by plan'))),
    hang: () => (views.shown = () => new Promise<never>(() => undefined)),
    /** Logs entries, one by one; answers the position of the last one. */
    log,
    /** Logs until the holder has to wait, at most `most` entries. */
    logAll(holder: string, most: number): number {
      let logged = 0;
      for (; logged < most && !pressure.holds(holder); logged += 1) log(holder, 1);
      return logged;
    },
  };
}

test('who logs much waits once the views lack much, until they have shown it; others do not', async () => {
  const { pressure, log, reach } = rig();
  const last = log('heavy', 25);
  await until('they are looked at', () => pressure.holds('heavy'));
  expect(pressure.holds('light')).toBe(false);
  log('light', 4);
  expect(pressure.holds('light')).toBe(false);
  reach(last);
  await until('it is shown', () => pressure.unshown === 0);
  expect(pressure.holds('heavy')).toBe(false);
});

test('entries that were begun and came to nothing do not count', async () => {
  const { pressure } = rig();
  pressure.begin('heavy', 30);
  await until('they are looked at', () => pressure.holds('heavy'));
  pressure.giveUp('heavy', 30);
  expect([pressure.holds('heavy'), pressure.unshown]).toEqual([false, 0]);
});

test('as much may be unshown as the views have shown lately: the faster they are, the more', async () => {
  const { pressure, log, reach, logAll } = rig({ windowMs: 60_000 });
  const last = log('heavy', 400);
  await until('they are looked at', () => pressure.holds('heavy'));
  reach(last);
  await until('it is shown', () => pressure.unshown === 0);
  expect(logAll('heavy', 1000)).toBeGreaterThanOrEqual(400);
  expect(pressure.holds('heavy')).toBe(true);
});

test('behind a long backlog one may log half of what is shown, so that it shrinks and keeps nobody out', async () => {
  const { pressure, log, reach, logAll } = rig({ windowMs: 1, leastOfAll: 1000 });
  log('heavy', 10_000);
  await until('they are looked at', () => pressure.holds('heavy'));
  reach(positionOf(500n));
  await until('some of it is shown', () => pressure.unshown < 10_000);
  const shown = 10_000 - pressure.unshown;
  expect(logAll('heavy', 1000)).toBe(Math.floor(shown / 2));
});

test.each([
  ['are away', (views: ReturnType<typeof rig>) => views.fail()],
  ['are being rebuilt', (views: ReturnType<typeof rig>) => views.reach(undefined)],
])('nobody waits for views that %s', async (_, happen) => {
  const views = rig();
  const { pressure, log } = views;
  log('heavy', 1000);
  await until('they are looked at', () => pressure.holds('heavy'));
  happen(views);
  await until('nobody waits', () => !pressure.holds('heavy'));
  expect(pressure.unshown).toBe(0);
  log('heavy', 1000);
  await until('they are looked at again', () => pressure.unshown === 0);
  expect(pressure.holds('heavy')).toBe(false);
});

test.each([
  ['do not move', (views: ReturnType<typeof rig>) => views.reach(START)],
  ['do not answer', (views: ReturnType<typeof rig>) => views.hang()],
])('nobody waits for views that %s', async (_, happen) => {
  const views = rig({ stillMs: 100, windowMs: 1 });
  const { pressure, log } = views;
  let releases = 0;
  pressure.onRelease(() => (releases += 1));
  log('heavy', 1000);
  await until('they are looked at', () => pressure.holds('heavy'));
  const before = releases;
  happen(views);
  await until('nobody waits', () => !pressure.holds('heavy'));
  await until('who waited may go on', () => releases > before);
});

test('when Hermes stops, all that waits is logged', async () => {
  const { pressure, log } = rig();
  let released = false;
  log('heavy', 1000);
  await until('they are looked at', () => pressure.holds('heavy'));
  pressure.onRelease(() => (released = true));
  pressure.close();
  expect([pressure.holds('heavy'), released]).toEqual([false, true]);
});

test('a million entries that the views lack are kept in mind as some hundreds of positions', async () => {
  const { pressure, log } = rig();
  for (let nth = 0; nth < 1000; nth += 1) log('heavy', 1000);
  const [own] = (pressure as unknown as { byHolder: Map<string, { marks: unknown[] }> }).byHolder.values();
  expect(own?.marks.length).toBeLessThan(2000);
  expect(pressure.unshown).toBe(1_000_000);
  await until('they are looked at', () => pressure.holds('heavy'));
});

describe('the appender', () => {
  function job(stream: string): AppendJob {
    const made = new AppendJob(stream, NO_LOOK_BACK);
    const recordedAt = '2024-05-01T08:00:00.000Z' as Instant;
    made.add({ id: crypto.randomUUID(), type: 'EventLogged', version: 1, json: '{}', recordedAt });
    return made;
  }
  const jobs = (count: number, prefix: string) => Array.from({ length: count }, (_, nth) => job(`${prefix}-${nth}`));

  test('lets one who logs much not get ahead of the views; another’s entry is not held up', async () => {
    const { pressure, reach } = rig({ leastOfOne: 100, leastOfAll: 200 });
    const journal = createMemoryJournal();
    const limits = { ...APPENDER_LIMITS, maxTurnEntries: 50, maxBatchEntries: 50, maxInFlightEntries: 100 };
    const appender = new Appender(journal, limits, undefined, pressure);
    await appender.run(jobs(250, 'first'), 'heavy');
    await until('the views have been looked at', () => pressure.holds('heavy'));
    reach((await journal.head()).position);
    await until('they have all of it', () => pressure.unshown === 0);
    const flood = Array.from({ length: 20 }, (_, nth) => appender.run(jobs(500, `host-${nth}`), 'heavy'));
    await until('it waits', () => pressure.holds('heavy'));
    expect(await appender.run([job('quiet')], 'light')).toBe(true);
    expect(pressure.unshown).toBeLessThanOrEqual(400);
    expect(appender.waiting.entries).toBeGreaterThan(9000);
    for (let isOver = false; !isOver;) {
      reach((await journal.head()).position);
      isOver = await Promise.race([
        Promise.all(flood).then(() => true),
        new Promise<false>((next) => setTimeout(next, 5, false)),
      ]);
    }
    expect(appender.waiting).toEqual({ entries: 0, bytes: 0 });
  });
});
