/** Hosts that are behind (P9): few, in an index of their own. */
import { mayLackParts } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MOST_BEHIND, type BehindHost } from '#ports';
import { decodeBehind } from './documents.js';
import { readQuest } from './quest-writes.js';
import type { Store } from './store.js';

type BehindRow = readonly [HostName, string];

/** Ascending by name after `after`. */
export function readBehind(store: Store, after: HostName | null, limit: number): readonly BehindHost[] {
  const sql = `SELECT host, behind FROM hosts INDEXED BY hosts_behind
    WHERE behind IS NOT NULL AND host > ? ORDER BY host LIMIT ?`;
  return (store.statement(sql).all(after ?? '', limit) as readonly BehindRow[]).map(toBehind);
}

export function countBehind(store: Store): number {
  const sql = `SELECT count(*) FROM
    (SELECT 1 FROM hosts INDEXED BY hosts_behind WHERE behind IS NOT NULL LIMIT ${MOST_BEHIND})`;
  return (store.statement(sql).get() as readonly [number])[0];
}

export function behindAmong(
  store: Store,
  hosts: readonly HostName[],
  quests: readonly QuestId[],
): readonly BehindHost[] {
  const find = store.statement('SELECT host, behind FROM hosts WHERE host = ? AND behind IS NOT NULL');
  const named = hosts.flatMap((host) => {
    const row = find.get(host) as BehindRow | undefined;
    return row === undefined ? [] : [toBehind(row)];
  });
  return [...named, ...quests.flatMap((quest) => behindInQuest(store, quest))];
}

/** Whether a host with a part in the quest is behind and has not rejoined. */
export function hasBehind(store: Store, quest: QuestId): boolean {
  for (let after: HostName | null = null; ;) {
    const page = readBehind(store, after, MOST_BEHIND);
    if (withPart(store, quest, page).some(({ behind }) => behind.state !== 'rejoined')) return true;
    if (page.length < MOST_BEHIND) return false;
    after = page.at(-1)?.host ?? null;
  }
}

function behindInQuest(store: Store, quest: QuestId): readonly BehindHost[] {
  const all = readBehind(store, null, MOST_BEHIND + 1);
  if (all.length === 0 || all.length > MOST_BEHIND) return all;
  return lacksParts(store, quest) ? all : withPart(store, quest, all);
}

function withPart(store: Store, quest: QuestId, all: readonly BehindHost[]): readonly BehindHost[] {
  const part = store.statement('SELECT 1 FROM parts WHERE quest = ? AND host = ?');
  return all.filter(({ host }) => part.get(quest, host) !== undefined);
}

function lacksParts(store: Store, quest: QuestId): boolean {
  const document = readQuest(store, quest);
  return document !== undefined && mayLackParts(document);
}

function toBehind([host, behind]: BehindRow): BehindHost {
  return { host, behind: decodeBehind(behind) };
}
