/** R8: whether a new generation may take the place of the served one by itself. */

export interface Proof {
  /** How many there are, however few of them are listed. 0: the generations are equal. */
  readonly differences: number;
}

/**
 * Compares two generations of one journal at the same position, in their canonical form. Both are followed meanwhile, `served`
 * perhaps by other processes: a host is compared where both are at the same revision, and looked at again where they are not.
 * It writes into neither. Its memory and the work of one step are bounded; `signal` ends it soon, and it rejects then. What
 * cannot be compared is a difference: equal means that everything was. Rejects as the views do; it is called again then.
 */
export type ProveGenerations = (
  generations: { readonly served: number; readonly next: number },
  signal: AbortSignal,
) => Promise<Proof>;
