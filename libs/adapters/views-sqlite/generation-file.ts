/** One generation's file: its documents, its progress, and the queue before it. */
import { ApplyQueue } from './apply-queue.js';
import type { Store } from './store.js';

export class GenerationFile {
  readonly queue: ApplyQueue;

  constructor(readonly store: Store) {
    this.queue = new ApplyQueue(store);
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}
