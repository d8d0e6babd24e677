/** Publishing that never stops, for specs in which servers fail meanwhile; and what of it has not come. */
import { StoreUnavailable, type Feed } from '#ports';
import type { Listener } from './contract/harness.js';
import { namesOf, run } from './contract/messages.js';

/** Publishes on and on, one entry to each partition at a time, as the relay does: what failed is published again. */
export class FeedStream {
  /** Names of the entries acknowledged so far. */
  readonly acknowledged: string[] = [];
  failures = 0;
  private ending = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly feed: Feed,
    /** Place of the first entry in each partition. */
    private readonly from = 0,
    private readonly pauseMs = 5,
  ) {
    this.done = this.publish();
  }

  /** Resolves when the publishing has ended. Throws what was no StoreUnavailable. */
  async end(): Promise<void> {
    this.ending = true;
    await this.done;
  }

  private async publish(): Promise<void> {
    for (let place = this.from; !this.ending;) {
      const messages = Array.from({ length: this.feed.partitions }, (_, one) => run(one, 1, place)).flat();
      try {
        await this.feed.publish(messages);
        this.acknowledged.push(...namesOf(messages));
        place += 1;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        // a feed that was closed stays so: a test that failed has left this running
        if (error.cause === undefined) return;
        this.failures += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
  }
}

/** What of these names none of the listeners has handled. */
export function missingOf(names: readonly string[], ...listeners: readonly Listener[]): readonly string[] {
  const handled = new Set(listeners.flatMap(({ all }) => all));
  return names.filter((name) => !handled.has(name));
}
