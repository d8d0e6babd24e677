/**
 * Rebuilds beside the served generation, as they are recorded: what each is for, how far it has come, what it is asked to do.
 * Pure: the record, and the effect of each command on it. One rebuild runs at a time.
 */
import type { Instant } from '#domain';
import type { Generation, Uuid } from '#contracts';
import type { FoldingStatus } from './folding-status.js';

/**
 * - `running`: it is loaded, brought level, or compared.
 * - `waiting`: it is level, and kept so, until it is activated by command or cancelled.
 * - `activating`: its generation is about to be served, or is; it cannot be cancelled.
 * - `activated`: its generation was served when it ended.
 * - `cancelling`: its generation and its files are being removed; then it is `cancelled`.
 */
export type RebuildState = 'running' | 'waiting' | 'activating' | 'activated' | 'cancelling' | 'cancelled';

export interface RebuildJob {
  /** 1, 2, 3 … in the order in which they began. */
  readonly id: number;
  /** A new generation, or a former one that is brought level and served again. */
  readonly kind: 'rebuild' | 'roll-back';
  readonly state: RebuildState;
  /** That it writes; null before it was made. */
  readonly generation: number | null;
  /** Of the build that began it: another build leaves the job alone. */
  readonly documentsVersion: number;
  readonly foldVersion: number;
  /** The token that began it; null without tokens. */
  readonly by: string | null;
  readonly begunAt: Instant;
  readonly endedAt: Instant | null;
  /** Derived from the request that began it: sent again, the request finds its own. */
  readonly request: Uuid;
  /** Whether a command has said that its generation is served once it is level, whatever the comparison says. */
  readonly isActivationAsked: boolean;
  /** By the last comparison with the served generation; null before the first. */
  readonly differences: number | null;
  /** Why it does not go on, or why it was cancelled. */
  readonly trouble: string | null;
  /** Null before it began to work. */
  readonly progress: FoldingStatus | null;
}

export interface RebuildRecord {
  readonly lastId: number;
  /** Ascending by their ids; of those that have ended the last {@link KEPT_JOBS}. */
  readonly jobs: readonly RebuildJob[];
}

export const NO_REBUILDS: RebuildRecord = { lastId: 0, jobs: [] };
const KEPT_JOBS = 20;

/** The one that has not ended. */
export function currentJob({ jobs }: RebuildRecord): RebuildJob | undefined {
  return jobs.find(({ state }) => !isOver(state));
}

export function jobOf({ jobs }: RebuildRecord, id: number): RebuildJob | undefined {
  return jobs.find((job) => job.id === id);
}

export function isOver(state: RebuildState): boolean {
  return state === 'activated' || state === 'cancelled';
}

export type NewJob = Pick<
  RebuildJob,
  'kind' | 'generation' | 'documentsVersion' | 'foldVersion' | 'by' | 'begunAt' | 'request' | 'isActivationAsked'
>;

/** The record with a new job, or undefined where another one has not ended. */
export function withNewJob(record: RebuildRecord, job: NewJob): RebuildRecord | undefined {
  if (currentJob(record) !== undefined) return undefined;
  const { jobs } = record;
  const id = record.lastId + 1;
  const begun: RebuildJob = {
    ...{ id, state: 'running', ...job },
    ...{ endedAt: null, differences: null, trouble: null, progress: null },
  };
  return { lastId: id, jobs: [...jobs, begun].slice(-KEPT_JOBS) };
}

/**
 * The job as a process of `build` finds it: one of an earlier build is cancelled, since nobody would serve what it makes, and a
 * rebuild of this build waits for the same lease (R15).
 */
export function asFoundBy(job: RebuildJob, build: Versions): RebuildJob {
  const isAlive = !isOver(job.state) && job.state !== 'cancelling';
  return isAlive && isOfEarlierBuild(job, build) ? cancelling(job, 'an earlier build of Hermes began it') : job;
}

/** With `job` in the place of the one with its id. */
export function withJob(record: RebuildRecord, job: RebuildJob): RebuildRecord {
  return { ...record, jobs: record.jobs.map((each) => (each.id === job.id ? job : each)) };
}

export function activated(job: RebuildJob, endedAt: Instant): RebuildJob {
  return { ...job, state: 'activated', endedAt, trouble: null };
}

/** What it has made must be removed first. A former generation stays. */
export function cancelling(job: RebuildJob, trouble: string | null = job.trouble): RebuildJob {
  return { ...job, state: 'cancelling', trouble };
}

export function cancelled(job: RebuildJob, trouble: string | null, endedAt: Instant): RebuildJob {
  return { ...job, state: 'cancelled', trouble, endedAt };
}

type Versions = Pick<Generation, 'documentsVersion' | 'foldVersion'>;

export function isOfBuild(job: Versions, build: Versions): boolean {
  return job.documentsVersion === build.documentsVersion && job.foldVersion === build.foldVersion;
}

function isOfEarlierBuild(job: Versions, build: Versions): boolean {
  if (job.documentsVersion !== build.documentsVersion) return job.documentsVersion < build.documentsVersion;
  return job.foldVersion < build.foldVersion;
}
