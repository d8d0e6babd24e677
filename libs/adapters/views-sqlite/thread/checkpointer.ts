/** The checkpoints' thread: it has its own connections and moves logs into their files on request. */
import { parentPort } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import type { CheckpointDone, CheckpointWish } from './checkpoints.js';

const port = parentPort;
if (port === null) throw new Error('the checkpoints’ thread is started by Checkpoints, not by itself');
const databases = new Map<string, InstanceType<typeof DatabaseSync>>();

port.on('message', (wish: CheckpointWish | 'close') => {
  if (wish === 'close') {
    for (const database of databases.values()) database.close();
    port.close();
    return;
  }
  const { file } = wish;
  if (wish.kind === 'checkpoint') checkpoint(file);
  else forget(file);
  port.postMessage({ file, done: wish.kind } satisfies CheckpointDone);
});

function checkpoint(file: string): void {
  try {
    databaseOf(file).exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // a full or broken disk: the log keeps what was written, and the next write reports the disk's failure
  }
}

function databaseOf(file: string): InstanceType<typeof DatabaseSync> {
  const known = databases.get(file);
  if (known !== undefined) return known;
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = NORMAL');
  databases.set(file, database);
  return database;
}

function forget(file: string): void {
  databases.get(file)?.close();
  databases.delete(file);
}
