/** What names mean (rule 23), as it stands after a number of entries of the stream `names`. */
import type { HostName } from '../names.js';

/** How many aliases there may be in all: every ingest and every query holds them in memory. */
export const MAX_ALIASES = 100_000;
export const MAX_ALIASES_OF_HOST = 100;
/** Domains that the rules may cut: each is compared with every name that is read. */
export const MAX_CUT_DOMAINS = 100;

export interface NameRules {
  /** Domains that are cut off the end of a name, without the dot before them. */
  readonly cut: readonly HostName[];
  /** Appended to names without a dot; null: nothing is. */
  readonly domain: HostName | null;
}

/** No alias is the name of a host that has aliases: a name is one step from its host. */
export interface HostNames {
  /** The number of entries folded into it. */
  readonly revision: number;
  /** The host that each alias means. */
  readonly aliases: ReadonlyMap<HostName, HostName>;
  /** The aliases of each host that has some, in the order in which they were given. */
  readonly byHost: ReadonlyMap<HostName, readonly HostName[]>;
  readonly rules: NameRules;
}

export const NO_RULES: NameRules = { cut: [], domain: null };

export const noNames: HostNames = { revision: 0, aliases: new Map(), byHost: new Map(), rules: NO_RULES };
