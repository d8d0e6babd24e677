/** The views' thread: opens the file that it is given and serves it until it is told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { connect, openViews, type SqliteViewsOptions } from '../open.js';
import { Checkpoints } from './checkpoints.js';
import { serveViews } from './serve.js';

const port = parentPort;
if (port === null) throw new Error('the views’ thread is started by openThreadedViews, not by itself');
const { file, anew = false } = workerData as SqliteViewsOptions;
await serveViews(port, () => openViews(file, connect, { anew, watch: (database) => new Checkpoints(database, file) }));
port.close();
