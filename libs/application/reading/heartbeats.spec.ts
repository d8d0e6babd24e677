/** Q: the views' age, whatever the clocks of machines say. */
import { Heartbeats } from './heartbeats.js';
import { at, progressOf } from './testing-documents.js';

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');

function rig() {
  let monotonicMs = 10_000;
  let wallMs = START_MS;
  const heartbeats = new Heartbeats(() => monotonicMs);
  return {
    /** Time passes, and this machine's clock shows it. */
    wait: (ms: number) => {
      monotonicMs += ms;
      wallMs += ms;
    },
    /** Somebody sets this machine's clock. */
    set: (ms: number) => (wallMs += ms),
    ageMs: (...heardAtMs: readonly number[]) =>
      heartbeats.ageMs(
        7,
        heardAtMs.map((each, partition) => progressOf(partition, at(5), each)),
        wallMs,
      ),
    ageOf: (generation: number, heardAtMs: number) =>
      heartbeats.ageMs(generation, [progressOf(0, at(5), heardAtMs)], wallMs),
  };
}

test('Q: where the clocks agree, it is the time since the partition that was heard longest ago was heard', () => {
  const { ageMs, wait } = rig();
  expect(ageMs(START_MS - 10, START_MS - 4000, START_MS)).toBe(4000);
  wait(500);
  expect(ageMs(START_MS + 490, START_MS - 4000, START_MS + 400)).toBe(4500);
  expect(ageMs(START_MS + 490, START_MS + 450, START_MS + 400)).toBe(100);
});

test('Q: a clock that goes back makes nothing fresh: what was not heard since grows older', () => {
  const { ageMs, wait, set } = rig();
  expect(ageMs(START_MS - 100)).toBe(100);
  set(-3_600_000);
  wait(60_000);
  expect(ageMs(START_MS - 100)).toBe(60_000);
});

test('Q: a clock that goes forward makes nothing old that was just heard', () => {
  const { ageMs, wait, set } = rig();
  expect(ageMs(START_MS)).toBe(0);
  set(3_600_000);
  wait(1000);
  expect(ageMs(START_MS + 900)).toBe(1000);
});

test('Q: a projector whose clock is an hour behind, or ahead, is as fresh as its heartbeats, and as old once they stop', () => {
  for (const skewMs of [-3_600_000, 3_600_000]) {
    const { ageMs, wait } = rig();
    ageMs(START_MS + skewMs);
    wait(1000);
    expect(ageMs(START_MS + skewMs + 900)).toBeLessThanOrEqual(1000);
    wait(30_000);
    expect(ageMs(START_MS + skewMs + 900)).toBeGreaterThanOrEqual(30_000);
    expect(ageMs(START_MS + skewMs + 900)).toBeLessThanOrEqual(31_000);
  }
});

test('Q: an answer that arrives after a later one is no heartbeat', () => {
  const { ageMs, wait } = rig();
  ageMs(START_MS);
  wait(1000);
  ageMs(START_MS + 1000);
  wait(1000);
  expect(ageMs(START_MS)).toBeGreaterThanOrEqual(1000);
});

test('Q: another generation has heartbeats of its own', () => {
  const { ageOf, wait } = rig();
  ageOf(7, START_MS);
  wait(5000);
  expect(ageOf(8, START_MS + 4000)).toBe(1000);
  expect(ageOf(7, START_MS)).toBe(5000);
});
