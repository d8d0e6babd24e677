/** Feeds for specs on real brokers: short timers, a separate topic, and the logged lines. */
import { openKafkaFeed, type KafkaFeed, type KafkaFeedOptions } from './index.js';

export interface TestFeed {
  readonly feed: KafkaFeed;
  readonly prefix: string;
  /** Everything logged, as text. */
  readonly logged: string[];
}

export type TestOptions = Pick<KafkaFeedOptions, 'brokers'> & Partial<KafkaFeedOptions>;

const open = new Set<KafkaFeed>();

/** For `afterEach`: connections that a failed test leaves open would keep the run from ending. */
export async function closeTestFeeds(): Promise<void> {
  const left = [...open];
  open.clear();
  await Promise.all(left.map((feed) => feed.close()));
}

/** With a session of 1.5 s; closed by {@link closeTestFeeds}. */
export async function openTestFeed(options: TestOptions): Promise<TestFeed> {
  const prefix = options.prefix ?? `spec-${crypto.randomUUID()}`;
  const logged: string[] = [];
  const record = (message: string, fields: object = {}): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const { timers, ...others } = options;
  const feed = await openKafkaFeed({
    partitions: 4,
    ...others,
    prefix,
    timers: {
      ...{ requestMs: 5000, connectMs: 1000, sessionMs: 1500, heartbeatMs: 200, fetchMs: 50 },
      ...{ firstPauseMs: 20, longestPauseMs: 500, closeMs: 3000 },
      ...timers,
    },
    log: { info: record, warn: record, error: record },
  });
  open.add(feed);
  return { feed, prefix, logged };
}
