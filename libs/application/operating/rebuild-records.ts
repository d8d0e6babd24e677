/**
 * The record of rebuilds: a named state of the journal (J7), as the lease is under which they work. So it outlasts every
 * process, and whichever of them has the lease next goes on. What is stored of a generation is in the views alone: the record
 * says which one a rebuild writes, and one that is not there any more is made again.
 */
import { parsePosition, START, type Position } from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import {
  asFoundBy,
  currentJob,
  jobOf,
  NO_REBUILDS,
  withJob,
  type RebuildJob,
  type RebuildRecord,
} from './rebuild-job.js';

/** The named state. */
export const REBUILDS_STATE = 'rebuilds';
const FORMAT = 1;
/** The worker writes once a second, and commands are rare: this many lost races mean that something else is wrong. */
const MAX_TRIES = 20;

export interface Decision<T> {
  /** Absent: the record stays as it is. */
  readonly record?: RebuildRecord;
  readonly answer: T;
}

export class RebuildRecords {
  constructor(private readonly journal: Pick<Journal, 'readState' | 'writeState'>) {}

  /** Rejects with StoreUnavailable, and with an Error where a later build has written it in another form. */
  async read(): Promise<RebuildRecord> {
    return recordOf((await this.journal.readState(REBUILDS_STATE))?.value);
  }

  /**
   * Decides on the record, and stores the decision if the record is unchanged; else decides again, also where it is not known
   * whether it was stored. Rejects as {@link read} does.
   */
  async change<T>(decide: (record: RebuildRecord) => Decision<T>): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const state = await this.journal.readState(REBUILDS_STATE);
      const { record, answer } = decide(recordOf(state?.value));
      if (record === undefined) return answer;
      const written = await this.journal.writeState(REBUILDS_STATE, textOf(record), state?.version ?? 0);
      if (written === 'written') return answer;
    }
    throw new StoreUnavailable('journal', `the record of rebuilds was changed by others ${MAX_TRIES} times in a row`);
  }

  /** Changes one job; answers it as it is then, undefined where it is not recorded. Rejects as {@link read} does. */
  update(id: number, change: (job: RebuildJob) => RebuildJob): Promise<RebuildJob | undefined> {
    return this.change((record) => {
      const before = jobOf(record, id);
      if (before === undefined) return { answer: undefined };
      const after = change(before);
      return after === before ? { answer: before } : { record: withJob(record, after), answer: after };
    });
  }
}

/** The job that has not ended, as {@link asFoundBy} has it, which is stored. Rejects as the records do. */
export async function jobFoundBy(
  records: RebuildRecords,
  build: Parameters<typeof asFoundBy>[1],
): Promise<RebuildJob | undefined> {
  const job = currentJob(await records.read());
  if (job === undefined || asFoundBy(job, build) === job) return job;
  return records.update(job.id, (before) => asFoundBy(before, build));
}

function textOf(record: RebuildRecord): string {
  return JSON.stringify({ format: FORMAT, ...record }, (_, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
}

function recordOf(text: string | undefined): RebuildRecord {
  if (text === undefined) return NO_REBUILDS;
  const { format, ...record } = JSON.parse(text) as RebuildRecord & { readonly format: number };
  if (format !== FORMAT) throw new Error(`the record of rebuilds is of format ${format}: another build has written it`);
  return { ...record, jobs: record.jobs.map(jobFrom) };
}

function jobFrom(job: RebuildJob): RebuildJob {
  const { progress } = job;
  if (progress === null) return job;
  return { ...job, progress: { ...progress, position: placeFrom(progress.position), end: placeFrom(progress.end) } };
}

/** Positions are written as text. */
function placeFrom(place: unknown): Position {
  return parsePosition(String(place)) ?? START;
}
