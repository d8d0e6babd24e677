/** The commands on names. Names are parsed. */
import type { HostName, Instant } from '../names.js';
import type { NameRules } from './state.js';

interface CommandBase {
  readonly by: string | null;
  readonly now: Instant;
}

/** A host, by any of its names, and names that are to mean it too. */
export interface AliasOrder {
  readonly host: HostName;
  readonly names: readonly HostName[];
}

export interface AliasHosts extends CommandBase {
  readonly kind: 'AliasHosts';
  readonly orders: readonly AliasOrder[];
}

export interface RemoveAlias extends CommandBase {
  readonly kind: 'RemoveAlias';
  readonly host: HostName;
  readonly name: HostName;
}

export interface SetNameRules extends CommandBase, NameRules {
  readonly kind: 'SetNameRules';
}
