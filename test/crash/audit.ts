/** Compares what was asked and answered with what the journal holds: one sentence for each thing that is not as promised. */
import type { EventLogged, LaborCommandLogged } from '#domain';
import type { Ask } from './asks.js';
import type { CrashHistory, AuditedEntry } from './history.js';
import { auditInventories, type Processes } from './audit-inventories.js';
import { auditMoves } from './audit-moves.js';
import { auditNames } from './audit-names.js';
import { auditOperations } from './audit-operations.js';
import { auditQuests } from './audit-quests.js';
import { auditRemovals } from './audit-removals.js';

/** Empty where all is as it was promised. `processes`: that took the requests at the same time. */
export function audit(asks: readonly Ask[], history: CrashHistory, processes: Processes = 'one'): readonly string[] {
  const found = findingsOf(history);
  return [
    ...history.faults,
    ...asks.flatMap((ask) => auditAsk(ask, found)),
    ...strangers(asks, found),
    ...auditQuests(asks, history),
    ...auditRemovals(asks, history),
    ...auditMoves(history),
    ...auditNames(asks, history),
    ...auditInventories(asks, history, processes),
    ...auditOperations(asks, history, found.tags),
  ];
}

interface Findings {
  readonly history: CrashHistory;
  /** Events that no quest logged, by `<host> <note>`. */
  readonly events: ReadonlyMap<string, readonly AuditedEntry<EventLogged>[]>;
  /** How often a request's tag stands in an entry, by `<where> <tag>`. */
  readonly tags: ReadonlyMap<string, number>;
}

function findingsOf(history: CrashHistory): Findings {
  const events = new Map<string, AuditedEntry<EventLogged>[]>();
  const tags = new Map<string, number>();
  const count = (name: string): void => void tags.set(name, (tags.get(name) ?? 0) + 1);
  for (const [host, placed] of history.hosts) {
    for (const { entry, ...place } of placed) {
      if (entry.kind === 'QuestEnded' || entry.kind === 'QuestLaborsEnded') continue;
      if (entry.kind === 'QuestLeft' || entry.kind === 'HostImported' || entry.kind === 'HostMissing') continue;
      if (entry.kind === 'LaborsClaimed') count(`claimed-${entry.quest} ${host} ${String(entry.by)}`);
      else if (entry.kind === 'HostRetired') count(`${host} ${entry.reason}`);
      else if (entry.kind === 'EventRedacted') count(`${entry.event} ${entry.reason}`);
      else if (entry.kind === 'HostAttributesSet') count(`${host} ${String(entry.set['tag'])}`);
      else if (entry.kind === 'LaborAdopted') count(`${entry.labor} ${String(entry.by)}`);
      else if (entry.kind !== 'EventLogged') count(`${entry.labor} ${String(tagOf(entry))}`);
      else if (entry.quest === null) {
        const name = `${host} ${String(entry.note)}`;
        events.set(name, [...(events.get(name) ?? []), { entry, ...place }]);
      }
    }
  }
  for (const { entry } of history.catalogue) {
    if (entry.kind === 'EventTypeDefined') count(`defined ${entry.state}`);
    if (entry.kind === 'EventTypeAmended') count(`amended ${String(entry.description)}`);
  }
  for (const { entry } of history.names)
    if (entry.kind === 'HostAliased') for (const name of entry.names) count(`${entry.host} called ${name}`);
  for (const [quest, placed] of history.quests) {
    for (const { entry } of placed) {
      if (entry.kind === 'QuestAmended') count(`quest-${quest} ${String(entry.creator)}`);
      if (entry.kind === 'QuestAbandoned') count(`abandoned-${quest} ${entry.reason}`);
    }
  }
  return { history, events, tags };
}

/** A command's own field: a note, a name, a reason. */
function tagOf({ kind: _, host: __, labor: ___, by: ____, recordedAt: _____, ...said }: LaborCommandLogged): unknown {
  return Object.values(said)[0];
}

function auditAsk(ask: Ask, found: Findings): readonly string[] {
  const { effect, tag, answer } = ask;
  const { history } = found;
  switch (effect.kind) {
    case 'events':
      return [...auditEvents(ask, found), ...auditPlaces(ask, found)];
    case 'labors':
      return effect.labors.flatMap((labor, index) => auditTag(ask, `${labor} ${tag}`, found, wasDone(ask, index)));
    case 'hosts':
      return effect.hosts.flatMap((host, index) => auditTag(ask, `${host} ${tag}`, found, wasDone(ask, index)));
    case 'redacted':
      return auditTag(ask, `${effect.event} ${tag}`, found, wasDone(ask, 0));
    case 'aliased':
      // one that is there already is not written again
      return auditTag({ ...ask, once: true }, `${effect.host} called ${effect.name}`, found);
    case 'type-defined':
      return auditTag({ ...ask, once: true }, `defined ${tag}`, found);
    case 'type-amended':
      return auditTag(ask, `amended ${tag}`, found);
    case 'quest-amended':
      return auditTag(ask, `quest-${effect.quest} ${tag}`, found);
    case 'quest-abandoned':
      return auditTag({ ...ask, once: true }, `abandoned-${effect.quest} ${tag}`, found);
    case 'quest-claimed':
      return effect.hosts.flatMap((host) => {
        // an abandoned quest claims no more
        const isAbandoned = history.quests.get(effect.quest)?.some(({ entry }) => entry.kind === 'QuestAbandoned');
        const isDone = ask.answer !== undefined && isAbandoned !== true;
        return auditTag(ask, `claimed-${effect.quest} ${host} ${tag}`, found, isDone);
      });
    case 'operation-cancelled': {
      const { cancelled } = (answer?.body ?? {}) as { readonly cancelled?: object };
      const entries = history.operations.get(effect.operation) ?? [];
      const isThere = entries.some(({ entry }) => entry.kind === 'OperationCancelled');
      return cancelled === undefined || isThere ? [] : [`${tag}: a cancellation was acknowledged and is lost`];
    }
    case 'quest':
    case 'quest-hosts':
    case 'quest-hosts-removed':
    case 'moved':
    case 'inventory':
    case 'found':
      return [];
  }
}

