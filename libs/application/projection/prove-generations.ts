/** R8: whether a new generation may take the place of the served one by itself. */

export interface Proof {
  /** How many there are, however few of them are listed. */
  readonly differences: number;
  /** Hosts and quests that could not be compared, since they changed at each look; 0 where absent. Without these, and without differences, the generations are equal. */
  readonly leftOut?: number;
}

/**
 * Compares two generations of one journal, as they are stored and, where that differs, in their canonical form. Both are followed
 * meanwhile, `served` perhaps by other processes: a host is compared where both are at the same revision, and looked at again where
 * they are not.
 * It writes into neither. Its memory and the work of one step are bounded; `signal` ends it soon, and it rejects then. What
 * cannot be compared is left out, and counted. Rejects as the views do; it is called again then.
 */
export type ProveGenerations = (
  generations: { readonly served: number; readonly next: number },
  signal: AbortSignal,
) => Promise<Proof>;
