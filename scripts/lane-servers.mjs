// The servers of the lane: one line for each in the table; started where no variable names one, ended whatever happens.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { exitLike, STOPPING } from './run.mjs';

/**
 * `variable` holds its address for specs, `setting` for a Hermes; `starts` names what of libs/testing/servers starts one, and
 * `missing` what says why none can be started here (absent: one always can); `address` and `stop` are of what `starts`
 * resolves to.
 */
const SERVERS = [
  {
    variable: 'HERMES_TEST_KAFKA',
    setting: 'HERMES_KAFKA_BROKERS',
    about: 'Kafka',
    starts: 'startKafka',
    missing: 'kafkaToolsMissing',
    address: ({ brokers }) => brokers.join(','),
    stop: (server) => server.stop(),
  },
  {
    variable: 'HERMES_TEST_MONGO',
    setting: 'HERMES_MONGO_URL',
    about: 'a double of MongoDB',
    starts: 'startMongo',
    missing: 'mongoToolsMissing',
    address: ({ url }) => url,
    stop: ({ server }) => server.stop(),
  },
  {
    variable: 'HERMES_TEST_EVENTSTORE',
    setting: 'HERMES_EVENTSTORE_URL',
    about: 'a double of EventStoreDB',
    starts: 'startEventStore',
    address: ({ url }) => url,
    stop: (server) => server.process.stop(),
  },
];

/** Languages that specs need beside Node, as those of servers: `starts` is what such a spec calls. */
const LANGUAGES = [
  { starts: 'requirePython', missing: 'pythonMissing' },
  { starts: 'requireGo', missing: 'goMissing' },
];

/** Every language of the table: `reason` says why it cannot be used here (null: it can). */
export async function laneLanguages() {
  const known = await library();
  return LANGUAGES.map(({ starts, missing }) => {
    const lacked = known[missing]();
    return { starts, reason: lacked === null ? null : `it needs ${lacked}` };
  });
}

/** Every server of the table: `given` by the environment, or `reason` says why it cannot be started (null: it can). */
export async function laneServers() {
  const known = await library();
  return SERVERS.map((server) => ({
    ...server,
    given: (process.env[server.variable] ?? '') !== '',
    reason: server.missing === undefined ? null : known[server.missing](),
    start: (folder) => known[server.starts]({ folder }),
  }));
}

function library() {
  return import(join(root, 'dist/libs/testing/servers/index.js'));
}

/** Whether a spec of this text needs the server of the lane, starts servers of its own, or needs a language, that are not to be had. */
export function lacks(text, { variable, starts, given, reason }) {
  if (reason === null) return false;
  return text.includes(starts) || (variable !== undefined && text.includes(variable) && !given);
}

/** Starts the servers that are not given and can be started; returns their variables, and `end`, which ends them. Ends all when stopped meanwhile. `briefly`: what they store may lie in memory. */
export async function startServers(servers, { briefly = false } = {}) {
  const folder = briefly ? (await library()).serverFolder() : mkdtempSync(join(tmpdir(), 'hermes-servers-'));
  const running = [];
  const end = async () => {
    await Promise.allSettled(running.map((stop) => stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  let stopped;
  const stop = (signal) => (stopped = signal);
  for (const signal of STOPPING) process.on(signal, stop);
  const env = {};
  const starts = servers
    .filter(({ given, reason }) => !given && reason === null)
    .map(async ({ variable, about, start, address, stop: stopServer }) => {
      console.error(`Starting ${about} ...`);
      const server = await start(join(folder, variable));
      running.push(() => stopServer(server));
      env[variable] = address(server);
    });
  const outcomes = await Promise.allSettled(starts);
  for (const signal of STOPPING) process.off(signal, stop);
  const failure = outcomes.find(({ status }) => status === 'rejected');
  if (failure !== undefined || stopped !== undefined) await end();
  exitLike(stopped);
  if (failure !== undefined) throw failure.reason;
  return { env, end };
}
