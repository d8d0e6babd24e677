/**
 * The commands on quests that ask for hosts, by names or by a query: which hosts that means is settled here, and a request that
 * is sent again means what its first try has stored (rule 19).
 */
import type { Outcome } from '#contracts';
import type { ClaimFrom, QuestId } from '#domain';
import type { IngestRequest } from '../deciding/request.js';
import { onHosts, type HostSelector, type Tried } from '../hosts/select-hosts.js';
import type {
  Caller,
  EmbarkedHosts,
  HostsAsked,
  HostsToRemove,
  OnHosts,
  QuestRequest,
  RemovalForeseen,
  RemovedHosts,
} from '../ingest.js';
import { TRIED_ONCE } from '../names/own-names.js';
import { triedBatch } from './acceptance.js';
import { addQuestHosts } from './add-hosts.js';
import { claimLabors } from './claim-labors.js';
import { embarkQuest } from './embark-quest.js';
import type { QuestParts } from './quest-parts.js';
import { foreseeRemoval, removeQuestHosts, triedRemoval, type ForeseeingParts } from './remove-hosts.js';

export class QuestsOfHosts {
  constructor(
    private readonly parts: QuestParts & ForeseeingParts,
    private readonly selector: HostSelector,
  ) {}

  embark(asked: OnHosts<QuestRequest>, caller: Caller, request: IngestRequest): Promise<Outcome<EmbarkedHosts>> {
    return onHosts(
      ...([this.selector, asked.hosts, caller, request] as const),
      (hosts) => embarkQuest(this.parts, { ...asked, hosts }, caller, request),
      { tried: this.tried(triedBatch, request.quest(), request) },
    );
  }

  add(quest: QuestId, asked: HostsAsked, caller: Caller, request: IngestRequest): Promise<Outcome<EmbarkedHosts>> {
    return onHosts(
      ...([this.selector, asked, caller, request] as const),
      (hosts) => addQuestHosts(this.parts, quest, hosts, caller, request),
      { tried: this.tried(triedBatch, quest, request) },
    );
  }

  claim(
    quest: QuestId,
    claim: { readonly hosts: HostsAsked; readonly from: ClaimFrom; readonly by: string | null },
    caller: Caller,
    request: IngestRequest,
  ): Promise<Outcome<EmbarkedHosts>> {
    return onHosts(
      ...([this.selector, claim.hosts, caller, request] as const),
      (hosts) => claimLabors(this.parts, quest, { ...claim, hosts }, caller, request),
      { tried: this.tried(triedBatch, quest, request) },
    );
  }

  /** A host that joined the quest under a name which is an alias of another by now leaves it by that name. */
  remove(
    quest: QuestId,
    removal: OnHosts<HostsToRemove>,
    caller: Caller,
    request: IngestRequest,
  ): Promise<Outcome<RemovedHosts>> {
    return onHosts(
      ...([this.selector, removal.hosts, caller, request] as const),
      (hosts, formerly) => removeQuestHosts(this.parts, quest, { ...removal, hosts, formerly }, caller, request),
      { alsoFormer: true, tried: this.tried(triedRemoval, quest, request) },
    );
  }

  foreseeRemoval(quest: QuestId, asked: HostsAsked, caller: Caller): Promise<Outcome<RemovalForeseen>> {
    return onHosts(
      ...([this.selector, asked, caller, TRIED_ONCE] as const),
      (hosts, formerly) => foreseeRemoval(this.parts, quest, { hosts, formerly }, caller),
      { alsoFormer: true },
    );
  }

  /** Nothing is stored of a request that was not tried before, or has no quest yet. */
  private tried(
    stored: (journal: QuestParts['journal'], quest: QuestId, request: IngestRequest) => Promise<Tried>,
    quest: QuestId | undefined,
    request: IngestRequest,
  ): (() => Promise<Tried>) | undefined {
    if (quest === undefined || !request.isRepeat) return undefined;
    return () => stored(this.parts.journal, quest, request);
  }
}
