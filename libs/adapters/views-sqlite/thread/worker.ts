/** The views' thread: opens the given files and serves them until the close message. */
import { parentPort, workerData } from 'node:worker_threads';
import { openViews } from '../open.js';
import { Checkpoints } from './checkpoints.js';
import type { ThreadOptions } from './protocol.js';
import { serveViews } from './serve.js';

const port = parentPort;
if (port === null) throw new Error('the views’ thread is started by openThreadedViews, not by itself');
const { file, ...options } = workerData as ThreadOptions;
const checkpoints = new Checkpoints();
await serveViews(port, () =>
  openViews(file, { ...options, watch: (database, each, kind) => checkpoints.watch(database, each, kind) }),
);
await checkpoints.close();
port.close();
