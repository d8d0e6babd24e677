/**
 * The remote stack under faults, one seed of each: whatever is killed, paused or restarted while requests come, in the end
 * nothing acknowledged is lost, nothing is there twice, and the views are what a clean fold of the journal gives.
 * `npm run chaos -- --rounds 50` plays more seeds, `--rounds 1 --seed <seed>` one of them again.
 */
import { laneServer, startEventStore, startKafka, startMongo, type ServerProcess } from '#testing';
import { temporaryFolder } from '../harness/hermes.js';
import { tidyUp } from '../projection/rig.js';
import { Campaign } from './campaign.js';
import { APPS, type Stack, type StackServers } from './stack.js';

const ROUNDS = Number(process.env['HERMES_TEST_CHAOS_ROUNDS'] ?? 1);
const FIRST_SEED = Number(process.env['HERMES_TEST_CHAOS_SEED'] ?? Date.now() % 100_000);
const seeds = Array.from({ length: ROUNDS }, (_, index) => FIRST_SEED + index);
/** So long a projector is paused: longer than a session of its consumer group. */
const PAUSE_MS = Number(process.env['HERMES_TEST_PAUSE_SECONDS'] ?? 20) * 1000;
const LIMIT_MS = 400_000;

const lane = (): StackServers => ({
  eventstore: laneServer('HERMES_TEST_EVENTSTORE'),
  kafka: laneServer('HERMES_TEST_KAFKA'),
  mongo: laneServer('HERMES_TEST_MONGO'),
});

afterEach(tidyUp);

async function play(seed: number, servers: StackServers, deeds: (stack: Stack) => Promise<void>): Promise<void> {
  const campaign = new Campaign(servers, seed);
  const begun = Date.now();
  try {
    const faults = await campaign.play(deeds);
    expect({ seed, faults: faults.slice(0, 10), more: Math.max(0, faults.length - 10) }).toEqual({
      seed,
      faults: [],
      more: 0,
    });
  } finally {
    process.stdout.write(`${campaign.told}; ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
    await campaign.stack.stop();
  }
}

/** Time in which requests come and nothing else happens. */
function under(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

test.each(seeds)(
  'kill -9 of each process in turn',
  (seed) =>
    play(seed, lane(), async (stack) => {
      for (const name of APPS) {
        await under(1500);
        await stack.kill(name);
        await under(1000);
        await stack.launch(name);
      }
      await under(2000);
    }),
  LIMIT_MS,
);

test.each(seeds)(
  'a projector that is paused longer than its session, and goes on beside its successor',
  (seed) =>
    play(seed, lane(), async (stack) => {
      await under(1500);
      stack.app('projector-1').pause();
      await under(PAUSE_MS);
      stack.app('projector-1').resume();
      await under(2000);
    }),
  LIMIT_MS,
);

test.each(seeds)(
  'rebalances every two seconds',
  (seed) =>
    play(seed, lane(), async (stack) => {
      for (let round = 0; round < 3; round += 1) {
        await stack.launch('projector-3');
        await under(2000);
        await (round === 1 ? stack.kill('projector-3') : stack.leave('projector-3'));
        await under(2000);
      }
    }),
  LIMIT_MS,
);

test.each(seeds)(
  'broker, view store and event store killed and started again',
  async (seed) => {
    const folder = await temporaryFolder();
    const kafka = await startKafka({ folder: `${folder.path}/kafka` });
    const mongo = await startMongo({ folder: `${folder.path}/mongo` });
    const eventstore = await startEventStore({ folder: `${folder.path}/eventstore` });
    const servers = { eventstore: eventstore.url, kafka: kafka.brokers.join(','), mongo: mongo.url };
    const stores: readonly ServerProcess[] = [...kafka.nodes, mongo.server, eventstore.process];
    try {
      await play(seed, servers, async () => {
        for (const store of stores) {
          await under(2000);
          await store.kill();
          await under(2000);
          await store.start();
        }
        await under(2000);
      });
    } finally {
      await Promise.all(stores.map((store) => store.kill()));
      await folder.remove();
    }
  },
  LIMIT_MS,
);
