/** The projector: folds the journal into views, by rebuilding where it must and then batch by batch. `createProjector` makes it. */
import type { BatchHandler, PartitionListener } from '#ports';
import type { Operating } from '../operating/operating.js';
import type { Rebuilds } from '../operating/rebuilds.js';

/** Taking part in the feed, as a member of one consumer group. */
export interface Membership {
  close(): Promise<void>;
}

/** Joins the feed's consumer group of this name; batches go to {@link Projector.handle}. */
export type JoinGroup = (group: string, listener: PartitionListener) => Promise<Membership>;

export interface RunOptions {
  readonly join: JoinGroup;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** Called whenever the projector has begun to follow the feed. */
  readonly following?: () => void;
}

export interface PrepareOptions {
  /** Whether the views are given up, whatever they hold. */
  readonly rebuild: boolean;
}

export interface Projector {
  /**
   * Looks whether the views are of this journal (J6); throws {@link StartRefused} where they are another's. With `rebuild`
   * they are given up instead. Call it first.
   */
  prepare(options: PrepareOptions): Promise<void>;
  /**
   * Until `signal` aborts: finds the generation to write, rebuilds it where there is none of this version (one process
   * does, the others wait), follows the feed, and begins again where another generation is served. Never rejects: what
   * fails is logged, shown by {@link notReady}, and tried again after a growing pause.
   */
  run(options: RunOptions): Promise<void>;
  /** The feed's handler; resolves when the batch is wholly in the views (F2). Rejects while no generation is followed. */
  readonly handle: BatchHandler;
  /** The reason why the views are not current, as a sentence; null where they are. */
  notReady(): string | null;
  /** Beyond {@link notReady}, by a look into the journal: an old entry is not in the views, and nothing moves. */
  stalled(): Promise<string | null>;
  /** Quests whose numbers may be behind, as far as known. */
  questsToCount(): number;
  readonly operating: Operating;
  /** Rebuilds beside the generation that is followed; while it is, this process carries them out where no other one does. */
  readonly rebuilds: Rebuilds;
}
