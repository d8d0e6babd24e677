/** The projector: folds the journal into views, once at the start and then batch by batch. `createProjector` makes it. */
import type { FeedBatch } from '#ports';
import type { Operating } from '../operating/operating.js';

export interface Projector {
  /**
   * Looks whether the views are of this journal (J6) and which generation is to be written; throws {@link StartRefused}
   * where they are another's. With `foldAnew` they are given up instead, and a new generation begins. Call it first.
   */
  prepare(options: { readonly foldAnew: boolean }): Promise<void>;
  /**
   * Reads the journal from the least progress to its head in one scan, for all partitions, resumable at any moment; then
   * serves the generation. Ends early where `signal` aborts. Stores that go away are waited for. Call it after
   * {@link prepare}, and {@link handle} only after it.
   */
  catchUp(signal: AbortSignal): Promise<void>;
  /** The feed's handler; resolves when the batch is wholly in the views (F2). */
  handle(batch: FeedBatch, signal: AbortSignal): Promise<void>;
  /** Begins what runs beside the feed: recounts of quests, releases that were begun. */
  start(): void;
  /** Why the views are not what they should be, as a sentence; null where all goes well. */
  notReady(): string | null;
  /** Beyond {@link notReady}, by a look into the journal: an old entry is not in the views, and nothing moves. */
  standsStill(): Promise<string | null>;
  /** Quests whose numbers may be behind, as far as known. */
  questsToCount(): number;
  readonly operating: Operating;
  /** Ends what {@link start} began. */
  close(): Promise<void>;
}
