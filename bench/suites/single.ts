/** Single events over HTTP, each in a request of its own, beside a bare Nest route that validates and stores nothing. */
import { mkdir } from 'node:fs/promises';
import autocannon from 'autocannon';
import type { Benchmark, Context } from '../harness/context.js';
import type { Figure } from '../harness/figure.js';
import { interleave, throughput } from '../harness/rounds.js';
import { hostName, lifeOf, nameOf } from '../load/flows.js';
import { freePort } from '../../libs/testing/free-port.js';
import { serveBare, serveHermes, type Served } from '../load/served.js';
import { untilProjected } from '../load/until.js';

const LEAST_RATIO = 0.6;
const CONNECTIONS = 50;
/** Different bodies, one after the other on each connection. */
const BODIES = 500;

export const single: Benchmark = {
  name: 'single',
  about: `POST /events with one event, ${CONNECTIONS} connections, beside a bare Nest+Fastify route with the same DTO`,
  async run(context) {
    const dataDir = context.path('single');
    await mkdir(dataDir);
    const hermes = await serveHermes(dataDir, await freePort(), 2);
    const bare = await serveBare(await freePort(), 2);
    try {
      return [
        await figure(context, 'without-key', { hermes, bare }, false),
        await figure(context, 'with-key', { hermes, bare }, true),
      ];
    } finally {
      await hermes.stop();
      await bare.stop();
    }
  },
};

async function figure(
  context: Context,
  name: string,
  { hermes, bare }: { readonly hermes: Served; readonly bare: Served },
  keyed: boolean,
): Promise<Figure> {
  const seconds = context.size(4, 1);
  const rounds = await interleave({
    rounds: context.size(5, 1),
    floor: () => msPerRequest(`${bare.origin}/events`, seconds, keyed),
    ours: async () => {
      const ms = await msPerRequest(`${hermes.origin}/api/v1/events`, seconds, keyed);
      // what is left to project must not weigh on the floor's turn
      await caughtUp(hermes);
      return ms;
    },
    onRound: (round) => {
      context.progress(`single ${name}: round ${round}`);
    },
  });
  return throughput(`single/${name}`, rounds, { count: 1, things: 'requests', least: LEAST_RATIO });
}

async function msPerRequest(url: string, seconds: number, keyed: boolean): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // each [<id>] becomes one that was never sent before
    idReplacement: keyed,
    requests: Array.from({ length: BODIES }, (_, n) => {
      const type = nameOf(lifeOf(n, n % 8));
      return {
        body: JSON.stringify({ host: hostName(n), type, by: 'agent', ...(keyed && { key: `${type}/[<id>]` }) }),
      };
    }),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
  }
  return (result.duration * 1000) / result['2xx'];
}

async function caughtUp({ client }: Served): Promise<void> {
  const { position: head } = await client.must('POST', '/api/v1/events', JSON.stringify(lastEvent));
  await untilProjected(client, BigInt(head ?? 0));
}

const lastEvent = { host: hostName(0), type: nameOf(lifeOf(0, 0)) };
