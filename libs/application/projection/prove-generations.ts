/** R8: whether a new generation may take the place of the served one by itself. */

export interface Proof {
  /** How many there are, however few of them are listed. Without any the generations are equal. */
  readonly differences: number;
}

/**
 * Compares two generations of one journal, as they are stored and, where that differs, in their canonical form. Both are followed
 * meanwhile, `served` perhaps by other processes: a host is compared where both are at the same revision, and looked at again until
 * they are, for as long as it takes. `left` gets now and then how many hosts or quests have held it up for some seconds, and 0 once
 * none does.
 * It writes into neither. Its memory and the work of one step are bounded; `signal` ends it soon, and it rejects then. Rejects as
 * the views do; it is called again then.
 */
export type ProveGenerations = (
  generations: { readonly served: number; readonly next: number },
  signal: AbortSignal,
  left: (keys: number) => void,
) => Promise<Proof>;
