/**
 * Moves the write-ahead log into the file from another thread: a checkpoint waits for the disk, for longer than all the
 * writes that it is about took, and nobody need wait with it. Where the disk is slower than the writes, the log's limit
 * makes the writer do a checkpoint itself (see prepare.ts).
 */
import { Worker } from 'node:worker_threads';
import type { Database, WriteWatch } from '../store.js';

/** Pages in the log that are not in the file yet, from which on a checkpoint is worth its waits for the disk. */
const LEAST_PAGES = 4000;
/** Pages in the log from which on the writer does a checkpoint itself: the log begins anew only when all of it is in the file. */
const MOST_PAGES = 48_000;

export class Checkpoints implements WriteWatch {
  private readonly worker: Worker;
  private readonly ended: Promise<unknown>;
  private readonly log;
  private underWay = false;

  /** Of the file that `database` writes. */
  constructor(database: Database, file: string) {
    database.exec(`PRAGMA wal_autocheckpoint = ${MOST_PAGES}`);
    this.log = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.worker = new Worker(new URL('./checkpointer.js', import.meta.url), { workerData: file });
    this.ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.on('message', () => {
      this.underWay = false;
    });
  }

  committed(): void {
    if (this.underWay || this.waiting() < LEAST_PAGES) return;
    this.underWay = true;
    this.worker.postMessage('checkpoint');
  }

  /** Pages of the log that are not in the file. */
  private waiting(): number {
    try {
      const { log, checkpointed } = this.log.get() as { readonly log: number; readonly checkpointed: number };
      return log - checkpointed;
    } catch {
      // what was written is written, whatever keeps this from being told
      return 0;
    }
  }

  /** After the one under way; then the writer's is the last connection, and tidies the log away. */
  async close(): Promise<void> {
    this.worker.postMessage('close');
    await this.ended;
  }
}
