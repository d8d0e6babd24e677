/** A whole Hermes under a reporting fleet: how many events a second are accepted, and how many come out as documents. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, grouped, type Figure } from '../harness/figure.js';
import { timed } from '../harness/rounds.js';
import { catchUp, openFleet } from '../load/fleet.js';
import type { Format, GeneratorNews, GeneratorOrder } from '../load/generator.js';
import { freePort } from '../../libs/testing/free-port.js';
import { serveHermes, startHelper, type Served } from '../load/served.js';
import { untilProjected } from '../load/until.js';

const LEAST_PER_S = 10_000;
const CONNECTIONS = 4;
const PER_REQUEST: Readonly<Record<Format, number>> = { array: 500, ndjson: 5000 };

export const endToEnd: Benchmark = {
  name: 'end-to-end',
  about: `arrays of ${PER_REQUEST.array} events, and NDJSON, over HTTP into a whole Hermes, the fleet in another process; floor: folding the same journal alone`,
  async run(context) {
    return [...(await run(context, 'array')), ...(await run(context, 'ndjson'))];
  },
};

async function run(context: Context, format: Format): Promise<readonly Figure[]> {
  const events = context.size(200_000, 10_000);
  const dataDir = context.path(`end-to-end-${format}`);
  await mkdir(dataDir);
  const hermes = await serveHermes(dataDir, await freePort(), CONNECTIONS);
  let measured: Measured;
  try {
    measured = await report(context, hermes, { events, hosts: context.size(50_000, 1000), format });
  } finally {
    await hermes.stop();
  }
  context.progress('end-to-end: folding the same journal alone');
  const aloneMs = await foldAlone(dataDir, context.path(`end-to-end-${format}-alone.db`));
  return figures(format, events, measured, aloneMs);
}

interface Measured {
  readonly acceptedMs: number;
  readonly projectedMs: number;
}

async function report(
  context: Context,
  { origin, client }: Served,
  { events, hosts, format }: Pick<GeneratorOrder, 'events' | 'hosts' | 'format'>,
): Promise<Measured> {
  const perRequest = PER_REQUEST[format];
  const order: GeneratorOrder = { origin, events, hosts, perRequest, connections: CONNECTIONS, format };
  const fleet = startHelper('generator.js', [JSON.stringify(order)]);
  await once(fleet, 'message');
  const begun = performance.now();
  const sent = once(fleet, 'message') as Promise<[GeneratorNews]>;
  fleet.send('go');
  context.progress('end-to-end: the fleet reports');
  const [news] = await sent;
  if (news.kind !== 'sent') throw new Error('the generator did not say when it had sent all');
  const last = BigInt(news.position);
  await untilProjected(client, last, (position) => {
    context.progress(`end-to-end: views at ${position} of ${last}`);
  });
  return { acceptedMs: news.ms, projectedMs: performance.now() - begun };
}

/** Milliseconds of a rebuild from the journal with nothing beside it. */
async function foldAlone(dataDir: string, viewsFile: string): Promise<number> {
  const stores = await openFleet({ journalFile: join(dataDir, 'journal.db'), viewsFile });
  const ms = await timed(() => catchUp(stores));
  await stores.close();
  return ms;
}

function figures(
  format: Format,
  events: number,
  { acceptedMs, projectedMs }: Measured,
  aloneMs: number,
): readonly Figure[] {
  const perS = (ms: number): number => (events * 1000) / ms;
  return [
    {
      name: `end-to-end/${format}-accepted`,
      ours: `${grouped(perS(acceptedMs))} events/s`,
      ...{ floor: null, ratio: null, spread: null },
      aim: atLeast(perS(acceptedMs), LEAST_PER_S, '/s'),
    },
    {
      name: `end-to-end/${format}-projected`,
      ours: `${grouped(perS(projectedMs))} events/s`,
      floor: `${grouped(perS(aloneMs))} events/s (fold alone)`,
      ratio: aloneMs / projectedMs,
      spread: null,
      aim: atLeast(perS(projectedMs), LEAST_PER_S, '/s'),
    },
  ];
}
