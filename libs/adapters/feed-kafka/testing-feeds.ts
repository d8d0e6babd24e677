/** Feeds for specs on real brokers: short timers, a topic of their own, and what was logged. */
import { Listener, namesOf, entryMessages } from '#testing';
import { StoreUnavailable, type Feed } from '#ports';
import { openKafkaFeed, type KafkaFeed, type KafkaFeedOptions } from './index.js';

export interface TestFeed {
  readonly feed: KafkaFeed;
  readonly prefix: string;
  /** Everything logged, as text. */
  readonly logged: string[];
}

export type TestOptions = Pick<KafkaFeedOptions, 'brokers'> & Partial<KafkaFeedOptions>;

/** With a session of 1.5 s. */
export async function openTestFeed(options: TestOptions): Promise<TestFeed> {
  const prefix = options.prefix ?? `spec-${crypto.randomUUID()}`;
  const logged: string[] = [];
  const tell = (message: string, fields: object = {}): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const { timers, ...others } = options;
  const feed = await openKafkaFeed({
    partitions: 4,
    ...others,
    prefix,
    timers: {
      ...{ requestMs: 5000, connectMs: 1000, sessionMs: 1500, heartbeatMs: 200, fetchMs: 50 },
      ...{ firstPauseMs: 20, longestPauseMs: 500 },
      ...timers,
    },
    log: { info: tell, warn: tell, error: tell },
  });
  return { feed, prefix, logged };
}

/** Publishes on and on, one entry to each partition at a time, as the relay does: what failed is published again. */
export class Stream {
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
    this.done = this.run();
  }

  /** Resolves when the publishing has ended. Throws what was no StoreUnavailable. */
  async end(): Promise<void> {
    this.ending = true;
    await this.done;
  }

  private async run(): Promise<void> {
    for (let place = this.from; !this.ending;) {
      const messages = Array.from({ length: this.feed.partitions }, (_, one) => entryMessages(one, 1, place)).flat();
      try {
        await this.feed.publish(messages);
        this.acknowledged.push(...namesOf(messages));
        place += 1;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
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
