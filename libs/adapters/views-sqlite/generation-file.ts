/** One generation's file: its documents, its progress, the queue before it, and the long reads beside it. */
import { ApplyQueue } from './apply-queue.js';
import type { LongReads } from './long-reads.js';
import type { Store } from './store.js';

export class GenerationFile {
  readonly queue: ApplyQueue;

  constructor(
    readonly store: Store,
    readonly longReads: LongReads,
  ) {
    this.queue = new ApplyQueue(store);
  }

  async close(): Promise<void> {
    await this.longReads.close();
    await this.store.close();
  }
}
