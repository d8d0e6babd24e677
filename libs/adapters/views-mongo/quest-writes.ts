/**
 * Writes of quests: the server computes the derived fields of a quest (dirty, phase, label) from the document itself,
 * in the same write, so that these are right however many writers there are. `isDirty`, `isUnfinished` and `questPhase` of
 * contracts say the same; the views' contract holds both together.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import { maxPosition, START, type Position, type QuestPhase, type QuestRecord, type Recount } from '#contracts';
import type { QuestId } from '#domain';
import { seenFieldsOf, type Publishing } from './changes.js';
import type { Connection } from './connection.js';
import { textOf } from './positions.js';
import { dueOf, encodeRecord, encodeRecount, type StoredQuest } from './quest-documents.js';

type Operation = AnyBulkWriteOperation<StoredQuest>;
type Fields = Readonly<Record<string, unknown>>;

/** Text and documents from outside: a `$` in them is no expression. */
const literal = (value: unknown): object => ({ $literal: value });
const orNull = (field: string): object => ({ $ifNull: [field, null] });
const isNull = (field: string): object => ({ $eq: [orNull(field), null] });

/** The fields that every document has from its first write on. */
const DEFAULTS: Fields = {
  mark: { $ifNull: ['$mark', textOf(START)] },
  touches: { $ifNull: ['$touches', 0] },
  record: orNull('$record'),
  recount: orNull('$recount'),
  seenAt: orNull('$seenAt'),
};
const DIRTY = {
  $or: [
    isNull('$recount'),
    { $gt: ['$mark', '$recount.label'] },
    { $ne: ['$touches', '$recount.touches'] },
    { $and: [{ $not: isNull('$record') }, { $gt: ['$record.position', '$recount.label'] }] },
  ],
};
const ABANDONED: QuestPhase = 'abandoned';
const EMBARKING: QuestPhase = 'embarking';
const PHASE = {
  $switch: {
    branches: [
      { case: isNull('$record.state.embarkedAt'), then: null },
      { case: { $not: isNull('$record.state.abandoned') }, then: ABANDONED },
      { case: isNull('$recount'), then: EMBARKING },
      { case: { $gt: [{ $size: '$record.state.embarking' }, 0] }, then: EMBARKING },
    ],
    default: '$recount.phase',
  },
};

const UNFINISHED = {
  $or: [
    { $gt: [{ $size: { $ifNull: ['$record.state.embarking', []] } }, 0] },
    { $gt: [{ $size: { $ifNull: ['$record.state.adopting', []] } }, 0] },
    { $gt: [{ $size: { $ifNull: ['$record.state.removing', []] } }, 0] },
    { $eq: [{ $ifNull: ['$record.state.ending', false] }, true] },
  ],
};

/** Makes the document where there is none. */
function changed(filter: { readonly _id: QuestId } & Fields, fields: Fields, upsert = true): Operation {
  const id = filter._id;
  const update = [
    { $set: { ...DEFAULTS, ...fields } },
    {
      $set: {
        dirty: DIRTY,
        phase: PHASE,
        label: { $ifNull: ['$recount.label', textOf(START)] },
        due: { $ifNull: ['$due', dueOf(null, id)] },
        isParked: { $not: isNull('$record.parked') },
        isUnfinished: UNFINISHED,
      },
    },
  ];
  return { updateOne: { filter, update, upsert } };
}

export function markWrites(marks: readonly { readonly quest: QuestId; readonly position: Position }[]): Operation[] {
  const greatest = new Map<QuestId, Position>();
  for (const { quest, position } of marks) greatest.set(quest, maxPosition(greatest.get(quest) ?? START, position));
  return [...greatest].map(([quest, position]) =>
    changed({ _id: quest }, { mark: { $max: ['$mark', textOf(position)] } }),
  );
}

export function touchWrites(quests: readonly QuestId[]): Operation[] {
  const counts = new Map<QuestId, number>();
  for (const quest of quests) counts.set(quest, (counts.get(quest) ?? 0) + 1);
  return [...counts].map(([quest, count]) =>
    changed({ _id: quest }, { touches: { $add: [{ $ifNull: ['$touches', 0] }, count] } }),
  );
}

export function recordWrites(records: readonly QuestRecord[], publishing: Publishing): Operation[] {
  return records.map((record) => {
    const { quest, state, position } = record;
    const { seenAt, lateWrite } = seenFieldsOf(textOf(position), publishing);
    const replaces = replacesStored(record);
    const either = (next: object | string, stored: string): object => ({
      $cond: [replaces, next, orNull(stored)],
    });
    return changed(
      { _id: quest },
      {
        record: either(literal(encodeRecord(record)), '$record'),
        due: either(dueOf(state?.target ?? null, quest), '$due'),
        ...(seenAt !== null && { seenAt: either(seenAt, '$seenAt') }),
        ...(lateWrite !== undefined && { lateWrite: either(lateWrite, '$lateWrite') }),
      },
    );
  });
}

type Parking = NonNullable<QuestRecord['parked']>['state'] | null;
/** Parking goes round in one direction: at an equal revision a record is stored over these. */
const STEP_AFTER: readonly (readonly [stored: Parking, next: Parking])[] = [
  [null, 'parked'],
  ['parked', 'releasing'],
  ['releasing', null],
  ['releasing', 'parked'],
];

function replacesStored({ revision, parked }: QuestRecord): object {
  const next = parked?.state ?? null;
  const before = STEP_AFTER.filter((step) => step[1] === next).map(([stored]) => stored);
  return {
    $or: [
      isNull('$record'),
      { $lt: ['$record.revision', revision] },
      { $and: [{ $eq: ['$record.revision', revision] }, { $in: [orNull('$record.parked.state'), before] }] },
    ],
  };
}

/** Whether it was stored: false where another recount was stored meanwhile. */
export async function writeRecount(
  connection: Connection,
  generation: number,
  quest: QuestId,
  recount: Omit<Recount, 'version'>,
  expectedVersion: number,
  /** Null where it is not published: the quest keeps its place. */
  publishing: Publishing | null,
): Promise<boolean> {
  const next = literal(encodeRecount({ ...recount, version: expectedVersion + 1 }));
  const first = expectedVersion === 0;
  const filter = first ? { _id: quest, recount: null } : { _id: quest, 'recount.version': expectedVersion };
  const quests = connection.of<StoredQuest>('quests', generation);
  const seen = publishing === null ? {} : seenFieldsOf(textOf(recount.label), publishing);
  const operation = [changed(filter, { recount: next, ...seen }, first)];
  if (first) return (await connection.upsert(quests, operation)).length === 0;
  return (await connection.bulk(quests, operation)).matched > 0;
}
