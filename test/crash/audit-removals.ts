/**
 * Whether every removal of hosts that was accepted is with its hosts; whether those that were added again since have one event for it,
 * and the others none behind their leaving.
 */
import type { QuestEntry } from '#domain';
import type { Ask } from './asks.js';
import type { AuditedEntry, CrashHistory } from './history.js';

type Quest = readonly AuditedEntry<QuestEntry>[];

/** By quest: the hosts that it ever took out. */
export function takenOutOf({ quests }: CrashHistory): ReadonlyMap<number, ReadonlySet<string>> {
  const taken = new Map<number, Set<string>>();
  for (const [quest, placed] of quests) {
    const hosts = removalsOf(placed).flatMap((removal) => removal.hosts);
    if (hosts.length > 0) taken.set(quest, new Set(hosts));
  }
  return taken;
}

function removalsOf(placed: Quest) {
  return placed.flatMap(({ entry }) => (entry.kind === 'QuestRemovalAccepted' ? [entry] : []));
}

export function auditRemovals(asks: readonly Ask[], history: CrashHistory): readonly string[] {
  const faults = [...takenOutOf(history)].flatMap(([quest, hosts]) => {
    const placed = history.quests.get(quest) ?? [];
    return [...auditEnds(quest, placed), ...[...hosts].flatMap((host) => auditHost(quest, host, placed, history))];
  });
  return [...faults, ...asks.flatMap((ask) => auditAsk(ask, history))];
}

function auditEnds(quest: number, placed: Quest): readonly string[] {
  return removalsOf(placed).flatMap(({ removal }) => {
    const times = placed.filter(({ entry }) => entry.kind === 'QuestHostsRemoved' && entry.removal === removal).length;
    return times === 1 ? [] : [`quest ${quest} ended ${times} times a removal that it accepted`];
  });
}

function auditHost(quest: number, host: string, placed: Quest, { hosts }: CrashHistory): readonly string[] {
  const { isNamed, times } = membershipOf(host, placed);
  const isAbandoned = placed.some(({ entry }) => entry.kind === 'QuestAbandoned');
  const its = (hosts.get(host) ?? []).flatMap(({ entry }) => {
    const isIn = entry.kind === 'EventLogged' || entry.kind === 'LaborsClaimed';
    const isAbout = isIn || entry.kind === 'QuestLeft' || entry.kind === 'QuestEnded';
    return (isAbout || entry.kind === 'QuestLaborsEnded') && entry.quest === quest ? [entry.kind] : [];
  });
  const events = its.filter((kind) => kind === 'EventLogged').length;
  const isLast = its.at(-1) === 'EventLogged' || its.at(-1) === 'LaborsClaimed';
  const isRight = its.includes('QuestLeft') && events <= times && isLast === (isNamed && !isAbandoned);
  const which = isNamed ? 'named' : 'took out';
  return isRight ? [] : [`quest ${quest} ${which} ${host} after ${times} acceptances, which has: ${its.join(' ')}`];
}

/** How often the quest accepted the host while it did not name it, and whether it does in the end. */
function membershipOf(host: string, placed: Quest): { readonly isNamed: boolean; readonly times: number } {
  const listed = new Set<string>();
  let isNamed = false;
  let times = 0;
  for (const { entry } of placed) {
    const names = (hosts: readonly string[]): boolean => hosts.includes(host);
    if (entry.kind === 'QuestHostsListed' && names(entry.hosts)) listed.add(entry.batch);
    if (entry.kind === 'QuestRemovalAccepted' && names(entry.hosts)) isNamed = false;
    if (entry.kind !== 'QuestHostsAccepted' || !listed.has(entry.batch) || isNamed) continue;
    isNamed = true;
    times += 1;
  }
  return { isNamed, times };
}

/** What an answer says is gone was taken out by that request. */
function auditAsk({ effect, tag, answer }: Ask, { quests }: CrashHistory): readonly string[] {
  if (effect.kind !== 'quest-hosts-removed' || answer === undefined) return [];
  const removals = removalsOf(quests.get(effect.quest) ?? []).filter(({ reason }) => reason === tag);
  const taken = new Set<string>(removals.flatMap(({ hosts }) => hosts));
  const { notIn } = answer.body as { readonly notIn: readonly string[] };
  const lost = effect.hosts.filter((host) => !taken.has(host) && !notIn.includes(host));
  // of many hosts that are not in it only the first are named
  if (lost.length === 0 || notIn.length === MOST_NAMED) return [];
  return [`${tag}: quest ${effect.quest} was to take out ${lost.length} hosts that it kept, as ${String(lost[0])}`];
}

const MOST_NAMED = 1000;
