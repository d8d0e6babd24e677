/** Servers in processes of their own, as users run them: a whole Hermes, and the bare application that it is held against. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from './http.js';
import { FATES, LIFE } from './flows.js';
import { freePort } from '../../libs/testing/free-port.js';
import { until } from './until.js';

const DIST = join(import.meta.dirname, '../..');

export interface Served {
  readonly origin: string;
  readonly pid: number;
  readonly client: Client;
  stop(): Promise<void>;
}

export interface HermesOptions {
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** `ready`: caught up, where absent; `live`: as soon as it answers. */
  readonly waitFor?: 'live' | 'ready';
  /** Whether its journal has the flows already; they are defined where absent. */
  readonly hasFlows?: boolean;
}

/** A Hermes over `dataDir`, and the flows' types and fates. */
export async function serveHermes(
  dataDir: string,
  port: number,
  connections: number,
  { args = [], settings = {}, waitFor = 'ready', hasFlows = false }: HermesOptions = {},
): Promise<Served> {
  const child = start('apps/standalone/main.js', args, {
    HERMES_DATA_DIR: dataDir,
    HERMES_PORT: String(port),
    HERMES_LOG_LEVEL: 'warn',
    ...settings,
  });
  const served = await answering(child, port, `/health/${waitFor}`, connections);
  if (!hasFlows) await defineFlows(served);
  return served;
}

/** One of the apps, by itself over remote stores, once it says that it is ready. */
export async function serveApp(
  app: 'ingest' | 'projector' | 'query',
  settings: Readonly<Record<string, string>>,
  connections: number,
): Promise<Served> {
  const port = await freePort();
  const own = { HERMES_PORT: String(port), HERMES_LOG_LEVEL: 'warn', HERMES_DATA_DIR: '' };
  return answering(start(`apps/${app}/main.js`, [], { ...settings, ...own }), port, '/health/ready', connections);
}

/** Types and fates of the flows. */
export async function defineFlows({ client }: Served): Promise<void> {
  await client.must('POST', '/api/v1/event-types', JSON.stringify(LIFE));
  await client.must('POST', '/api/v1/fates', JSON.stringify(FATES));
}

export async function serveBare(port: number, connections: number): Promise<Served> {
  return answering(start('bench/load/bare-app.js', [String(port)], {}), port, '/', connections);
}

/** Another of our processes, which talks to this one by messages. */
export function startHelper(script: string, args: readonly string[]): ChildProcess {
  return start(`bench/load/${script}`, args, {});
}

function start(script: string, args: readonly string[], settings: Record<string, string>): ChildProcess {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HERMES_')));
  return fork(join(DIST, script), args, {
    env: { ...env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function answering(child: ChildProcess, port: number, path: string, connections: number): Promise<Served> {
  const origin = `http://127.0.0.1:${port}`;
  const client = new Client(origin, connections);
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    client.close();
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until(`${origin} answers`, async () => {
      if (child.exitCode !== null) throw new Error(`the server at ${origin} ended with ${child.exitCode}`);
      const answer = await client.call('GET', path).catch(() => undefined);
      return answer?.status === 200;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin, client, stop, pid: child.pid ?? 0 };
}
