/** How much the journal takes and gives at once. */
import type { JournalLimits } from './journal.js';

const MIB = 1_048_576;

export const LIMITS: JournalLimits = {
  // one write is never split, so it holds the loop as a commit does: as many as the longest list of definitions, and some
  maxAppendEntries: 1500,
  // EventStoreDB's limits, so that both journals take the same entries
  maxAppendBytes: MIB,
  maxReadEntries: 1000,
  maxPageCharacters: 4 * MIB,
  maxReadWork: 1000,
  maxExpiredRemoved: 4,
  maxWaitingEntries: 100_000,
  maxWaitingBytes: 64 * MIB,
  // some ten milliseconds of the loop, of which the fixed cost of a transaction is a small part
  maxCommitEntries: 500,
  maxCommitBytes: MIB,
  timeoutMs: 10_000,
};
