/**
 * Filling a new generation with documents in their final form (R7): each once, in large batches, without the indexes and
 * counts of stored documents, which are made at the end.
 *
 * A generation that is `loading` is there for its loader alone. It is listed, and may be dropped; every other call that names it
 * throws GenerationGone, as if it were not there yet. Builds from before this state take none but `folding` and `ready` ones,
 * and so leave it alone. One process loads it at a time: the one that rebuilds, under its lease.
 */
import type { Generation, PartitionProgress } from '#contracts';
import type { ViewsBatch } from './writer.js';

/**
 * Documents as {@link ViewsBatch} takes them; a host is stored with its version raised by one. Each is in one unit only,
 * once; but of a quest's marks the greatest counts, and of a part that comes again the first one stays. The list of events is of no generation: the writer fills it.
 */
export type LoadedDocuments = Pick<
  ViewsBatch,
  'labors' | 'parts' | 'marks' | 'quests' | 'questEntries' | 'catalogue' | 'names' | 'hosts'
>;

/** Documents as a store's own bytes, made by its {@link LoadEncoder} in the thread that has the documents. Each is handed over once. */
export interface EncodedDocuments {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Hands documents over; resolves when there is room for more. To be awaited before the next call. */
export type AddDocuments = (documents: LoadedDocuments | EncodedDocuments) => Promise<void>;

/** What the module {@link ViewsLoader.encoder} exports. */
export interface LoadEncoder {
  readonly encode: (documents: LoadedDocuments) => EncodedDocuments['bytes'];
}

/** How far {@link ViewsLoader.finish} is: what is made now, after `done` of `steps`. */
export interface FinishStep {
  readonly name: string;
  readonly done: number;
  readonly steps: number;
}

/** Calls reject with a StoreDamaged where what was loaded is not there as it was: drop the generation, and load another. */
export interface ViewsLoader {
  /**
   * The URL of a module that exports a {@link LoadEncoder}, for threads that judge: bytes cost less on the way than documents do,
   * and who hands them on has nothing else to do with them. Undefined where this loader's thread can have no other beside it.
   */
  readonly encoder?: string | undefined;

  /** Makes the next generation, empty and `loading`; its number is greater than any before. */
  create(of: Omit<Generation, 'number' | 'state'>): Promise<Generation>;

  /** The units that are there. */
  loaded(generation: number): Promise<readonly string[]>;

  /**
   * Adds what `fill` hands over, and with it the unit, a name of the caller's: of a bucket, or a stream. Once it resolves all of
   * it outlasts the end of the process and a power failure. Where `fill` rejects, or something ends it before, the unit is not
   * there, and is loaded again from its first document on: it does no harm that some were stored before. A unit that is there
   * already is left as it is: `fill` is not called. One unit is loaded at a time; others wait for their turn.
   */
  load(generation: number, unit: string, fill: (add: AddDocuments) => Promise<void>): Promise<void>;

  /**
   * Makes all the rest, stores the progress, and makes the generation `folding`: from then on it is as one that the writer's
   * `apply` has filled with the same documents, none of them published. What `moved` throws ends the call. What an ended call
   * has made is not made again; of a generation that was finished before, nothing is done.
   */
  finish(generation: number, progress: readonly PartitionProgress[], moved?: (step: FinishStep) => void): Promise<void>;
}
