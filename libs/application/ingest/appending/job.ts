/** A use case's order to the appender: entries for one stream, how far back a repeat of them can lie, and their outcome. */
import { START, type NewEntry, type Position } from '#contracts';
import { KEY_WINDOW } from '#domain';
import { isEvent, type TailRange } from './recent-ids.js';

/** Nowhere: the entries' UUIDs are new. Only what this process itself appended with unknown outcome is looked for. */
export const NO_LOOK_BACK: TailRange = { events: 0, entries: 0, after: null };

/** Among the host's last events that rule 24 names. */
export const KEYS_LOOK_BACK: TailRange = { events: KEY_WINDOW, entries: 0, after: null };

/** A stream of events is long, and so is what comes before the end of one that is sent again: no record remembers it. */
export const STREAM_LOOK_BACK: TailRange = { events: 10_000, entries: 0, after: null };

/** Behind a position before which nothing of it was written: the acceptance of a batch of hosts, the record of a request. */
export function lookBackTo(after: Position): TailRange {
  return { events: 0, entries: 0, after };
}

/** One entry of a job. The appender fills in the rest. */
export interface AppendItem {
  readonly entry: NewEntry;
  /** Bytes of its JSON. */
  readonly bytes: number;
  /** Where it stands in its stream; -1 until that is known. */
  revision: number;
  /** It stood there before anyone tried to append it for this job. */
  duplicate: boolean;
  /** It was in an append of unknown outcome: where it is found now, it is this job's doing. */
  tried: boolean;
}

/** Whether it is the first entry of its stream, stored by its job: what it is about was unknown before. */
export function isFirst({ revision, duplicate }: AppendItem): boolean {
  return revision === 0 && !duplicate;
}

/**
 * - `unavailable`: what is not settled is surely not stored.
 * - `unknown`: what is not settled may be stored.
 * - `too-large`: an entry is beyond the journal's limits.
 */
export interface AppendFailure {
  readonly kind: 'unavailable' | 'unknown' | 'too-large';
  readonly reason: string;
}

const RANK = { 'too-large': 0, unavailable: 1, unknown: 2 } as const;

/** The failure to answer with, of two parts of one request: what may be stored goes before what surely is not. The first where they are alike. */
export function worseOf(one: AppendFailure | undefined, other: AppendFailure | undefined): AppendFailure | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return RANK[other.kind] > RANK[one.kind] ? other : one;
}

/** Jobs that are handed over one after another: where one fails, none that came after it is stored before it. */
export interface Sequence {
  /** Why the first one failed: nothing more is begun. */
  failure: AppendFailure | undefined;
}

export class AppendJob {
  readonly items: AppendItem[] = [];
  bytes = 0;
  /** Items before this index are settled: stored, or found stored. */
  settled = 0;
  /** Everything settled is visible from here on. */
  position: Position = START;
  /** Why the rest is not settled; undefined where all is, or while it is being tried. */
  failure: AppendFailure | undefined;
  /** Tries that came to nothing since something was settled. */
  tries = 0;
  /** One of the tries had an unknown outcome. */
  unsure = false;

  /** `lookBack`: where one of the entries may stand already (J1). */
  constructor(
    readonly stream: string,
    private readonly lookBack: TailRange,
    readonly sequence?: Sequence,
  ) {}

  /** How far back a repeat of it can lie: of one that looks among events, also as far as all its entries reach (rule 24). */
  get range(): TailRange {
    const { events } = this.lookBack;
    return events === 0
      ? this.lookBack
      : { ...this.lookBack, events: Math.max(events, KEY_WINDOW + this.items.length) };
  }

  add(entry: NewEntry): AppendItem {
    const bytes = Buffer.byteLength(entry.json);
    const item: AppendItem = { entry, bytes, revision: -1, duplicate: false, tried: false };
    this.items.push(item);
    this.bytes += bytes;
    return item;
  }
}

/** A job that was in an append of unknown outcome may be stored. */
export function failJob(job: AppendJob, { kind, reason }: AppendFailure): void {
  job.failure = { kind: job.unsure ? 'unknown' : kind, reason };
}

/** Whether the job's sequence is broken; then it has failed with it, and what of it was never tried is surely not stored. */
export function isBroken(job: AppendJob): boolean {
  const failure = job.sequence?.failure;
  if (failure === undefined) return false;
  failJob(job, { kind: 'unavailable', reason: failure.reason });
  return true;
}

/** How many events of the job are stored: newly, as repeats, and as the first entry of a host. Also of a job that failed half way. */
export function eventsOf({ items, settled }: AppendJob): {
  readonly accepted: number;
  readonly duplicates: number;
  readonly newHosts: number;
} {
  const counts = { accepted: 0, duplicates: 0, newHosts: 0 };
  for (let index = 0; index < settled; index += 1) {
    const item = items[index];
    if (item === undefined || !isEvent(item.entry.type)) continue;
    if (item.duplicate) counts.duplicates += 1;
    else counts.accepted += 1;
    if (isFirst(item)) counts.newHosts += 1;
  }
  return counts;
}
