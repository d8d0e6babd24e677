/**
 * Entries of the stream `names` (rule 23). These names and fields are the storage format: a change of meaning is a new version
 * with an upcaster in contracts, never an edit.
 */
import type { HostName, Instant } from '../names.js';

interface Signed {
  /** The author as named by the client; null where it named none. */
  readonly by: string | null;
  readonly recordedAt: Instant;
  /** Whose token wrote it, as its envelope says; absent without one, and in an entry that is being decided. */
  readonly principal?: string;
}

/** From now on the names mean the host. */
export interface HostAliased extends Signed {
  readonly kind: 'HostAliased';
  readonly host: HostName;
  readonly names: readonly HostName[];
}

/** From now on the names mean hosts of their own again. */
export interface HostAliasesRemoved extends Signed {
  readonly kind: 'HostAliasesRemoved';
  readonly host: HostName;
  readonly names: readonly HostName[];
}

/** In place of the rules before. */
export interface NameRulesSet extends Signed {
  readonly kind: 'NameRulesSet';
  /** Domains that are cut off the end of a name, without the dot before them. */
  readonly cut: readonly HostName[];
  /** Appended to names without a dot; null: nothing is. */
  readonly domain: HostName | null;
}

export type NamesEntry = HostAliased | HostAliasesRemoved | NameRulesSet;
