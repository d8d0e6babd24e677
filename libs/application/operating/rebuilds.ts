/** The operator's commands on rebuilds and generations. `createRebuilds` makes it. */
import type { Generation, Outcome, Position } from '#contracts';
import type { Asking } from '../ingest/requests/keyed-requests.js';
import type { RebuildJob } from './rebuild-job.js';

export interface GenerationStatus extends Generation {
  /** Whether readers of its documents version are answered from it. */
  readonly isServed: boolean;
  /** Up to where it has all partitions; before the first entry while it is loading. */
  readonly position: Position;
}

/** For `/admin`, in any process: what one records, the one that has the lease carries out. Throws StoreUnavailable where a store is away. */
export interface Rebuilds {
  /**
   * Begins a rebuild beside the served generation: `rebuild-in-progress` where one has not ended, `not-caught-up` where none of
   * this build is served, since its start rebuilds the views then.
   */
  begin(asking?: Asking): Promise<Outcome<RebuildJob>>;
  /** The newest first: the last twenty that have ended, and the one that has not. */
  list(): Promise<readonly RebuildJob[]>;
  /** `rebuild-unknown`. */
  get(id: string): Promise<Outcome<RebuildJob>>;
  /** What it has made is removed, in the background; again where it is cancelled already. `rebuild-over` where it was activated, or is being. */
  cancel(id: string): Promise<Outcome<RebuildJob>>;
  /** Its generation is served as soon as it is level, whatever a comparison says. `rebuild-over` where it was cancelled. */
  activate(id: string, asking?: Asking): Promise<Outcome<RebuildJob>>;
  /** Ascending. */
  generations(): Promise<readonly GenerationStatus[]>;
  /**
   * Brings a former generation level, in the background, and serves it again: `generation-unknown`, `generation-in-use` where it
   * is served, `generation-unfit` where another build has made it, or it was never served; and as {@link begin}.
   */
  rollBack(generation: string, asking?: Asking): Promise<Outcome<RebuildJob>>;
  /**
   * Removes a former generation. `generation-unknown`; `generation-in-use` where it is served, a rebuild writes it, or any
   * process follows it, which takes some seconds to find out.
   */
  drop(generation: string): Promise<Outcome<{ readonly generation: number }>>;
}
