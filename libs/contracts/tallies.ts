/** Summing tallies of rule 21: the numbers of a quest from those of its hosts, of which few are different. */
import { questHostStateOf, type HostCounts, type Tally } from './documents/index.js';

/** As many hosts have this tally. */
export interface TallyGroup {
  readonly tally: Tally;
  readonly hosts: number;
}

/**
 * The sum of all hosts' tallies; and how many hosts are done (labors, none of them open), open, or without a labor although
 * the quest names them. A host that it does not name and whose labors have left it counts nowhere.
 */
export function sumTallies(groups: Iterable<TallyGroup>): {
  readonly tally: Tally;
  readonly counts: Omit<HostCounts, 'parked'>;
} {
  const sum = { named: 0, chains: 0, unstarted: 0, inProgress: 0, completed: 0, waived: 0, labors: 0, open: 0 };
  const counts = { done: 0, open: 0, without: 0 };
  const steps = new Map<string, { open: number; closed: number }>();
  for (const { tally, hosts } of groups) {
    const state = questHostStateOf(tally);
    if (state !== null) counts[state] += hosts;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += tally[name] * hosts;
    for (const [type, { open, closed }] of Object.entries(tally.steps)) {
      const step = steps.get(type) ?? { open: 0, closed: 0 };
      steps.set(type, { open: step.open + open * hosts, closed: step.closed + closed * hosts });
    }
  }
  return { tally: { ...sum, steps: Object.fromEntries(steps) }, counts };
}
