/** What may be asked of quests (rules 17 to 22). */
import type { HostQuery, Outcome, Position } from '#contracts';
import type { ClaimFrom, HostName, Instant, QuestId, QuestState, Reference, TypeReference } from '#domain';
import type { Caller, Written, Unchanged } from './caller.js';

/** A quest's request for at most this many hosts is answered when all of them have their event, or the quest's end. */
export const INLINE_HOSTS = 1000;

/** A quest as its stream has it after an amendment. */
export interface AmendedQuest extends Written {
  readonly quest: QuestState;
}

/** Hosts by their names; or those that a query selects when the request is worked on, and `beside` them some by their names. */
export type HostsAsked = readonly HostName[] | { readonly query: HostQuery; readonly beside: readonly HostName[] };

/** The same, with hosts as a request may ask for them. */
export type OnHosts<T extends { readonly hosts: readonly HostName[] }> = Omit<T, 'hosts'> & {
  readonly hosts: HostsAsked;
};

export interface QuestRequest {
  /** Whose open labors of the type it claims (rule 18); absent where each host gets an event. */
  readonly claim?: ClaimFrom;
  readonly type: TypeReference;
  /** Repeats count once (rule 19). */
  readonly hosts: readonly HostName[];
  /** Null: the caller's name. */
  readonly creator: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
}

export interface QuestAmendment {
  readonly creator?: string | null;
  readonly description?: string;
  readonly target?: Instant | null;
  readonly references?: readonly Reference[];
}

/** A batch of hosts that was accepted: `embarking` where its events are still being journalled, `abandoned` where the quest was, so that not all will be. */
export interface EmbarkedHosts extends Written {
  readonly id: QuestId;
  /** Hosts in this batch, each once; of an added batch, those that were not in the quest before. */
  readonly hosts: number;
  readonly state: 'open' | 'embarking' | 'abandoned';
  /** Rule 22: hosts in this batch that join without a labor, since no fate started the quest's type any more: none of them, or all. */
  readonly without?: number;
}

/** `isEnded`: all its hosts have its end; where not, that goes on. */
export interface AbandonedQuest extends Written {
  readonly id: QuestId;
  /** How many it had. */
  readonly hosts: number;
  readonly isEnded: boolean;
}

/** Hosts that are to leave a quest, and why. */
export interface HostsToRemove {
  readonly hosts: readonly HostName[];
  /** Null: the caller's name. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** At most this many hosts that are not in the quest are named in an answer. */
export const MAX_NOT_IN = 1000;

/** `isRemoved`: each of them has left; where not, that goes on. */
export interface RemovedHosts extends Written {
  readonly id: QuestId;
  /** How many of those named leave it, each once. */
  readonly hosts: number;
  /** Those named that are not in it: the first {@link MAX_NOT_IN}. */
  readonly notIn: readonly HostName[];
  readonly isRemoved: boolean;
}

/** What taking hosts out would do, as of a position of the views. */
export interface RemovalForeseen extends Pick<RemovedHosts, 'id' | 'hosts' | 'notIn'> {
  readonly position: Position;
  /** The open chains that would leave the quest. */
  readonly chains: number;
  /** Counting ended there, and there are more. */
  readonly atLeast?: true;
}

export interface QuestUseCases {
  /** Up to {@link INLINE_HOSTS} hosts are embarked before the answer; more go on in the background. */
  embarkQuest(request: OnHosts<QuestRequest>, caller: Caller): Promise<Outcome<EmbarkedHosts>>;
  amendQuest(
    quest: QuestId,
    amendment: QuestAmendment,
    caller: Caller,
    unchanged?: Unchanged<QuestState>,
  ): Promise<Outcome<AmendedQuest>>;
  /** Hosts that are in already get no second event (rule 22). */
  addQuestHosts(quest: QuestId, hosts: HostsAsked, caller: Caller): Promise<Outcome<EmbarkedHosts>>;
  /**
   * The open labors of its type on these hosts join the quest, those in no quest or those in any (rule 18). Up to
   * {@link INLINE_HOSTS} hosts are claimed before the answer.
   */
  claimLabors(
    quest: QuestId,
    claim: { readonly hosts: HostsAsked; readonly from: ClaimFrom; readonly by: string | null },
    caller: Caller,
  ): Promise<Outcome<EmbarkedHosts>>;
  /**
   * Their open chains leave the quest and stay open (rule 22). Up to {@link INLINE_HOSTS} hosts have left before the answer.
   */
  removeQuestHosts(quest: QuestId, removal: OnHosts<HostsToRemove>, caller: Caller): Promise<Outcome<RemovedHosts>>;
  /** Refused as the removal would be. Nothing is written. */
  foreseeQuestHostsRemoval(quest: QuestId, hosts: HostsAsked, caller: Caller): Promise<Outcome<RemovalForeseen>>;

  /** For ever (rule 22). Where `by` is null, it is the caller's name. Of up to {@link INLINE_HOSTS} hosts all have its end before the answer. */
  abandonQuest(
    quest: QuestId,
    abandonment: { readonly by: string | null; readonly reason: string },
    caller: Caller,
  ): Promise<Outcome<AbandonedQuest>>;
}
