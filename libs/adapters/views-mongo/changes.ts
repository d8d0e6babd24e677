/**
 * Labors and quests by their place among the changes that are published. Progress is in another document: a late write could be
 * overtaken by it on its way, so the write first takes a place behind all others, and gets its own from the progress that is read
 * when it is there. A reader that looked before has read its progress before, too; one that looks meanwhile finds it. A crash
 * in between leaves the document there until its next write: it is met by everybody, which is allowed.
 */
import { randomUUID } from 'node:crypto';
import { greatestProgress, LAST_POSITION } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import type { ChangedLabor, ChangedQuest, ChangesFrom, Publication } from '#ports';
import type { Connection } from './connection.js';
import { progressOf } from './control-document.js';
import { readControl } from './control-reads.js';
import type { StoredLabor } from './labor-documents.js';
import { findAll, type Query } from './find.js';
import { positionFrom, textOf } from './positions.js';
import { decodeQuest, type StoredQuest } from './quest-documents.js';

/** Behind every position. */
export const UNSETTLED = '~';

/** How documents are written. */
export interface Publishing {
  readonly published: Publication | undefined;
  /** Unlike that of every other write: it gives a place only to what nothing was written over meanwhile. */
  readonly write: string;
}

export function newPublishing(published: Publication | undefined): Publishing {
  return { published, write: randomUUID() };
}

/** Of a document that is written. */
export interface SeenFields {
  /** Null where it is not published. */
  readonly seenAt: string | null;
  /** Of the last late write, by which it gets its place. */
  readonly lateWrite?: string;
}

export function seenFieldsOf(position: string, { published, write }: Publishing): SeenFields {
  if (published === undefined) return { seenAt: null };
  return published === 'live' ? { seenAt: position } : { seenAt: UNSETTLED, lateWrite: write };
}

/** Gives documents that this write wrote late their place. */
export async function settle(
  connection: Connection,
  generation: number,
  { write }: Publishing,
  { labors = [], quests = [] }: { readonly labors?: readonly LaborId[]; readonly quests?: readonly QuestId[] },
): Promise<void> {
  if (labors.length + quests.length === 0) return;
  const from = textOf(greatestProgress(progressOf(await readControl(connection), generation)));
  const settled = (field: string): object[] => [{ $set: { seenAt: { $max: [from, field] } } }];
  const isUnsettled = { seenAt: UNSETTLED, lateWrite: write };
  await Promise.all([
    connection.bulk(
      connection.of<StoredLabor>('labors', generation),
      labors.map((_id) => ({ updateOne: { filter: { _id, ...isUnsettled }, update: settled('$position') } })),
    ),
    connection.bulk(
      connection.of<StoredQuest>('quests', generation),
      quests.map((_id) => ({ updateOne: { filter: { _id, ...isUnsettled }, update: settled('$record.position') } })),
    ),
  ]);
}

export async function changedLabors(
  connection: Connection,
  generation: number,
  from: ChangesFrom<LaborId>,
  limit: number,
): Promise<readonly ChangedLabor[]> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const found = await findAll(connection, labors, beyond(from), { ...ORDER, limit, projection: PLACE });
  return found.map(({ _id: id, position, seenAt }) => ({
    id,
    position: positionFrom(position),
    seenAt: placeFrom(seenAt),
  }));
}

export async function changedQuests(
  connection: Connection,
  generation: number,
  from: ChangesFrom<QuestId>,
  limit: number,
): Promise<readonly ChangedQuest[]> {
  const quests = connection.of<StoredQuest>('quests', generation);
  const found = await findAll(connection, quests, beyond(from), { ...ORDER, limit });
  return found.map((stored) => ({ quest: decodeQuest(stored), seenAt: placeFrom(stored.seenAt) }));
}

const ORDER = { sort: { seenAt: 1, _id: 1 } } as const;
const PLACE = { position: 1, seenAt: 1 } as const;

function beyond({ seenAt, after }: ChangesFrom<string | number>): Query {
  const place = seenAt === LAST_POSITION ? UNSETTLED : textOf(seenAt);
  if (after === null) return { seenAt: { $gte: place } };
  return { $or: [{ seenAt: place, _id: { $gt: after } }, { seenAt: { $gt: place } }] };
}

function placeFrom(seenAt: string | null | undefined): ChangedLabor['seenAt'] {
  return seenAt === UNSETTLED ? LAST_POSITION : positionFrom(seenAt ?? '');
}
