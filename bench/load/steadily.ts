/** Requests at a steady rate, as many clients send them that know nothing of each other. */
import { setTimeout as pause } from 'node:timers/promises';

/** So often the requests that are due are begun. */
const BEAT_MS = 4;

/** Begins a fixed number a second, whether or not earlier ones have ended; returns the milliseconds of each, from when it was due. */
export async function steadily(
  perS: number,
  seconds: number,
  once: (n: number) => Promise<void>,
): Promise<readonly number[]> {
  const all: Promise<number>[] = [];
  const begun = performance.now();
  const count = seconds * perS;
  while (all.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) * perS) / 1000));
    while (all.length < due) all.push(lasting(begun + (all.length * 1000) / perS, all.length, once));
    await pause(BEAT_MS);
  }
  return Promise.all(all);
}

async function lasting(dueAt: number, n: number, once: (n: number) => Promise<void>): Promise<number> {
  // one begun late by the beat's grain was due when the beat began
  const from = Math.max(dueAt, performance.now() - BEAT_MS);
  await once(n);
  return performance.now() - from;
}
