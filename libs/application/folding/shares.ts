/**
 * P9: how much of a batch one host may use, in effects, which are what judging costs to write; a move counts as many as its
 * chain has labors. An entry has some 2,000 at most (rules 6 and 15) and is never split.
 */
import type { HostName } from '#domain';
import type { Allowance } from './judge-host.js';

/** Most effects that one round writes; an entry more, where it is the first. */
export const ROUND_EFFECTS = 4000;
/** One host's share of a batch, and of one step that brings it on. */
export const SHARE_EFFECTS = 2000;
/** Once a batch has had this many effects, */
export const BATCH_EFFECTS = 8000;
/** a host that needs more than this many is set behind, too: many heavy hosts are no shorter a stop than one. */
export const SMALL_EFFECTS = 20;

/** How much a round may judge of each host. One for each round, over the shares of its batch. */
export interface RoundShares {
  /** Of a host that is not behind, or that the round is for. */
  allowance(host: HostName): Allowance;
  /** Whether a host that needs more than its allowance has used up its share, and not only the round. */
  isUsedUp(host: HostName, allowance: Allowance): boolean;
  spent(host: HostName, effects: number): void;
  /** They were not written, since another projector was faster: they are of no batch. */
  notWritten(host: HostName, effects: number): void;
}

/** The shares of the hosts in one batch. */
export class BatchShares {
  private readonly byHost = new Map<HostName, number>();
  private total = 0;

  round(): RoundShares {
    let left = ROUND_EFFECTS;
    const charge = (host: HostName, effects: number): void => {
      this.total += effects;
      this.byHost.set(host, (this.byHost.get(host) ?? 0) + effects);
    };
    return {
      allowance: (host) => ({ effects: Math.min(left, this.leftOf(host)), first: false }),
      // the whole round does not suffice for an entry that exceeds it: that host's share does not, either
      isUsedUp: (host, { effects }) => effects >= this.leftOf(host),
      spent: (host, effects) => {
        left -= effects;
        charge(host, effects);
      },
      notWritten: (host, effects) => {
        charge(host, -effects);
      },
    };
  }

  private leftOf(host: HostName): number {
    const share = this.total < BATCH_EFFECTS ? SHARE_EFFECTS : SMALL_EFFECTS;
    return Math.max(0, share - (this.byHost.get(host) ?? 0));
  }
}

/** What is judged in one step: the first entry whatever it costs, so that each step brings its host on. */
export const STEP_ALLOWANCE: Allowance = { effects: SHARE_EFFECTS, first: true };

/** One step of a host that is behind. */
export const STEP_SHARES: RoundShares = {
  allowance: () => STEP_ALLOWANCE,
  isUsedUp: () => true,
  spent: () => undefined,
  notWritten: () => undefined,
};
