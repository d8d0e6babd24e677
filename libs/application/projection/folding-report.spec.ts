/** R4: the progress of a rebuild is true: of its phase, over its last 30 seconds. */
import { positionOf } from '#contracts';
import { silentLog } from '../log.js';
import type { FoldingStatus } from '../operating/folding-status.js';
import { FoldingReport, type FoldingStep } from './folding-report.js';

function rig() {
  let nowMs = 0;
  const logged: object[] = [];
  const log = { ...silentLog, info: (_: string, fields: object = {}) => void logged.push(fields) };
  let last: FoldingStatus | undefined;
  const report = new FoldingReport(
    log,
    (status) => (last = status),
    () => nowMs,
  );
  const at = (atMs: number, step: Partial<FoldingStep>): FoldingStatus => {
    nowMs = atMs;
    const all = { phase: 'splitting', generation: 2, position: positionOf(1n), end: positionOf(9n) } as const;
    report.at({ ...all, entries: 0, share: 0, ...step });
    return last as FoldingStatus;
  };
  return { at, logged };
}

test('its speed is that of the last 30 seconds, and so is the time that is left', () => {
  const { at } = rig();
  expect(at(0, {})).toMatchObject({ entriesPerS: 0, secondsLeft: null, percent: 0 });
  // slow at first
  for (let second = 1; second <= 60; second += 1) at(second * 1000, { entries: second, share: second / 1000 });
  expect(at(60_000, { entries: 60, share: 0.06 })).toMatchObject({ entriesPerS: 1, secondsLeft: 940 });
  for (let second = 1; second <= 30; second += 1)
    at(60_000 + second * 1000, { entries: 60 + second * 100, share: 0.06 + second / 100 });
  expect(at(90_000, { entries: 3060, share: 0.36 })).toMatchObject({ entriesPerS: 100, secondsLeft: 64, percent: 36 });
  // where nothing moves, nothing can be said of the end
  for (let second = 1; second <= 31; second += 1) at(90_000 + second * 1000, { entries: 3060, share: 0.36 });
  expect(at(121_000, { entries: 3060, share: 0.36 })).toMatchObject({ entriesPerS: 0, secondsLeft: null });
});

test('a phase has a speed of its own', () => {
  const { at } = rig();
  at(0, { entries: 0 });
  at(1000, { entries: 1000, share: 0.25 });
  expect(at(1001, { phase: 'judging', entries: 0, share: 0.25, total: 1000, hosts: 0 }).entriesPerS).toBe(0);
  expect(at(2001, { phase: 'judging', entries: 100, share: 0.5, total: 1000, hosts: 7 })).toMatchObject({
    ...{ entriesPerS: 100, secondsLeft: 2, read: 1000, judged: 100, total: 1000, hosts: 7 },
  });
});

test('entries that come after the replay are added to those that it has judged', () => {
  const { at } = rig();
  expect(at(0, { entries: 300, bytes: 8 })).toMatchObject({ read: 300, judged: 0, total: null, hosts: null, bytes: 8 });
  at(1, { phase: 'judging', entries: 1000, total: 1000, hosts: 7, share: 1 });
  expect(at(2, { phase: 'following', entries: 50, share: 1 })).toMatchObject({ read: 1050, judged: 1050, hosts: 7 });
});

test('a line of the log every five seconds, with positions as text', () => {
  const { at, logged } = rig();
  for (let second = 0; second <= 11; second += 1) at(second * 1000, { entries: second });
  expect(logged).toMatchObject([
    { entries: 5, position: '1', end: '9' },
    { entries: 10, position: '1', end: '9' },
  ]);
});
