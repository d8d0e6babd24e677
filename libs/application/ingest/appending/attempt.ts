/** One try at the jobs of one stream: the entries that go in one write, and how much of the stream must be known before. */
import type { Position, Uuid } from '#contracts';
import type { AppendLimits, ExpectedRevision, StreamWrite } from '#ports';
import { NO_LOOK_BACK, type AppendItem, type AppendJob } from './job.js';
import type { RecentIds, TailRange } from './recent-ids.js';

/**
 * Where an append of unknown outcome is looked for: others may have appended this many entries to the stream between it
 * and the look, within the pauses of our tries.
 */
const UNSURE: TailRange = { events: 0, entries: 1000, after: null };

/** A job's items in this try: from its first unsettled one up to `to`. */
interface Share {
  readonly job: AppendJob;
  readonly to: number;
}

/** The items of an attempt, sorted by what must be done with them. */
export interface Plan {
  /** The items that must be written. */
  readonly missing: readonly AppendItem[];
  /** The items that have the same UUID as one that must be written. */
  readonly repeats: readonly { readonly item: AppendItem; readonly first: AppendItem }[];
  readonly write: StreamWrite;
}

export class Attempt {
  readonly items: readonly AppendItem[];
  readonly bytes: number;
  /** Whether the stream must be known and the entries go to its very end (J1), else to whatever is there. */
  readonly isExact: boolean;
  /** How far back it must be known. */
  readonly range: TailRange;
  /** Whether the stream's tail is worth keeping: a quest's hosts, one entry each, must not drive out those that report with keys. */
  readonly isWorthKeeping: boolean;
  private readonly shares: readonly Share[];

  /** Takes from the jobs, in their order, what one write may hold: at least one entry. */
  constructor(
    readonly stream: string,
    jobs: readonly AppendJob[],
    { maxAppendEntries, maxAppendBytes }: AppendLimits,
  ) {
    const items: AppendItem[] = [];
    const shares: Share[] = [];
    let bytes = 0;
    let range = NO_LOOK_BACK;
    let isUnsure = false;
    for (const job of jobs) {
      let to = job.settled;
      for (; to < job.items.length; to += 1) {
        const item = job.items[to];
        const isFull = items.length >= maxAppendEntries || bytes + (item?.bytes ?? 0) > maxAppendBytes;
        if (item === undefined || (isFull && items.length > 0)) break;
        items.push(item);
        bytes += item.bytes;
      }
      if (to === job.settled) break;
      shares.push({ job, to });
      range = union(range, job.range);
      isUnsure ||= job.unsure;
      if (to < job.items.length) break;
    }
    this.items = items;
    this.bytes = bytes;
    this.shares = shares;
    this.isWorthKeeping = range.events > 0;
    this.range = isUnsure ? union(range, UNSURE) : range;
    this.isExact = this.range !== NO_LOOK_BACK;
  }

  get jobs(): readonly AppendJob[] {
    return this.shares.map(({ job }) => job);
  }

  /** Those of its jobs that have one of the items. */
  jobsOf(items: readonly AppendItem[]): readonly AppendJob[] {
    const among = new Set(items);
    return this.jobs.filter((job) => job.items.some((item) => among.has(item)));
  }

  /** Leaves out what stands in the stream; `tail` is undefined where it need not be known. */
  plan(tail: RecentIds | undefined): Plan {
    if (tail === undefined) return this.planOf(this.items, [], 'any');
    const revisions = tail.revisionsOf(this.items.map(({ entry }) => entry.id));
    const firsts = new Map<Uuid, AppendItem>();
    const missing: AppendItem[] = [];
    const repeats: { item: AppendItem; first: AppendItem }[] = [];
    this.items.forEach((item, nth) => {
      const { id } = item.entry;
      const revision = revisions[nth];
      const first = firsts.get(id);
      if (revision !== undefined) {
        item.revision = revision;
        // the second of two with one key is a repeat, whether we or another process stored the first
        item.duplicate = !item.tried || first !== undefined;
      } else if (first !== undefined) repeats.push({ item, first });
      else missing.push(item);
      if (first === undefined) firsts.set(id, item);
    });
    return this.planOf(missing, repeats, tail.revision < 0 ? 'none' : tail.revision);
  }

  private planOf(missing: Plan['missing'], repeats: Plan['repeats'], expected: ExpectedRevision): Plan {
    return { missing, repeats, write: { stream: this.stream, expected, entries: missing.map(({ entry }) => entry) } };
  }

  /** All of it stands in the stream: what was missing from `firstRevision` on. */
  settle({ missing, repeats }: Plan, firstRevision: number, position: Position): void {
    missing.forEach((item, index) => (item.revision = firstRevision + index));
    for (const { item, first } of repeats) {
      item.revision = first.revision;
      item.duplicate = true;
    }
    for (const { job, to } of this.shares) {
      job.settled = to;
      job.tries = 0;
      job.unsure &&= job.items.slice(to).some(({ tried }) => tried);
      if (position > job.position) job.position = position;
    }
  }

  /** It came to nothing; those of `unsure` may be stored all the same. */
  fail(unsure: readonly AppendItem[] = []): void {
    for (const item of unsure) item.tried = true;
    for (const { job } of this.shares) {
      job.tries += 1;
      job.unsure ||= unsure.length > 0;
    }
  }
}

/** As far back as both. */
function union(one: TailRange, other: TailRange): TailRange {
  if (one === NO_LOOK_BACK || other === NO_LOOK_BACK) return one === NO_LOOK_BACK ? other : one;
  const after = one.after === null || (other.after !== null && other.after < one.after) ? other.after : one.after;
  return {
    events: Math.max(one.events, other.events),
    entries: Math.max(one.entries, other.entries),
    after,
  };
}
