/** What a verification says (R9): while it runs, and in the end. */
import type { HostName } from '#domain';
import type { Findings } from './findings.js';

export interface VerifyStep {
  /** `listing`: the hosts and quests of the views are looked through for such as the journal does not have. */
  readonly phase: 'splitting' | 'judging' | 'listing';
  /** Of the phase, 0 to 1. */
  readonly share: number;
  /** Entries that the phase has done, of `total`, which is known once the journal is cut. */
  readonly entries: number;
  readonly total: number | null;
  /** Compared so far. */
  readonly hosts: number;
  readonly differences: number;
  /** That the journal takes on the disk, cut. */
  readonly bytes: number;
}

/**
 * Hosts that were not compared, by why: `large`: they exceed {@link ALONE_LIMITS}. `moving`: stored again at each look, or half written
 * and then written further.
 */
export interface NotCompared {
  readonly large: number;
  readonly behind: number;
  readonly moving: number;
}

/** A host that was not compared. */
export interface LeftOutHost {
  readonly host: HostName;
  readonly why: keyof NotCompared;
}

export interface VerifiedGeneration {
  readonly findings: Pick<Findings, 'differences' | 'examples'>;
  readonly hosts: number;
  readonly quests: number;
  readonly notCompared: NotCompared;
  /** The first {@link MOST_NAMED} of those. */
  readonly leftOut: readonly LeftOutHost[];
}

/** As many hosts that were not compared are named. */
export const MOST_NAMED = 100;
