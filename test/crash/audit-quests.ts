/**
 * Whether every quest that was accepted is finished, each of its hosts with one event of it, and no other host with any; and of
 * one that was abandoned, each of its hosts with its end, and no event of it behind that. What a quest accepted to adopt is with
 * the labors' hosts, and there before the end of the quest.
 */
import type { QuestEntry } from '#domain';
import type { Ask } from './asks.js';
import { takenOutOf } from './audit-removals.js';
import type { CrashHistory, AuditedEntry } from './history.js';

interface Batch {
  readonly hosts: string[];
  isClaim: boolean;
  accepted: number;
  embarked: number;
}

export function auditQuests(asks: readonly Ask[], history: CrashHistory): readonly string[] {
  const events = eventsOf(history);
  const described = new Map<string, number[]>();
  const faults: string[] = [];
  const wanted = new Map<number, Set<string>>();
  const claimed = new Map<number, Set<string>>();
  const abandoned = new Set<number>();
  for (const [quest, placed] of history.quests) {
    const batches = batchesOf(placed);
    wanted.set(quest, new Set(batches.filter(({ accepted }) => accepted > 0).flatMap(({ hosts }) => hosts)));
    claimed.set(quest, new Set(batches.filter(({ isClaim }) => isClaim).flatMap(({ hosts }) => hosts)));
    const isAbandoned = auditEnds(placed, quest, faults);
    if (isAbandoned) abandoned.add(quest);
    faults.push(...batches.flatMap((batch) => auditBatch(quest, batch, isAbandoned)));
    faults.push(...auditAdoptions(quest, placed, isAbandoned, history));
    const draft = placed[0]?.entry;
    if (draft?.kind !== 'QuestDrafted') faults.push(`quest ${quest} does not begin with its draft`);
    else if (batches.some(({ accepted }) => accepted > 0))
      described.set(draft.description, [...(described.get(draft.description) ?? []), quest]);
  }
  const takenOut = takenOutOf(history);
  for (const [quest, hosts] of wanted) {
    for (const host of hosts) {
      // its removals say what it has of the quest
      if (takenOut.get(quest)?.has(host) === true) continue;
      const times = events.get(`${quest} ${host}`) ?? 0;
      const isClaimed = claimed.get(quest)?.has(host) === true;
      if (abandoned.has(quest)) faults.push(...auditEnded(quest, host, history, isClaimed || takenOut.has(quest)));
      else if (isClaimed ? times > 1 : times !== 1) faults.push(`quest ${quest} has ${times} events on ${host}`);
    }
  }
  for (const name of events.keys()) {
    const [quest, host = ''] = name.split(' ');
    if (wanted.get(Number(quest))?.has(host) !== true)
      faults.push(`quest ${String(quest)} has no ${host}, which has its event`);
  }
  return [...faults, ...asks.flatMap((ask) => auditAsk(ask, described, wanted))];
}

