/** The feed on Kafka is held to the contract of every feed, on a real broker; each test has a topic of its own. */
import { feedContract, laneServer } from '#testing';
import { openKafkaFeed } from './index.js';

feedContract(
  'kafka',
  async () => {
    const feed = await openKafkaFeed({
      brokers: laneServer('HERMES_TEST_KAFKA').split(','),
      prefix: `contract-${crypto.randomUUID()}`,
      partitions: 4,
      // members learn of joins and leaves by heartbeats; no session ends here, however busy the machine is
      timers: { sessionMs: 10_000, heartbeatMs: 100, fetchMs: 50, firstPauseMs: 10, longestPauseMs: 100 },
    });
    return { feed, overfill: 1000, repeatsKept: true, keeps: true, dispose: () => feed.close() };
  },
  20_000,
);
