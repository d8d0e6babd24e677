/**
 * The feed on Kafka: `openKafkaFeed`; `consumePartitions`, for reading any other topic in the same way; and
 * `encodeMessage`, for comparing the messages of a relay, as bench does.
 */
export { openKafkaFeed, type KafkaFeed } from './feed.js';
export { encodeMessage } from './message-codec.js';
export { consumePartitions, type ConsumeOptions } from './consume-partitions.js';
export { openKafkaChanges, type KafkaChangesOptions } from './changes.js';
export { openKafkaInbound, type KafkaInboundOptions } from './inbound.js';
export { KafkaMisconfigured } from './errors.js';
export type { AssignmentListener } from './group-member.js';
export type { KafkaConnection, KafkaFeedOptions, KafkaLog, KafkaSasl, KafkaTimers } from './options.js';
export type { RawBatch, RawHandler, RawMessage } from './partition-worker.js';