/** How many events of a quest a host has, by `<quest> <host>`. */
function eventsOf({ hosts }: CrashHistory): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [host, placed] of hosts) {
    for (const { entry } of placed) {
      if (entry.kind !== 'EventLogged' || entry.quest === null) continue;
      const name = `${entry.quest} ${host}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

function batchesOf(placed: readonly AuditedEntry<QuestEntry>[]): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const { entry } of placed) {
    if (!('batch' in entry)) continue;
    const batch = batches.get(entry.batch) ?? { hosts: [], isClaim: false, accepted: 0, embarked: 0 };
    batches.set(entry.batch, batch);
    if (entry.kind === 'QuestHostsListed') batch.hosts.push(...entry.hosts);
    if (entry.kind === 'QuestHostsAccepted') {
      batch.accepted += 1;
      batch.isClaim = entry.claim !== undefined;
    }
    if (entry.kind === 'QuestHostsEmbarked') batch.embarked += 1;
  }
  return [...batches.values()];
}

/** Whether it is abandoned: once, and ended once. */
function auditEnds(placed: readonly AuditedEntry<QuestEntry>[], quest: number, faults: string[]): boolean {
  const times = (kind: QuestEntry['kind']): number => placed.filter(({ entry }) => entry.kind === kind).length;
  const [abandoned, ended] = [times('QuestAbandoned'), times('QuestHostsEnded')];
  if (abandoned > 1 || ended !== abandoned)
    faults.push(`quest ${quest} was abandoned ${abandoned} times, and ended ${ended} times`);
  return abandoned > 0;
}

function auditEnded(quest: number, host: string, { hosts }: CrashHistory, isLoose: boolean): readonly string[] {
  const its = (hosts.get(host) ?? []).flatMap(({ entry }) => {
    const isEnd = entry.kind === 'QuestEnded' || (isLoose && entry.kind === 'QuestLaborsEnded');
    return (isEnd || entry.kind === 'EventLogged') && entry.quest === quest ? [entry.kind] : [];
  });
  const text = its.join(' ');
  // of a quest that takes hosts out the end behind the event does not name the host; one that was claimed may have two ends
  const isRight = isLoose ? /^(EventLogged )?(Quest\w+ ?)+$/ : /^(EventLogged )?QuestEnded( QuestEnded)?$/;
  return isRight.test(text) ? [] : [`abandoned quest ${quest} has on ${host}: ${text}`];
}

function auditBatch(quest: number, { accepted, embarked }: Batch, isAbandoned: boolean): readonly string[] {
  if (accepted > 1) return [`quest ${quest} accepted one batch ${accepted} times`];
  if (isAbandoned && embarked <= accepted) return [];
  return embarked === accepted ? [] : [`quest ${quest} ended ${embarked} times what it accepted ${accepted} times`];
}

function auditAdoptions(
  quest: number,
  placed: readonly AuditedEntry<QuestEntry>[],
  isAbandoned: boolean,
  { hosts }: CrashHistory,
): readonly string[] {
  const entries = placed.map(({ entry }) => entry);
  return entries.flatMap((accepted) => {
    if (accepted.kind !== 'QuestLaborsAccepted') return [];
    const { adoption } = accepted;
    const adopted = entries.filter(
      (entry) => entry.kind === 'QuestLaborsAdopted' && entry.adoption === adoption,
    ).length;
    const faults = accepted.labors.flatMap((labor) => {
      const its = (hosts.get(labor.slice(0, labor.indexOf('~'))) ?? []).map(({ entry }) => entry);
      const joined = its.findLastIndex(
        (entry) => entry.kind === 'LaborAdopted' && entry.labor === labor && entry.quest === quest,
      );
      const end = its.findLastIndex((entry) => entry.kind === 'QuestLaborsEnded' && entry.quest === quest);
      if (joined < 0) return [`quest ${quest} accepted ${labor}, whose host does not know`];
      return isAbandoned && end < joined ? [`abandoned quest ${quest} adopted ${labor} behind its end`] : [];
    });
    const isRight = adopted === 1 || (isAbandoned && adopted === 0);
    return isRight ? faults : [...faults, `quest ${quest} ended ${adopted} times an adoption that it accepted`];
  });
}

function auditAsk(
  { effect, tag, attempts, answer, once }: Ask,
  described: ReadonlyMap<string, readonly number[]>,
  wanted: ReadonlyMap<number, ReadonlySet<string>>,
): readonly string[] {
  if (effect.kind === 'quest') {
    const quests = described.get(tag) ?? [];
    if (quests.length > (once ? 1 : attempts))
      return [`${tag}: asked ${attempts} times, and quests ${quests.join(', ')} are there`];
    if (answer === undefined) return [];
    const { id } = answer.body as { readonly id: number };
    if (!quests.includes(id)) return [`${tag}: quest ${id} was acknowledged and is lost`];
    return missing(tag, id, effect.hosts, wanted);
  }
  return effect.kind === 'quest-hosts' && answer !== undefined ? missing(tag, effect.quest, effect.hosts, wanted) : [];
}

function missing(
  tag: string,
  quest: number,
  hosts: readonly string[],
  wanted: ReadonlyMap<number, ReadonlySet<string>>,
): readonly string[] {
  const lost = hosts.filter((host) => wanted.get(quest)?.has(host) !== true);
  return lost.length === 0 ? [] : [`${tag}: quest ${quest} lacks ${lost.length} of its hosts, as ${String(lost[0])}`];
}
