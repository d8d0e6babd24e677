/**
 * What readers ask of the past of one generation (R11): what documents were as entries up to a place had made them, and as a fold
 * stopped there has them. The views must have reached the place. Rule 25 goes before: what was redacted later is redacted.
 */
import type { PartDocument, PastLabors, PastOpen, PastParts, Position } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { StoredPartKey } from './stored.js';

/** Most keys in one call of {@link PastReader.parts}. */
export const MAX_PARTS_BY_KEY = 200;

export interface PastTotals extends PastLabors {
  readonly hosts: number;
  readonly events: number;
}

export interface PastReader {
  /**
   * The sum of the quest's parts as they were ({@link PastPartsSum}); of a quest that nobody knows: of none. Of hosts that were
   * parked by then the first {@link MAX_PARKED_COUNTED} count; where more than {@link MOST_BEHIND} are behind, each counts so.
   */
  partsAsOf(generation: number, quest: QuestId, at: Position): Promise<PastParts>;
  /** Those of the parts that exist now, in any order; at most {@link MAX_PARTS_BY_KEY}. */
  parts(generation: number, keys: readonly StoredPartKey[]): Promise<readonly PartDocument[]>;
  /** What was open on the host ({@link PastOpenSum}): each of its labors is looked at. */
  openAsOf(generation: number, host: HostName, at: Position): Promise<PastOpen>;
  /** How many hosts, events and labors there were ({@link PastLaborsSum}), exactly: each labor is looked at, in turns with other questions. */
  totalsAsOf(generation: number, at: Position): Promise<PastTotals>;
}
