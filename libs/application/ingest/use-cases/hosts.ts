/** What may be asked of hosts (rule 23). */
import type { Fault, HostFilter, InventoryLine, Outcome, Position, Problem } from '#contracts';
import type { HostCommand, HostName } from '#domain';
import type { Naming } from '../../reading/own-names.js';
import type { Caller, Written } from './caller.js';
import type { AcceptedOperation, Foreseen, Where } from './operations.js';

/** The outcome of a command on a host: `changed` is false where it was so already, and nothing was written. */
export interface HostWritten extends Written {
  /** By its own name. */
  readonly host: HostName;
  readonly changed: boolean;
  /** It is the first entry of its host, which nobody had heard of before. */
  readonly newHost: boolean;
}

/** The outcome for one host of many: done, or why not. */
export type HostResult = HostWritten | { readonly host: string; readonly fault: Pick<Fault, 'code' | 'message'> };

export interface HostResults {
  /** One at which all is visible that was done; undefined where nothing could be. */
  readonly position: Position | undefined;
  /** In the order asked for. */
  readonly results: readonly HostResult[];
}

export interface ImportOptions {
  /** Which inventory it is; the one called `default` where absent. */
  readonly inventory?: string;
  /** Counts what would change, and writes nothing. */
  readonly dryRun?: boolean;
  /** Whether the batches named all hosts of the inventory, once there are no more: only then is looked for what it lacks, and taken off it. Where absent, they did. */
  readonly isWhole?: () => boolean;
}

/** What became of an inventory. Those that were refused are not stored, all others are, up to the problem. */
export interface ImportedHosts extends Written {
  readonly changed: number;
  readonly unchanged: number;
  /** Hosts that nobody had heard of before. */
  readonly new: number;
  readonly refused: number;
  /** Why the first of them were refused; paths are the lines' numbers. */
  readonly refusals: readonly Fault[];
  /** Hosts that are known and not retired, and that the inventory lacks; the first of them by name. Absent where not all of its hosts are known, where none was taken, and with a problem. */
  readonly missing?: number;
  readonly missingHosts?: readonly HostName[];
  /** Hosts that the inventory had, retired ones among them, and has no longer (in a dry run: would have); absent where `missing` is. */
  readonly gone?: number;
  /** Why it did not come to its end: what was stored by then is, and the same again completes it. */
  readonly problem?: Problem;
}

export interface HostUseCases {
  /** `host`: a name as a client wrote it, the host's own or an alias. Where the command's `by` is null, it is the caller's name. */
  commandHost(host: string, command: HostCommand, caller: Caller): Promise<Outcome<HostWritten>>;
  commandHosts(hosts: readonly string[], command: HostCommand, caller: Caller): Promise<Outcome<HostResults>>;
  /** On the hosts that `GET /hosts` shows for `where`: a result for each, and above 1,000 an operation; `too-broad` above 1,000,000. */
  commandHostsWhere(
    where: Where<Naming<HostFilter>>,
    command: HostCommand,
    caller: Caller,
  ): Promise<Outcome<HostResults | AcceptedOperation>>;
  /** Which hosts that would be; nothing is changed. */
  foreseeHostsWhere(where: Naming<HostFilter>, caller: Caller): Promise<Outcome<Foreseen>>;
  /**
   * An inventory as it comes, batch by batch: each is asked for when there is room for it. Its hosts are in it from then on, and
   * at its end those that its last import had are in it no longer, if it took one at least. A host that it names twice, by any of
   * its names, is refused the second time. Where `batches` fails, what it gave before is stored, and the failure is handed on.
   */
  importHosts(
    batches: AsyncIterable<readonly InventoryLine[]>,
    caller: Caller,
    options?: ImportOptions,
  ): Promise<ImportedHosts>;
}
