/** Deciding about quests (rules 15, 17 to 19, 22). Whether the caller may use a restricted type is the application's business. */
import { findEventType } from '../catalogue/resolve.js';
import { isStarting } from '../catalogue/rules.js';
import type { Catalogue, EventType } from '../catalogue/state.js';
import type { HostName, Instant, TypeName, TypeReference } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type {
  AbandonQuest,
  AddHosts,
  AdoptLabors,
  AmendQuest,
  ClaimLabors,
  EmbarkQuest,
  RemoveHosts,
} from './commands.js';
import type { QuestAbandoned, QuestAmended, QuestDrafted, QuestLaborsAccepted, Reference } from './entries.js';
import type { QuestId } from './ids.js';
import type { QuestState } from './state.js';

/** How many hosts a quest may have: as many as the largest fleet. */
export const MAX_QUEST_HOSTS = 1_000_000;

/** The hosts to log an event of `type` on: each once, in the order first named (rule 19). */
export interface EmbarkDecision {
  readonly type: TypeName;
  readonly hosts: readonly HostName[];
}

/** Every fault at once, at the paths `type`, `hosts` and `target`. */
export function decideEmbark(command: EmbarkQuest, catalogue: Catalogue): Decision<EmbarkDecision> {
  const hosts = [...command.hosts];
  const type =
    command.claim === null ? startingType(command.type, catalogue, 'type') : anyType(command.type, catalogue);
  const refusals: Refusal[] = [];
  if (!type.ok) refusals.push(...type.refusals);
  if (hosts.length === 0) {
    refusals.push(WITHOUT_HOSTS);
  }
  if (hosts.length > MAX_QUEST_HOSTS) refusals.push(tooLarge(hosts.length));
  refusals.push(...targetFaults(command.target, command.now));
  return type.ok && refusals.length === 0 ? accepted({ type: type.value, hosts }) : refused(...refusals);
}

/** The first entry of the quest's stream; `type` as decided. */
export function draftQuest(command: EmbarkQuest, quest: QuestId, type: TypeName): QuestDrafted {
  const { creator, description, target, references, by, now: recordedAt } = command;
  return { kind: 'QuestDrafted', quest, type, creator, description, target, references, by, recordedAt };
}

/** At most one entry, with the changed fields; none where nothing changes. A target that is changed must lie ahead (path `target`). */
export function decideAmend(command: AmendQuest, state: QuestState): Decision<readonly QuestAmended[]> {
  const { creator, description, target, references, by, now: recordedAt } = command;
  const over = abandonedBefore(state);
  if (over !== undefined) return refused(over);
  const changes = {
    ...(creator !== undefined && creator !== state.creator && { creator }),
    ...(description !== undefined && description !== state.description && { description }),
    ...(target !== undefined && target !== state.target && { target }),
    ...(references !== undefined && !sameReferences(references, state.references) && { references }),
  };
  if (Object.keys(changes).length === 0) return accepted([]);
  const faults = targetFaults(changes.target ?? null, recordedAt);
  if (faults.length > 0) return refused(...faults);
  return accepted([{ kind: 'QuestAmended', ...changes, by, recordedAt }]);
}

/** The hosts to log an event on: those that are not in yet, each once. */
export interface AddHostsDecision {
  readonly hosts: readonly HostName[];
  /** Whether their events open labors: where no fate starts the type any more, the hosts are in the quest without one. */
  readonly starts: boolean;
}

/**
 * `present`: those named that an accepted batch has. Where nothing is left to log, nothing is refused: the same request again
 * is harmless whatever became of the type.
 */
export function decideAddHosts(
  command: AddHosts,
  state: QuestState,
  present: Pick<ReadonlyMap<HostName, unknown>, 'has'>,
  catalogue: Catalogue,
): Decision<AddHostsDecision> {
  if (command.hosts.size === 0) return refused(WITHOUT_HOSTS);
  const over = abandonedBefore(state);
  if (over !== undefined) return refused(over);
  const hosts = [...command.hosts].filter((host) => !present.has(host));
  const starts = isStarting(catalogue, state.type);
  if (hosts.length === 0) return accepted({ hosts, starts });
  const type = findEventType(catalogue, state.type);
  const refusals: Refusal[] = [];
  // rule 7: no event of a type that is retired is taken, but what it would do is no reason to refuse one
  if (type?.status !== 'in-force') refusals.push({ ...notStarting(state.type, type), path: '' });
  const total = state.hosts + hosts.length;
  if (total > MAX_QUEST_HOSTS) refusals.push(tooLarge(total));
  return refusals.length === 0 ? accepted({ hosts, starts }) : refused(...refusals);
}