/** Each event once where it was acknowledged; at most once where it has a key, and at most once per attempt without. */
function auditEvents({ effect, tag, attempts, answer, once }: Ask, { events }: Findings): readonly string[] {
  if (effect.kind !== 'events') return [];
  return effect.events.flatMap(({ host, note, key: given, type }, index) => {
    // one that the request's Idempotency-Key gives it names the use of that key, too, which nobody outside knows
    const key = given ?? (once ? `${tag}/…/${index}` : null);
    const there = events.get(`${host} ${note}`) ?? [];
    const wrong = there.filter(({ entry }) => entry.type !== type || withoutUse(entry.key, given) !== key);
    const name = `${tag}: event ${note} of ${host}${key === null ? '' : ` with key ${key}`}`;
    return [
      ...(answer !== undefined && there.length === 0 ? [`${name} was acknowledged and is lost`] : []),
      ...tooOften(name, there.length, key === null ? attempts : 1, attempts),
      ...wrong.map(({ revision }) => `${name} has another type or key at revision ${revision}`),
    ];
  });
}

function withoutUse(key: string | null, given: string | null): string | null {
  return given === null && key !== null ? key.replace(/\/[0-9a-f]{8}\/(\d+)$/, '/…/$1') : key;
}

function tooOften(name: string, times: number, most: number, attempts: number): readonly string[] {
  return times > most ? [`${name} is there ${times} times, asked ${attempts} times`] : [];
}

interface ListedEvent {
  readonly id: string;
  readonly host: string;
  readonly revision: number;
  readonly position: string;
}

/** Each event stands where the answer says. */
function auditPlaces({ effect, tag, answer }: Ask, { history }: Findings): readonly string[] {
  if (effect.kind !== 'events' || !effect.listed || answer === undefined) return [];
  const { events } = answer.body as { readonly events: readonly ListedEvent[] };
  if (events.length !== effect.events.length) return [`${tag}: ${events.length} events answered`];
  return events.flatMap(({ id, host, revision, position }, index) => {
    const asked = effect.events[index];
    const placed = history.hosts.get(host)?.[revision];
    const note = placed?.entry.kind === 'EventLogged' ? placed.entry.note : undefined;
    // the answer's place is one from which on reads show it: several events of a host may have that of the last
    const seen = placed !== undefined && BigInt(position) >= placed.position;
    const right = seen && note === asked?.note && host === asked?.host;
    return right && id === `${host}~${revision}` ? [] : [`${tag}: ${id} at ${position} was answered and is not there`];
  });
}

/** What has no key may be there once per attempt; `done` says whether it was acknowledged. */
function auditTag(
  { tag, attempts, answer, once }: Ask,
  name: string,
  { tags }: Findings,
  done = answer !== undefined,
): readonly string[] {
  const times = tags.get(name) ?? 0;
  if (done && times === 0) return [`${tag}: ${name} was acknowledged and is lost`];
  return tooOften(`${tag}: ${name}`, times, once ? 1 : attempts, attempts);
}

/** Whether the answer says so of the labor or the host at `index`. */
function wasDone({ effect, answer }: Ask, index: number): boolean {
  if (answer === undefined) return false;
  if (effect.kind === 'labors') {
    if (!effect.bulk) return true;
    const { results } = answer.body as { readonly results: readonly { readonly position?: string }[] };
    return results[index]?.position !== undefined;
  }
  if (effect.kind !== 'hosts' && effect.kind !== 'redacted') return false;
  // where it was so already nothing is written
  const { changed, results } = answer.body as {
    readonly changed?: boolean;
    readonly results?: readonly { readonly changed?: boolean }[];
  };
  return (effect.kind === 'hosts' && effect.bulk ? results?.[index]?.changed : changed) === true;
}

/** Events that nobody asked for. */
function strangers(asks: readonly Ask[], { events }: Findings): readonly string[] {
  const known = new Set(
    asks.flatMap(({ effect }) =>
      effect.kind === 'events' ? effect.events.map(({ host, note }) => `${host} ${note}`) : [],
    ),
  );
  return [...events.keys()].filter((name) => !known.has(name)).map((name) => `nobody asked for ${name}`);
}
