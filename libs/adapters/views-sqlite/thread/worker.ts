/** The views' thread: opens the files that it is given and serves them until it is told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { openViews, type SqliteViewsOptions } from '../open.js';
import { Checkpoints } from './checkpoints.js';
import { serveViews } from './serve.js';

const port = parentPort;
if (port === null) throw new Error('the views’ thread is started by openThreadedViews, not by itself');
const { file, anew = false } = workerData as SqliteViewsOptions;
const checkpoints = new Checkpoints();
await serveViews(port, () =>
  openViews(file, { anew, watch: (database, each, kind) => checkpoints.watch(database, each, kind) }),
);
await checkpoints.close();
port.close();
