// Brings up the servers of the remote stores, each unless HERMES_TEST_… names a real one, and says what settings they take.
import { laneServers, startServers } from './lane-servers.mjs';
import { STOPPING } from './run.mjs';

/** Answers the settings of a Hermes on these servers, and `end`. Throws where one cannot be had here, naming it. */
export async function bringUp() {
  const servers = await laneServers();
  const missing = servers.find(({ given, reason }) => !given && reason !== null);
  if (missing !== undefined) {
    throw new Error(`${missing.reason}; or name a real one by ${missing.variable}`);
  }
  const { env, end } = await startServers(servers);
  const settings = { HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo' };
  for (const { variable, setting } of servers) settings[setting] = env[variable] ?? process.env[variable];
  return { settings, end };
}

/** Resolves when a signal asks this process to stop, or when `ended` does. */
export async function untilStopped(ended = new Promise(() => undefined)) {
  // keeps the process alive while nothing else does
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race([ended, ...STOPPING.map((signal) => new Promise((resolve) => process.once(signal, resolve)))]);
  clearInterval(alive);
}
