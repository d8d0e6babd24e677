/** Quests: read, changed and written whole, so that the derived columns for lists and recounts (dirty, phase, label) are always right. */
import {
  isDirty,
  isUnfinished,
  maxPosition,
  questPhase,
  START,
  type Position,
  type QuestDocument,
  type QuestRecord,
  type Recount,
} from '#contracts';
import type { QuestId } from '#domain';
import {
  decodeRecord,
  decodeRecount,
  encodeParked,
  encodeRecord,
  encodeRecount,
  positionFrom,
  textOf,
} from './documents.js';
import { placeOrNull } from './positions.js';
import type { Store } from './store.js';

/** quest, mark, touches, parked, record, recount */
export type QuestRow = readonly [QuestId, string, number, string | null, string | null, string | null];
export const QUEST_COLUMNS = 'quest, mark, touches, parked, record, recount';

/** Sorts after every instant: quests without a target come last. */
export const NO_TARGET = 253_402_300_800_000;

export function toQuest([quest, mark, touches, parked, record, recount]: QuestRow): QuestDocument {
  return {
    quest,
    record: decodeRecord(quest, record, parked),
    recount: decodeRecount(recount),
    mark: positionFrom(mark),
    touches,
  };
}

export function readQuest(store: Store, quest: QuestId): QuestDocument | undefined {
  const row = store.statement(`SELECT ${QUEST_COLUMNS} FROM quests WHERE quest = ?`).get(quest);
  return row === undefined ? undefined : toQuest(row as QuestRow);
}

export function unfinishedQuests(store: Store, after: QuestId | null, limit: number): readonly QuestDocument[] {
  const rows = store
    .statement(
      `SELECT ${QUEST_COLUMNS} FROM quests INDEXED BY quests_unfinished
       WHERE unfinished = 1 AND quest > ? ORDER BY quest LIMIT ?`,
    )
    .all(after ?? 0, limit);
  return (rows as unknown as readonly QuestRow[]).map(toQuest);
}

export function raiseMarks(
  store: Store,
  marks: readonly { readonly quest: QuestId; readonly position: Position }[],
): void {
  const greatest = new Map<QuestId, Position>();
  for (const { quest, position } of marks) greatest.set(quest, maxPosition(greatest.get(quest) ?? START, position));
  for (const [quest, position] of greatest) {
    change(store, quest, (document) => ({ ...document, mark: maxPosition(document.mark, position) }));
  }
}

export function touchQuests(store: Store, quests: readonly QuestId[]): void {
  for (const quest of quests) {
    change(store, quest, (document) => ({ ...document, touches: document.touches + 1 }));
  }
}

/** `seenFrom`: the least place at which they are published; null where they are not. */
export function writeRecords(store: Store, records: readonly QuestRecord[], seenFrom: bigint | null = null): void {
  for (const record of records) {
    const isStored = change(store, record.quest, (document) =>
      replaces(record, document.record) ? { ...document, record } : document,
    );
    if (!isStored || seenFrom === null) continue;
    const place = placeOrNull(record.position) ?? seenFrom;
    publish(store, record.quest, place > seenFrom ? place : seenFrom);
  }
}

function publish(store: Store, quest: QuestId, seen: bigint): void {
  store.statement('UPDATE quests SET seen = max(coalesce(seen, ?), ?) WHERE quest = ?').run(seen, seen, quest);
}

/** Whether it was stored: false where another recount was stored meanwhile. */
export function writeRecount(
  store: Store,
  quest: QuestId,
  recount: Omit<Recount, 'version'>,
  expectedVersion: number,
  /** Null where it is not published. */
  seenFrom: bigint | null,
): boolean {
  const document = readQuest(store, quest);
  if ((document?.recount?.version ?? 0) !== expectedVersion) return false;
  write(store, {
    ...(document ?? newQuest(quest)),
    recount: { ...recount, version: expectedVersion + 1 },
  });
  if (seenFrom !== null) publish(store, quest, seenFrom);
  return true;
}

function replaces(record: QuestRecord, stored: QuestRecord | null): boolean {
  if (stored === null || record.revision > stored.revision) return true;
  return record.revision === stored.revision && isNextStep(record.parked?.state, stored.parked?.state);
}

type Parking = NonNullable<QuestRecord['parked']>['state'] | undefined;

/** Parking goes round in one direction, so that a write based on an older read does not take another's step back. */
function isNextStep(next: Parking, stored: Parking): boolean {
  if (stored === undefined) return next === 'parked';
  return stored === 'parked' ? next === 'releasing' : next !== 'releasing';
}

function newQuest(quest: QuestId): QuestDocument {
  return { quest, record: null, recount: null, mark: START, touches: 0 };
}

/** Whether it changed. */
function change(store: Store, quest: QuestId, changed: (document: QuestDocument) => QuestDocument): boolean {
  const stored = readQuest(store, quest);
  const before = stored ?? newQuest(quest);
  const after = changed(before);
  if (after !== before || stored === undefined) write(store, after);
  return after !== before;
}

function write(store: Store, document: QuestDocument): void {
  const { quest, record, recount, mark, touches } = document;
  const state = record?.state ?? null;
  const accepted = state !== null && state.embarkedAt !== null;
  store
    .statement(
      `INSERT OR REPLACE INTO quests
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT seen FROM quests WHERE quest = ?), ?, ?, ?)`,
    )
    .run(
      quest,
      textOf(mark),
      touches,
      isDirty(document) ? 1 : 0,
      recount && placeOrNull(recount.label),
      accepted ? questPhase(document) : null,
      record !== null && isUnfinished(record) ? 1 : 0,
      state && state.type,
      state && state.creator,
      state?.target ? Date.parse(state.target) : NO_TARGET,
      quest,
      record && encodeParked(record.parked),
      record && encodeRecord(record),
      recount && encodeRecount(recount),
    );
}
