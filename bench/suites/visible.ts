/** From a POST to the labor that it opened, as a client sees it who reads what it wrote, at a steady rate. */
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { hostName } from '../load/flows.js';
import { freePort } from '../load/ports.js';
import { serveBare, serveHermes, type Served } from '../load/served.js';

const PER_S = 500;
const MOST_P99_MS = 100;
const CONNECTIONS = 100;
/** So often the requests that are due are begun. */
const BEAT_MS = 4;

export const visible: Benchmark = {
  name: 'visible',
  about: `POST an event, then GET its labor with Hermes-Min-Position, ${PER_S} times a second, beside two bare requests`,
  async run(context) {
    const dataDir = context.path('visible');
    await mkdir(dataDir);
    const hermes = await serveHermes(dataDir, await freePort(), CONNECTIONS);
    const bare = await serveBare(await freePort(), CONNECTIONS);
    try {
      const ours: number[] = [];
      const floor: number[] = [];
      const seconds = context.size(5, 2);
      for (let round = 0; round < context.size(4, 1); round += 1) {
        context.tell(`visible: round ${round}`);
        floor.push(...(await steadily(seconds, () => roundTrip(bare))));
        ours.push(...(await steadily(seconds, (n) => untilVisible(hermes, round * seconds * PER_S + n))));
      }
      return figures(context, ours, floor);
    } finally {
      await hermes.stop();
      await bare.stop();
    }
  },
};

function figures(context: Context, ours: readonly number[], floor: readonly number[]): readonly Figure[] {
  context.hush();
  const figure = (name: string, fraction: number): Figure => {
    const ms = { ours: quantile(ours, fraction), floor: quantile(floor, fraction) };
    return {
      name: `visible/${name}`,
      ours: `${grouped(ms.ours)} ms`,
      floor: `${grouped(ms.floor)} ms`,
      ratio: ms.floor / ms.ours,
      spread: null,
      aim: name === 'p99' ? atMost(ms.ours, MOST_P99_MS, ' ms') : null,
    };
  };
  return [figure('p50', 0.5), figure('p99', 0.99)];
}

/** Begins {@link PER_S} a second, whether or not earlier ones have ended; answers the milliseconds of each, from when it was due. */
async function steadily(seconds: number, once: (n: number) => Promise<void>): Promise<readonly number[]> {
  const all: Promise<number>[] = [];
  const begun = performance.now();
  const count = seconds * PER_S;
  while (all.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) * PER_S) / 1000));
    while (all.length < due) all.push(lasting(begun + (all.length * 1000) / PER_S, all.length, once));
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

async function roundTrip({ client }: Served): Promise<void> {
  await client.must('POST', '/events', eventOf(1));
  await client.must('GET', '/');
}

/** A host for each event, so that the answer can be told from any other's. */
async function untilVisible({ client }: Served, n: number): Promise<void> {
  const { position } = await client.must('POST', '/api/v1/events', eventOf(n));
  const { body } = await client.must('GET', `/api/v1/labors?host=${hostName(n)}&state=open`, undefined, {
    'hermes-min-position': position ?? '',
  });
  if (!body.includes(hostName(n))) throw new Error(`the labor of ${hostName(n)} does not show: ${body}`);
}

function eventOf(n: number): string {
  return JSON.stringify({ host: hostName(n), type: 'system-reboot-required', by: 'agent' });
}
