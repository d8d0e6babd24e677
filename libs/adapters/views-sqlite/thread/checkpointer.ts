/** The checkpoints' thread: a connection of its own, which moves the log into the file when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

const port = parentPort;
if (port === null) throw new Error('the checkpoints’ thread is started by Checkpoints, not by itself');
const database = new DatabaseSync(workerData as string);
database.exec('PRAGMA synchronous = NORMAL');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
port.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    database.close();
    port.close();
    return;
  }
  try {
    checkpoint.get();
  } catch {
    // a full or broken disk: the log keeps what was written, and writing tells of the disk by itself
  }
  port.postMessage('done');
});
