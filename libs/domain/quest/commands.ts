/** The commands of a quest. Texts are within their limits; names are parsed. */
import type { HostName, Instant, TypeReference } from '../names.js';
import type { ClaimFrom } from '../host/entries.js';
import type { LaborId } from '../host/ids.js';
import type { Reference } from './entries.js';
import type { QuestId } from './ids.js';

interface CommandBase {
  readonly by: string | null;
  readonly now: Instant;
}

export interface EmbarkQuest extends CommandBase {
  readonly kind: 'EmbarkQuest';
  /** Whose open labors it claims (rule 18); null where an event is logged on each host. */
  readonly claim: ClaimFrom | null;
  readonly type: TypeReference;
  /** In the order first named: a host named twice counts once (rule 19). */
  readonly hosts: ReadonlySet<HostName>;
  readonly creator: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
}

export interface AmendQuest extends CommandBase {
  readonly kind: 'AmendQuest';
  readonly quest: QuestId;
  readonly creator?: string | null;
  readonly description?: string;
  readonly target?: Instant | null;
  readonly references?: readonly Reference[];
}

export interface AddHosts extends CommandBase {
  readonly kind: 'AddHosts';
  readonly quest: QuestId;
  readonly hosts: ReadonlySet<HostName>;
}

export interface ClaimLabors extends CommandBase {
  readonly kind: 'ClaimLabors';
  readonly quest: QuestId;
  readonly hosts: ReadonlySet<HostName>;
  readonly from: ClaimFrom;
}

export interface RemoveHosts extends CommandBase {
  readonly kind: 'RemoveHosts';
  readonly quest: QuestId;
  readonly hosts: ReadonlySet<HostName>;
}

export interface AdoptLabors extends CommandBase {
  readonly kind: 'AdoptLabors';
  readonly quest: QuestId;
  readonly adoption: string;
  readonly request: string;
  readonly labors: readonly LaborId[];
}

export interface AbandonQuest extends CommandBase {
  readonly kind: 'AbandonQuest';
  readonly quest: QuestId;
  readonly reason: string;
}

export type QuestCommand = EmbarkQuest | AmendQuest | AddHosts | ClaimLabors | RemoveHosts | AdoptLabors | AbandonQuest;
