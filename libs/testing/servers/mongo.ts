/**
 * A MongoDB for specs: SecantusDB, a server of its wire protocol from PyPI that needs no image and no root. It stands for
 * MongoDB in what a command does. How fast it is and which index it takes says nothing of MongoDB's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pingMongo } from './mongo-ping.js';
import { freePort } from '../free-port.js';
import { ServerProcess } from './process.js';
import { pythonMissing } from './languages.js';
import { toolFolder } from './tools.js';

const VERSION = '0.7.0b3';
const HOST = '127.0.0.1';
const READY_MS = 30_000;
/** It takes some four seconds to end in order. */
const STOP_MS = 10_000;

/** A server of its own; `url` stays the same over restarts. */
export interface MongoServer {
  readonly url: string;
  readonly server: ServerProcess;
}

/** Why no such server can be started on this machine; null where nothing is missing. */
export function mongoToolsMissing(): string | null {
  const missing = existsSync(home()) ? null : pythonMissing();
  return missing === null ? null : `the MongoDB double needs ${missing}`;
}

export interface MongoOptions {
  readonly folder: string;
  /** A free one where absent. */
  readonly port?: number;
  /** Whether it asks for users' passwords; they are made without, before. */
  readonly passwords?: boolean;
}

/** Starts one over the data in `folder` (made where absent); the first ever fetches the program. Resolves when it answers. */
export async function startMongo({ folder, port, passwords = false }: MongoOptions): Promise<MongoServer> {
  const python = fetched();
  const listens = port ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const server = new ServerProcess({
    name: 'mongo',
    command: python,
    args: [
      ...['-m', 'secantus', '--host', HOST, '--port', String(listens), '--storage-path', folder],
      // else a kill -9 takes back what was acknowledged
      ...['--log-level', 'WARNING', '--sync-on-commit'],
      ...(passwords ? ['--auth'] : []),
    ],
    answers: () => pingMongo(HOST, listens),
    readyMs: READY_MS,
    stopMs: STOP_MS,
  });
  await server.start();
  return { url: `mongodb://${HOST}:${listens}/?directConnection=true`, server };
}

function home(): string {
  return join(toolFolder(`secantusdb-${VERSION}`), 'venv');
}

/** A venv's programs name the folder in which it was made, its interpreter does not: so the venv can be moved. */
function interpreter(folder: string): string {
  return join(folder, 'bin', 'python');
}

/** The interpreter that has the server, fetched where it was not there: made beside and moved, so that it is whole or absent. */
function fetched(): string {
  if (existsSync(home())) return interpreter(home());
  process.stderr.write(`fetching SecantusDB ${VERSION} from PyPI, once, into ${home()}\n`);
  const made = `${home()}.${process.pid}`;
  try {
    run('python3', ['-m', 'venv', made]);
    run(interpreter(made), ['-m', 'pip', 'install', '--quiet', `secantusdb==${VERSION}`]);
    renameSync(made, home());
  } catch (error) {
    // another process was faster
    if (!existsSync(home())) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return interpreter(home());
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}
