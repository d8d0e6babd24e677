/**
 * The one document that describes the database: whose views these are, the generations, their pointers and progress, and the
 * list of events. Each change is one write of it, so all that must change together does. Pure: the document, and the effect
 * of each command on it.
 */
import { START, type Continued, type Generation, type PartitionProgress, type Uuid } from '#contracts';
import { GenerationGone, type ViewsIdentity } from '#ports';
import { positionFrom, textOf } from './positions.js';

export const CONTROL_ID = 'views';

export interface StoredProgress extends Omit<PartitionProgress, 'partition' | 'position'> {
  readonly position: string;
}

export interface StoredGeneration extends Omit<Generation, 'continued'> {
  /** Absent in generations that were made before it was kept. */
  readonly continued?: { readonly generation: number; readonly from: string } | null;
}

export interface Pointer {
  readonly documentsVersion: number;
  readonly foldVersion: number;
  readonly generation: number;
}

/** Generations and partitions are fields (`g3`, `p0`), so that each is changed without the others. */
export interface ControlDocument {
  readonly _id: string;
  readonly layout: number;
  /** Raised by every change but that of progress: changes are stored by compare-and-set on it. */
  readonly version: number;
  readonly journal: Uuid | null;
  readonly eventsVersion: number;
  /** The number in the names of the collections of events. */
  readonly events: number;
  readonly lastGeneration: number;
  readonly pointers: readonly Pointer[];
  readonly generations: Readonly<Record<string, StoredGeneration>>;
  readonly progress: Readonly<Record<string, Readonly<Record<string, StoredProgress>>>>;
}

/** Everything but progress, which is much where partitions are many. */
export type Directory = Omit<ControlDocument, 'progress'>;

export const EMPTY_CONTROL: Omit<ControlDocument, '_id' | 'layout'> = {
  version: 0,
  journal: null,
  eventsVersion: 0,
  events: 1,
  lastGeneration: 0,
  pointers: [],
  generations: {},
  progress: {},
};

/** Fields to set and to remove, in the server's words. */
export interface Change {
  readonly $set?: Readonly<Record<string, unknown>>;
  readonly $unset?: Readonly<Record<string, ''>>;
}

/** The effect of a command on the document (null: it stays as it is), and the answer. */
export interface Decision<T> {
  readonly change: Change | null;
  readonly answer: T;
}

export const generationField = (generation: number): string => `g${generation}`;
export const partitionField = (partition: number): string => `p${partition}`;

export function generationsOf({ generations }: Pick<ControlDocument, 'generations'>): readonly Generation[] {
  return Object.values(generations)
    .map(decodeGeneration)
    .sort((a, b) => a.number - b.number);
}

/** One that is loading is there for its loader alone. */
export function isThere(stored: Pick<ControlDocument, 'generations'>, generation: number): boolean {
  const found = stored.generations[generationField(generation)];
  return found !== undefined && found.state !== 'loading';
}

export function requireGeneration(stored: Pick<ControlDocument, 'generations'>, generation: number): Generation {
  if (!isThere(stored, generation)) throw new GenerationGone(generation);
  return requireListed(stored, generation);
}

/** Also one that is loading. */
export function requireListed({ generations }: Pick<ControlDocument, 'generations'>, generation: number): Generation {
  const found = generations[generationField(generation)];
  if (found === undefined) throw new GenerationGone(generation);
  return decodeGeneration(found);
}

function decodeGeneration({ continued, ...generation }: StoredGeneration): Generation {
  if (continued === undefined || continued === null) return generation;
  return { ...generation, continued: { generation: continued.generation, from: positionFrom(continued.from) } };
}

function encodeGeneration({ continued, ...generation }: Generation): StoredGeneration {
  return continued === undefined ? generation : { ...generation, continued: encodeContinued(continued) };
}

function encodeContinued({ generation, from }: Continued): NonNullable<StoredGeneration['continued']> {
  return { generation, from: textOf(from) };
}

export function pointerOf(
  { pointers }: Pick<ControlDocument, 'pointers'>,
  documentsVersion: number,
): Pointer | undefined {
  return pointers.find((pointer) => pointer.documentsVersion === documentsVersion);
}

export function progressOf(
  { progress }: Pick<ControlDocument, 'progress'>,
  generation: number,
): readonly PartitionProgress[] {
  const stored = progress[generationField(generation)] ?? {};
  return Object.entries(stored)
    .map(([field, { position, entryId, number, heardAtMs }]) => ({
      partition: Number(field.slice(1)),
      position: positionFrom(position),
      entryId,
      number,
      heardAtMs,
    }))
    .sort((a, b) => a.partition - b.partition);
}

