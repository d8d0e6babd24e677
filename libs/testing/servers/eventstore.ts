/** An event store as a process of its own: the double of EventStoreDB, run from the build. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { ServerProcess } from './process.js';

export interface EventStoreServer {
  /** For the client and for `openEventStoreJournal`. The same after a restart. */
  readonly url: string;
  readonly port: number;
  /** To be killed, stopped, paused and started again, over the same folder and port. */
  readonly process: ServerProcess;
}

const READY_MS = 30_000;
const STOP_MS = 5000;

/** Resolves when it answers. `folder` holds its file and is the caller's to remove; a free port where none is named. Needs `npm run build`. */
export async function startEventStore(options: {
  readonly folder: string;
  readonly port?: number;
}): Promise<EventStoreServer> {
  const main = join(process.cwd(), 'dist/libs/testing/eventstore-double/main.js');
  if (!existsSync(main)) throw new Error(`${main} is not there: run npm run build`);
  const port = options.port ?? (await freePort());
  const server = new ServerProcess({
    name: 'eventstore double',
    command: process.execPath,
    args: [main, options.folder, String(port)],
    answers: () => listens(port),
    readyMs: READY_MS,
    stopMs: STOP_MS,
  });
  await server.start();
  return { url: `kurrentdb://127.0.0.1:${port}?tls=false`, port, process: server };
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });
}
