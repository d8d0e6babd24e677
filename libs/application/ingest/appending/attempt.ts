/** One try at what waits for one stream: the entries that go in one write, and how much of the stream must be known before. */
import type { NewEntry, Position, Uuid } from '#contracts';
import { KEY_WINDOW } from '#domain';
import type { AppendLimits, StreamWrite } from '#ports';
import type { AppendItem, AppendJob } from './job.js';
import type { Need } from './look.js';
import type { Recall } from './recall.js';
import { isEvent, type StreamEnd } from './stream-end.js';

/**
 * Where an append of unknown outcome is looked for: others may have appended so many entries to the stream between it
 * and the look, within the pauses of our tries.
 */
const OWN_LOOK_BACK = 1000;

/** A job's items in this try: from its first unsettled one up to `to`. */
interface Share {
  readonly job: AppendJob;
  readonly to: number;
}

export class Attempt {
  readonly shares: Share[] = [];
  readonly items: AppendItem[] = [];
  bytes = 0;
  /** It has been concluded. */
  over = false;
  /** The stream's end had been kept from an earlier one. */
  known = false;
  /** Whether the stream's end must be known (J1), else the entries are appended to whatever is there. */
  exact = false;
  /** Where nothing but this very stream's end will do: an append of unknown outcome may stand there. */
  private unsure = false;
  /** Known where `exact`, from {@link lookAt} on. */
  end: StreamEnd | undefined;
  /** The stream's older events, where repeats may lie among them. */
  recall: Recall | undefined;
  /** What is to be written. */
  private missing: AppendItem[] = [];
  /** Items of the same UUID as an earlier one of this try. */
  private repeats: { readonly item: AppendItem; readonly first: AppendItem }[] = [];

  /** Takes from the jobs, in their order, what one write may hold: at least one entry. */
  constructor(
    readonly stream: string,
    jobs: readonly AppendJob[],
    limits: AppendLimits,
  ) {
    for (const job of jobs) {
      let to = job.settled;
      for (; to < job.items.length; to += 1) {
        const item = job.items[to];
        if (item === undefined || !this.hasRoom(item, limits)) break;
        this.items.push(item);
        this.bytes += item.bytes;
      }
      if (to === job.settled) break;
      this.shares.push({ job, to });
      this.exact ||= job.unsure || job.lookBack !== 'own';
      this.unsure ||= job.unsure;
      if (to < job.items.length) break;
    }
    this.missing = this.items;
  }

  get jobs(): readonly AppendJob[] {
    return this.shares.map(({ job }) => job);
  }

  /** Whether its stream's end is worth keeping: a quest's hosts, one entry each, must not drive out those that report with keys. */
  get worthKeeping(): boolean {
    return this.shares.some(({ job }) => job.lookBack === 'keys' || typeof job.lookBack === 'number');
  }

  /** Among so many of the stream's last events what is to be written may still be found; 0 where it is known not to be there. */
  get unsearched(): number {
    const { end } = this;
    if (end === undefined || this.missing.length === 0) return 0;
    let events = 0;
    for (const { job } of this.shares) if (typeof job.lookBack === 'number') events = Math.max(events, job.lookBack);
    return end.knows(events) ? 0 : events;
  }

  /** How far back the stream must be known. */
  need(): Need {
    let events = 0;
    let after: Position | null = null;
    for (const { job } of this.shares) {
      if (job.lookBack === 'keys') events = Math.max(events, KEY_WINDOW + job.items.length);
      // what lies further back is recalled
      else if (typeof job.lookBack === 'number') events = Math.max(events, KEY_WINDOW);
      else if (job.lookBack !== 'own' && (after === null || job.lookBack < after)) after = job.lookBack;
    }
    return { events, after, entries: this.unsure ? OWN_LOOK_BACK : 0 };
  }

  /** Whether what was kept of the stream is enough. */
  isEnough(end: StreamEnd): boolean {
    if (this.unsure) return false;
    const { events, after } = this.need();
    // of what was kept of a stream only its events are known: commands are looked for in the stream itself
    const knowsAfter = after === null || (this.hasOnlyEvents ? end.knowsAfter(after) : end.position <= after);
    return end.knows(events) && knowsAfter;
  }

  private get hasOnlyEvents(): boolean {
    return this.items.every(({ entry }) => isEvent(entry.type));
  }

  /** Leaves out what is there. */
  lookAt(end: StreamEnd): void {
    this.end = end;
    const firsts = new Map<Uuid, AppendItem>();
    this.missing = [];
    this.repeats = [];
    for (const item of this.items) {
      const { id } = item.entry;
      const revision = end.revisionOf(id);
      const first = firsts.get(id);
      if (revision !== undefined) {
        item.revision = revision;
        // the second of two with one key is a repeat whoever stored the first
        item.duplicate = !item.tried || first !== undefined;
        firsts.set(id, first ?? item);
      } else if (first !== undefined) {
        this.repeats.push({ item, first });
      } else {
        firsts.set(id, item);
        this.missing.push(item);
      }
    }
  }

  /** Leaves out what is known to be among the older events. */
  recollect(recall: Recall): void {
    this.recall = recall;
    this.missing = this.missing.filter((item) => {
      if (!recall.has(item.entry.id)) return true;
      item.duplicate = !item.tried;
      return false;
    });
  }

  /** Undefined where all is there. */
  write(): StreamWrite | undefined {
    if (this.missing.length === 0) return undefined;
    const expected = this.end === undefined ? 'any' : this.end.revision < 0 ? 'none' : this.end.revision;
    return { stream: this.stream, expected, entries: this.missing.map(({ entry }) => entry) };
  }

  get written(): readonly NewEntry[] {
    return this.missing.map(({ entry }) => entry);
  }

  /** All of it stands in the stream: what was missing from `firstRevision` on. */
  settle(firstRevision: number, position: Position): void {
    this.missing.forEach((item, index) => (item.revision = firstRevision + index));
    for (const { item, first } of this.repeats) {
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

  /** It came to nothing, or nobody knows. */
  fail(unknown: boolean): void {
    for (const { job } of this.shares) {
      job.tries += 1;
      job.unsure ||= unknown;
    }
    if (unknown) for (const item of this.missing) item.tried = true;
  }

  private hasRoom(item: AppendItem, { maxAppendEntries, maxAppendBytes }: AppendLimits): boolean {
    if (this.items.length === 0) return true;
    return this.items.length < maxAppendEntries && this.bytes + item.bytes <= maxAppendBytes;
  }
}
