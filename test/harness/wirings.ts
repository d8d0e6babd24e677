/**
 * On which stores a whole Hermes of an end-to-end test works. `npm test` knows the embedded ones alone; the lane of
 * servers plays the same scenarios on each wiring, which jest.servers.config.js names to them.
 */
import { createHash } from 'node:crypto';

declare global {
  /** `<journal>+<feed>+<views>`, or {@link APART}; absent: all embedded. */
  var hermesTestWiring: string | undefined;
}

/** All remote, with each app in processes of its own. */
export const APART = 'apart';

export interface WiringOf {
  /** Whether the apps run in processes of their own. */
  readonly apart: boolean;
  readonly env: Readonly<Record<string, string>>;
}

/** What a Hermes over this data folder is started with: the same folder has the same names on the servers. */
export function wiringOf(dataDir: string): WiringOf {
  const wiring = globalThis.hermesTestWiring;
  if (wiring === undefined) return { apart: false, env: {} };
  const apart = wiring === APART;
  const [journal, feed, views] = apart ? ['eventstore', 'kafka', 'mongo'] : wiring.split('+');
  if (journal === undefined || feed === undefined || views === undefined) throw new Error(`no wiring: ${wiring}`);
  const prefix = `t${createHash('sha256').update(dataDir).digest('hex').slice(0, 20)}`;
  return {
    apart,
    env: {
      ...{ HERMES_JOURNAL: journal, HERMES_FEED: feed, HERMES_VIEWS: views, HERMES_PARTITIONS: '4' },
      ...([journal, feed, views].some(isRemote) ? { HERMES_PREFIX: prefix } : {}),
      ...(journal === 'eventstore' ? { HERMES_EVENTSTORE_URL: named('HERMES_TEST_EVENTSTORE') } : {}),
      ...(feed === 'kafka' ? { HERMES_KAFKA_BROKERS: named('HERMES_TEST_KAFKA') } : {}),
      ...(views === 'mongo' ? { HERMES_MONGO_URL: named('HERMES_TEST_MONGO') } : {}),
    },
  };
}

function isRemote(store: string): boolean {
  return ['eventstore', 'kafka', 'mongo'].includes(store);
}

function named(variable: string): string {
  const address = process.env[variable];
  if (address === undefined || address === '') throw new Error(`${variable} names no server: run npm run test:servers`);
  return address;
}
