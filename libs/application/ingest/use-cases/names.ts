/** What may be asked of the names of hosts (rule 23): aliases, and the rules for names that nobody listed. */
import type { Outcome, Position } from '#contracts';
import type { AliasOrder, HostName, NameRules } from '#domain';
import type { Caller, Unchanged, Written } from './caller.js';

/** What of a host's names can be changed. */
export interface HostAliases {
  /** Its own name. */
  readonly host: HostName;
  readonly aliases: readonly HostName[];
}

/** As they are afterwards; `changed` is false where they were so already, and nothing was written. */
export interface AliasedHost extends HostAliases, Written {
  readonly changed: boolean;
  /** New aliases that had a history of their own: it is found by `formerHost`. */
  readonly formerHosts: readonly HostName[];
  /** Nobody had heard of the host before. */
  readonly newHost: boolean;
}

export interface NameRulesWritten {
  /** Undefined where there is none to wait for: nobody ever named anything. */
  readonly position: Position | undefined;
  readonly changed: boolean;
  readonly rules: NameRules;
}

export interface NameUseCases {
  /** All names, or none. Where `by` is null, it is the caller's name. */
  aliasHost(
    order: AliasOrder,
    by: string | null,
    caller: Caller,
    unchanged?: Unchanged<HostAliases>,
  ): Promise<Outcome<AliasedHost>>;
  removeAlias(
    alias: { readonly host: HostName; readonly name: HostName },
    caller: Caller,
    unchanged?: Unchanged<HostAliases>,
  ): Promise<Outcome<AliasedHost>>;
  /** In place of those before. */
  setNameRules(
    rules: NameRules,
    by: string | null,
    caller: Caller,
    unchanged?: Unchanged<NameRules>,
  ): Promise<Outcome<NameRulesWritten>>;
}
