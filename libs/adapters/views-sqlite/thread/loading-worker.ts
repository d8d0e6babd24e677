/** The thread of one generation that is loading: opens the given file and serves it until the close message. */
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '#adapters/sqlite';
import { giveWay } from '#contracts';
import { FileLoad } from '../loading/file-load.js';
import type { LoadingFile } from '../loading/loading-files.js';
import { serveLoad } from './threaded-load.js';

const port = parentPort;
if (port === null) throw new Error('the thread of a loading generation is started by openThreadedLoad, not by itself');
giveWay();
const { file, cacheBytes } = workerData as LoadingFile;
await serveLoad(port, () => new FileLoad(connect('views', file), file, cacheBytes));
port.close();
