/** The views as a whole: identity, generations, progress. */
import type { Continued, Generation, PartitionProgress, Uuid } from '#contracts';

/** The journal of these views, and the version of their list of events. */
export interface ViewsIdentity {
  readonly journal: Uuid;
  readonly eventsVersion: number;
}

/** Setting up, generations, progress as a whole. For starting, rebuilding and operating. */
export interface ViewsControl {
  /** Undefined for new, empty views. */
  identity(): Promise<ViewsIdentity | undefined>;
  /**
   * States whose views these are; throws a RangeError where they have another journal's identity already. Where they have
   * this one's, it changes nothing: the version of the events moves by {@link resetEvents} alone.
   */
  claim(identity: ViewsIdentity): Promise<void>;
  /** Removes everything: identity, events, every generation, the pointer. The numbering of generations continues. */
  reset(): Promise<void>;
  /**
   * Empties the list of events, states its new version, and gives up every generation with it, in one step: only a fold
   * from the journal's beginning fills the list again.
   */
  resetEvents(eventsVersion: number): Promise<void>;

  /** All that exist, ascending. */
  generations(): Promise<readonly Generation[]>;
  /** The generation that is served to readers of these documents, or null before one was activated for them. */
  current(documentsVersion: number): Promise<number | null>;
  /** Makes the next generation, empty, `folding`, each partition's progress at START; its number is greater than any before. */
  createGeneration(of: Omit<Generation, 'number' | 'state'>): Promise<Generation>;
  /**
   * Makes it `ready` and serves it to readers of its documents version: one pointer moves (P7). `superseded`: that pointer
   * is at a generation of a greater fold version, and stays there.
   *
   * `continued` is kept with it until it is activated again, and counts only where that one is served until then (R14).
   */
  activate(generation: number, continued?: Continued): Promise<'activated' | 'superseded'>;
  /**
   * Removes its documents, and the pointer that names it. A generation that is served is refused with a RangeError, unless
   * one of a greater documents version is served as well.
   */
  dropGeneration(generation: number): Promise<void>;
  /** Restarts every partition of a generation from `progress`, under another number of partitions or hash (F1). */
  repartition(generation: number, progress: readonly PartitionProgress[], hashVersion: number): Promise<void>;
}
