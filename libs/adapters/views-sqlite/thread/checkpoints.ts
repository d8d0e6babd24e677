/**
 * Moves write-ahead logs into their files from another thread: a checkpoint waits for the disk, for longer than all the
 * writes before it took, and no caller has to wait with it. Where the disk is slower than the writes, the log's limit
 * makes the writer do a checkpoint itself (see prepare.ts).
 */
import { Worker } from 'node:worker_threads';
import type { Database } from '#adapters/sqlite';
import type { FileKind } from '../prepare.js';
import type { WriteWatch } from '../store.js';

export interface CheckpointWish {
  readonly kind: 'checkpoint' | 'forget';
  readonly file: string;
}

export interface CheckpointDone {
  readonly file: string;
  readonly done: CheckpointWish['kind'];
}

/** It keeps nothing. */
const SMALL_HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

/** One thread for all files. */
export class Checkpoints {
  private readonly worker: Worker;
  private readonly ended: Promise<unknown>;
  private readonly files = new Map<string, FileCheckpoints>();

  constructor() {
    this.worker = new Worker(new URL('./checkpointer.js', import.meta.url), { resourceLimits: SMALL_HEAP });
    this.ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.on('message', ({ file, done }: CheckpointDone) => {
      this.files.get(file)?.completed(done);
    });
  }

  /** Of the file that `database` writes. */
  watch(database: Database, file: string, { mostLogPages }: FileKind): WriteWatch {
    database.exec(`PRAGMA wal_autocheckpoint = ${mostLogPages}`);
    const wish = (kind: CheckpointWish['kind']): void => {
      this.worker.postMessage({ kind, file } satisfies CheckpointWish);
    };
    const watch = new FileCheckpoints(database, wish, this.ended);
    this.files.set(file, watch);
    return watch;
  }

  async close(): Promise<void> {
    this.worker.postMessage('close');
    await this.ended;
  }
}

/** Pages in the log that are not in the file yet, from which on a checkpoint is worth its waits for the disk. */
const LEAST_PAGES = 4000;

class FileCheckpoints implements WriteWatch {
  private readonly log;
  private inFlight = false;
  private forgotten: (() => void) | undefined;

  constructor(
    database: Database,
    private readonly wish: (kind: CheckpointWish['kind']) => void,
    private readonly ended: Promise<unknown>,
  ) {
    this.log = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  }

  committed(): void {
    if (this.inFlight || this.waiting() < LEAST_PAGES) return;
    this.inFlight = true;
    this.wish('checkpoint');
  }

  completed(done: CheckpointWish['kind']): void {
    if (done === 'checkpoint') this.inFlight = false;
    else this.forgotten?.();
  }

  /** After the checkpoint in flight; then the writer's is the last connection, and removes the log. */
  async close(): Promise<void> {
    const forgotten = new Promise<void>((resolve) => {
      this.forgotten = resolve;
    });
    this.wish('forget');
    await Promise.race([forgotten, this.ended]);
  }

  /** Pages of the log that are not in the file. */
  private waiting(): number {
    try {
      const { log, checkpointed } = this.log.get() as { readonly log: number; readonly checkpointed: number };
      return log - checkpointed;
    } catch {
      // the writes are committed, whatever makes this query fail
      return 0;
    }
  }
}
