/** From a POST to the labor that it opened, as a client sees it who reads what it wrote, at a steady rate. */
import { mkdir } from 'node:fs/promises';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { freePort } from '../../libs/testing/free-port.js';
import { serveBare, serveHermes, type Served } from '../load/served.js';
import { steadily } from '../load/steadily.js';
import { eventOf, untilVisible } from '../load/visibility.js';

const PER_S = 500;
const MOST_P99_MS = 100;
const CONNECTIONS = 100;

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
        context.progress(`visible: round ${round}`);
        floor.push(...(await steadily(PER_S, seconds, () => roundTrip(bare))));
        ours.push(
          ...(await steadily(PER_S, seconds, (n) => untilVisible(hermes, hermes, round * seconds * PER_S + n))),
        );
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

async function roundTrip({ client }: Served): Promise<void> {
  await client.must('POST', '/events', eventOf(1));
  await client.must('GET', '/');
}