/** Rule 18: the hosts to claim, each once, and how many of them the quest does not name yet. `named`: of those, the ones that it does. */
export function decideClaim(
  command: ClaimLabors,
  state: QuestState,
  named: Pick<ReadonlyMap<HostName, unknown>, 'has'>,
): Decision<{ readonly hosts: readonly HostName[]; readonly added: number }> {
  if (command.hosts.size === 0) return refused(WITHOUT_HOSTS);
  const over = abandonedBefore(state);
  if (over !== undefined) return refused(over);
  const hosts = [...command.hosts];
  const added = hosts.filter((host) => !named.has(host)).length;
  const total = state.hosts + added;
  return total > MAX_QUEST_HOSTS ? refused(tooLarge(total)) : accepted({ hosts, added });
}

/**
 * Rule 22: those named that are in the quest, each once. `isIn`: by an accepted batch, or by labors that it adopted. None is no
 * refusal: the same request again is harmless.
 */
export function decideRemoveHosts(
  command: RemoveHosts,
  state: QuestState,
  isIn: (host: HostName) => boolean,
): Decision<readonly HostName[]> {
  if (command.hosts.size === 0) return refused(WITHOUT_HOSTS);
  const over = abandonedBefore(state);
  return over === undefined ? accepted([...command.hosts].filter(isIn)) : refused(over);
}

/** Rule 15: whether a labor may move is for its host to say, at its place. */
export function decideAdopt(
  { adoption, request, labors, by, now }: AdoptLabors,
  state: QuestState,
): Decision<QuestLaborsAccepted> {
  const over = abandonedBefore(state);
  if (over !== undefined) return refused(over);
  return accepted({ kind: 'QuestLaborsAccepted', adoption, request, labors, by, recordedAt: now });
}

/** Rule 22: also of a completed or empty one, and once for ever. */
export function decideAbandon({ by, reason, now }: AbandonQuest, state: QuestState): Decision<QuestAbandoned> {
  const over = abandonedBefore(state);
  return over === undefined ? accepted({ kind: 'QuestAbandoned', by, reason, recordedAt: now }) : refused(over);
}

function abandonedBefore({ quest, abandoned }: QuestState): Refusal | undefined {
  if (abandoned === null) return undefined;
  const message = `Quest ${quest} was abandoned at ${abandoned.at}, which is for ever; embark another.`;
  return { code: 'quest-abandoned', path: '', message };
}

const WITHOUT_HOSTS: Refusal = {
  code: 'quest-without-hosts',
  path: 'hosts',
  message: 'There are no hosts: name at least one, or give a hostQuery that selects some.',
};

/** Rule 17: the type must start labors. */
function startingType(reference: TypeReference, catalogue: Catalogue, path: string): Decision<TypeName> {
  const type = findEventType(catalogue, reference);
  if (type && isStarting(catalogue, type.name)) return accepted(type.name);
  return refused({ ...notStarting(reference, type), path });
}

/** Rule 18: the type of labors that are there already need not start any, nor be in force. */
function anyType(reference: TypeReference, catalogue: Catalogue): Decision<TypeName> {
  const type = findEventType(catalogue, reference);
  return type ? accepted(type.name) : refused({ ...notStarting(reference, type), path: 'type' });
}

function notStarting(reference: TypeReference, type: EventType | undefined): Pick<Refusal, 'code' | 'message'> {
  if (!type) {
    const written = typeof reference === 'string' ? reference : `${reference.category} with state ${reference.state}`;
    return { code: 'event-type-unknown', message: `There is no event type ${written}; define it first.` };
  }
  if (type.status === 'retired') {
    return { code: 'event-type-retired', message: `The event type ${type.name} is retired; name another.` };
  }
  const message = `No starting fate in force creates ${type.name}, so its events would open no labors; define such a fate first.`;
  return { code: 'event-type-not-starting', message };
}

function tooLarge(hosts: number): Refusal {
  const message = `The quest would have ${hosts} hosts, and may have ${MAX_QUEST_HOSTS}; embark several quests.`;
  return { code: 'quest-too-large', path: 'hosts', message };
}

function targetFaults(target: Instant | null, now: Instant): readonly Refusal[] {
  if (target === null || target > now) return [];
  const message = `The target ${target} is not later than now (${now}); name a later time.`;
  return [{ code: 'target-not-in-future', path: 'target', message }];
}

function sameReferences(one: readonly Reference[], other: readonly Reference[]): boolean {
  return one.length === other.length && one.every((reference, index) => sameReference(reference, other[index]));
}

function sameReference(one: Reference, other: Reference | undefined): boolean {
  return other !== undefined && one.label === other.label && one.key === other.key && one.url === other.url;
}