export function claimed(stored: Directory, { journal, eventsVersion }: ViewsIdentity): Decision<undefined> {
  if (stored.journal === journal) return { change: null, answer: undefined };
  if (stored.journal !== null) throw new RangeError(`the views are of journal ${stored.journal}, not of ${journal}`);
  return { change: { $set: { journal, eventsVersion } }, answer: undefined };
}

/** Without generations, over a new list of events; `journal` stays where it is not named. */
export function emptied(
  stored: Directory,
  of: { readonly journal?: null; readonly eventsVersion: number },
): Decision<number> {
  const events = stored.events + 1;
  return { change: { $set: { pointers: [], generations: {}, progress: {}, events, ...of } }, answer: events };
}

export function created(
  stored: Directory,
  of: Omit<Generation, 'number' | 'state'>,
  state: Generation['state'],
): Decision<Generation> {
  const { documentsVersion, foldVersion, partitions, hashVersion, createdAt } = of;
  const number = stored.lastGeneration + 1;
  const generation: Generation = {
    ...{ number, documentsVersion, foldVersion, partitions, hashVersion, state, createdAt },
  };
  const start = { position: START, entryId: null, number: null, heardAtMs: 0 };
  const progress = Array.from({ length: partitions }, (_, partition) => ({ partition, ...start }));
  const field = generationField(number);
  return {
    change: {
      $set: { lastGeneration: number, [`generations.${field}`]: generation, [`progress.${field}`]: fieldsOf(progress) },
    },
    answer: generation,
  };
}

/** Everything of it is there. Changes nothing of one that is not loading. */
export function loaded(
  stored: Directory,
  generation: number,
  progress: readonly PartitionProgress[],
): Decision<undefined> {
  const of = requireListed(stored, generation);
  if (of.state !== 'loading') return { change: null, answer: undefined };
  const field = generationField(generation);
  const changed = encodeGeneration({ ...of, state: 'folding', partitions: progress.length });
  return {
    change: { $set: { [`generations.${field}`]: changed, [`progress.${field}`]: fieldsOf(progress) } },
    answer: undefined,
  };
}

export function activated(
  stored: Directory,
  generation: number,
  continued?: Continued,
): Decision<'activated' | 'superseded'> {
  const { documentsVersion, foldVersion } = requireGeneration(stored, generation);
  const before = pointerOf(stored, documentsVersion);
  if (before !== undefined && before.foldVersion > foldVersion) return { change: null, answer: 'superseded' };
  const pointers = [
    ...stored.pointers.filter((pointer) => pointer !== before),
    { documentsVersion, foldVersion, generation },
  ];
  const state: Generation['state'] = 'ready';
  const kept = continued !== undefined && continued.generation === before?.generation ? continued : undefined;
  const field = `generations.${generationField(generation)}`;
  return {
    change: {
      $set: {
        pointers,
        [`${field}.state`]: state,
        [`${field}.continued`]: kept === undefined ? null : encodeContinued(kept),
      },
    },
    answer: 'activated',
  };
}

export function dropped(stored: Directory, generation: number): Decision<undefined> {
  const { documentsVersion } = requireListed(stored, generation);
  const served = stored.pointers.find((pointer) => pointer.generation === generation);
  if (served !== undefined && !stored.pointers.some((pointer) => pointer.documentsVersion > documentsVersion)) {
    throw new RangeError(`generation ${generation} is served: activate another one first`);
  }
  const field = generationField(generation);
  return {
    change: {
      $set: { pointers: stored.pointers.filter((pointer) => pointer !== served) },
      $unset: { [`generations.${field}`]: '', [`progress.${field}`]: '' },
    },
    answer: undefined,
  };
}

export function repartitioned(
  stored: Directory,
  generation: number,
  progress: readonly PartitionProgress[],
  hashVersion: number,
): Decision<undefined> {
  const field = generationField(generation);
  const of = requireGeneration(stored, generation);
  const changed = encodeGeneration({ ...of, partitions: progress.length, hashVersion });
  return {
    change: { $set: { [`generations.${field}`]: changed, [`progress.${field}`]: fieldsOf(progress) } },
    answer: undefined,
  };
}

function fieldsOf(progress: readonly PartitionProgress[]): Readonly<Record<string, StoredProgress>> {
  return Object.fromEntries(
    progress.map(({ partition, position, entryId, number, heardAtMs }) => [
      partitionField(partition),
      { position: textOf(position), entryId, number, heardAtMs },
    ]),
  );
}
