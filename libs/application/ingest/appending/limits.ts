/** How much the appender takes, holds and tries. */
import type { Pauses } from '../../pauses.js';
import type { QueueLimits } from './stream-queues.js';

const MIB = 1_048_576;

export interface AppenderLimits extends QueueLimits {
  /** A batch takes no further stream once it has this much. */
  readonly maxBatchEntries: number;
  readonly maxBatchBytes: number;
  readonly maxBatches: number;
  /** No further batch is begun while this much is on its way to the journal; single entries count for more where it works on few writes at once. */
  readonly maxInFlightEntries: number;
  readonly maxInFlightBytes: number;
  /** Tries without any success after which a job fails. */
  readonly maxTries: number;
  readonly pauses: Pauses;
  /** Of the ids that are kept of streams' recent entries: of short tails, and as much of long ones. */
  readonly maxRecentBytes: number;
}

export const APPENDER_LIMITS: AppenderLimits = {
  maxWaitingEntries: 100_000,
  maxWaitingBytes: 128 * MIB,
  // a batch is several turns
  maxTurnEntries: 500,
  maxTurnBytes: MIB / 2,
  // a few commits of the embedded journal: an entry waits for few others to be written, however many one holder sends
  maxBatchEntries: 2500,
  maxBatchBytes: 2 * MIB,
  maxBatches: 4,
  // of full batches two: what comes next waits for them
  maxInFlightEntries: 5000,
  maxInFlightBytes: 4 * MIB,
  maxTries: 10,
  pauses: { firstMs: 5, longestMs: 500 },
  maxRecentBytes: 48 * MIB,
};
