/**
 * Whether one document passes a filter: what a store's list answers by its indexes, decided for a single document.
 * The contract of the views holds every store's lists to these functions.
 */
import type { Attributes, HostName, Instant, QuestId } from '#domain';
import {
  principalsOf,
  questHostStateOf,
  questPhase,
  type EventDocument,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
  type ShownQuest,
} from './documents/index.js';
import {
  attributeTerms,
  type ActingUser,
  type EventFilter,
  type HostFilter,
  type LaborFilter,
  type QuestFilter,
  type QuestHostFilter,
} from './filters.js';
import { hostMatches, type QueriedHost } from './host-query.js';

export function eventPasses(event: EventDocument, filter: EventFilter): boolean {
  const { since, until, afterPosition } = filter;
  return (
    among(filter.host, event.host) &&
    among(filter.key, event.key) &&
    among(filter.type, event.type) &&
    among(filter.category, event.category) &&
    among(filter.by, event.by) &&
    among(filter.principal, event.principal) &&
    among(filter.quest, event.quest) &&
    (since === undefined || event.recordedAt >= since) &&
    (until === undefined || event.recordedAt < until) &&
    (afterPosition === undefined || event.position > afterPosition)
  );
}

/** `isOverdue`: whether a quest is overdue at an instant, as {@link isQuestOverdue} says of its document. */
export function laborPasses(
  labor: LaborDocument,
  filter: LaborFilter,
  isOverdue: (quest: QuestId, now: Instant) => boolean,
): boolean {
  const { principal, acked, actor, openedSince, openedBefore, closedSince, overdue, stranded } = filter;
  const isOpen = labor.state === 'open';
  return (
    among(filter.state, labor.state) &&
    among(filter.type, labor.type) &&
    among(filter.host, labor.host) &&
    among(filter.quest, labor.quest ?? 'none') &&
    among(filter.chain, labor.chain) &&
    among(filter.assignee, labor.assignee) &&
    (principal === undefined || principalsOf(labor).some((each) => principal.includes(each))) &&
    is(acked, labor.ack !== null) &&
    (actor === undefined || actor.some((each) => labor.actors.includes(each))) &&
    (openedSince === undefined || labor.opened.at >= openedSince) &&
    (openedBefore === undefined || labor.opened.at < openedBefore) &&
    (closedSince === undefined || (labor.closed !== null && labor.closed.at >= closedSince)) &&
    (overdue === undefined || overdue.is === (isOpen && labor.quest !== null && isOverdue(labor.quest, overdue.now))) &&
    (stranded === undefined || stranded.is === (isOpen && stranded.types.includes(labor.type))) &&
    (filter.for === undefined || isTurnOf(labor, filter.for))
  );
}

function isTurnOf(
  { state, assignee, actors, host, quest }: LaborDocument,
  { user, hosts, quests }: ActingUser,
): boolean {
  if (state !== 'open') return false;
  if (assignee !== null) return assignee === user;
  const isOwner = actors.includes('owner') && hosts.includes(host);
  return isOwner || (actors.includes('creator') && quest !== null && quests.includes(quest));
}

/** `hasHost`: whether a host has a part in the quest. A quest that was never accepted passes no filter (rule 19). */
export function questPasses(quest: ShownQuest, filter: QuestFilter, hasHost: (host: HostName) => boolean): boolean {
  const state = quest.record?.state;
  if (!state || state.embarkedAt === null) return false;
  const { host, overdue } = filter;
  return (
    among(filter.state, questPhase(quest)) &&
    among(filter.creator, state.creator) &&
    among(filter.type, state.type) &&
    (host === undefined || host.some(hasHost)) &&
    (overdue === undefined || overdue.is === isQuestOverdue(quest, overdue.now))
  );
}

/** `inQuest`: whether the host has a part in a quest. */
export function hostPasses(
  { host, state, parked, lastEvent }: Pick<HostDocument, 'host' | 'state' | 'parked' | 'lastEvent'>,
  filter: HostFilter,
  inQuest: (quest: QuestId) => boolean,
): boolean {
  const { quest } = filter;
  return (
    isNamed(host, filter) &&
    (quest === undefined || quest.some(inQuest)) &&
    is(filter.open, state.open.length > 0) &&
    is(filter.parked, parked !== null) &&
    is(filter.retired, state.retired !== null) &&
    is(filter.listed, state.inventories.length > 0) &&
    (filter.attribute === undefined || hasAll(state.attributes, filter.attribute)) &&
    (filter.notHeardSince === undefined || lastEvent === null || lastEvent.recordedAt < filter.notHeardSince) &&
    (filter.query === undefined || hostMatches(queriedOf(host, state), filter.query))
  );
}

/** What a query looks at of the host. */
export function queriedOf(host: HostName, { attributes, open, retired }: HostDocument['state']): QueriedHost {
  return { host, terms: attributeTerms(attributes), open: open.map(({ type }) => type), retired: retired !== null };
}

/** `open`: the host's open labors of the part's quest. `state`: the host's. */
export function questHostPasses(
  part: PartDocument,
  filter: QuestHostFilter,
  { open, state }: { readonly open: readonly LaborDocument[]; readonly state: HostDocument['state'] },
): boolean {
  const { step, stepBefore } = filter;
  return (
    isNamed(part.host, filter) &&
    among(filter.state, questHostStateOf(part.tally)) &&
    (filter.attribute === undefined || hasAll(state.attributes, filter.attribute)) &&
    (filter.query === undefined || hostMatches(queriedOf(part.host, state), filter.query)) &&
    ((step === undefined && stepBefore === undefined) || open.some((labor) => stepPasses(labor, filter)))
  );
}

/** Whether an open labor of the quest is one that the filter asks for. */
export function stepPasses({ type, opened }: LaborDocument, { step, stepBefore }: QuestHostFilter): boolean {
  return among(step, type) && (stepBefore === undefined || opened.at < stepBefore);
}

function isNamed(host: HostName, { host: names, hostPrefix: prefixes }: QuestHostFilter): boolean {
  if (names === undefined && prefixes === undefined) return true;
  return names?.includes(host) === true || prefixes?.some((prefix) => host.startsWith(prefix)) === true;
}

function hasAll(attributes: Attributes, terms: readonly string[]): boolean {
  const own = attributeTerms(attributes);
  return terms.length > 0 && terms.every((term) => own.includes(term));
}

/** Rule 22: open or embarking after its target. */
export function isQuestOverdue(quest: Pick<ShownQuest, 'record' | 'recount'>, now: Instant): boolean {
  const phase = questPhase(quest);
  const target = quest.record?.state?.target ?? null;
  return (phase === 'open' || phase === 'embarking') && target !== null && target < now;
}

/** A field without values asked for passes; one that is null is among none. */
function among<T>(values: readonly T[] | undefined, value: T | null): boolean {
  return values === undefined || (value !== null && values.includes(value));
}

function is(asked: boolean | undefined, value: boolean): boolean {
  return asked === undefined || asked === value;
}
