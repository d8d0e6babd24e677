/** Reads streams back until what is kept of their older events is whole, in calls and amounts that keep nobody else waiting for long. */
import type { StoredEntry } from '#contracts';
import type { Journal, StreamRead } from '#ports';
import { Recall } from './recall.js';
import { isEvent } from './stream-end.js';

/** Entries that one call may bring. */
const MAX_ENTRIES_A_CALL = 8192;
/** Calls together: streams that would need more have to come again. */
const MAX_ENTRIES = 200_000;
const FIRST_PAGE = 64;

/** A stream whose newest `width` events, up to and with revision `upTo`, must be known. */
export interface Recollected {
  readonly stream: string;
  readonly upTo: number;
  readonly width: number;
  /** What is kept of it. */
  readonly kept: Recall | undefined;
}

/** One stream's reading: forwards over what came since, or backwards where nothing is kept. */
class Recollection {
  private readonly recall: Recall;
  private readonly backwards: boolean;
  private from: number;
  private page = FIRST_PAGE;
  private events = 0;

  constructor(private readonly wanted: Recollected) {
    const { kept, upTo, width } = wanted;
    const isNear = kept !== undefined && kept.width >= width && kept.upTo <= upTo && upTo - kept.upTo <= width;
    this.recall = isNear ? kept : new Recall(width, upTo);
    this.backwards = !isNear;
    this.from = isNear ? kept.upTo + 1 : upTo;
  }

  get isDone(): boolean {
    const { upTo, width } = this.wanted;
    return this.backwards ? this.from < 0 || this.events >= width : this.from > upTo;
  }

  /** The next page's read. */
  read(most: number): StreamRead {
    const { stream, upTo } = this.wanted;
    const left = this.backwards ? this.from + 1 : upTo - this.from + 1;
    const limit = Math.min(this.page, left, most);
    return { stream, direction: this.backwards ? 'backwards' : 'forwards', from: this.from, limit };
  }

  take(entries: readonly StoredEntry[]): void {
    this.page *= 4;
    for (const { id, type } of entries) {
      if (!isEvent(type) || (this.backwards && this.events >= this.wanted.width)) continue;
      this.recall.add(id);
      this.events += 1;
    }
    const last = entries.at(-1)?.revision;
    if (last === undefined) throw new Error(`${this.wanted.stream} has no entry at its revision ${this.from}`);
    this.from = this.backwards ? last - 1 : last + 1;
    if (!this.backwards) this.recall.upTo = last;
  }

  get result(): Recall {
    return this.backwards ? this.recall.reversed() : this.recall;
  }
}

/** In the order asked for; undefined where it would have been too much at once. Rejects with StoreUnavailable. */
export async function recollect(
  journal: Journal,
  wanted: readonly Recollected[],
): Promise<readonly (Recall | undefined)[]> {
  const all = wanted.map((each) => new Recollection(each));
  let open = all.filter((each) => !each.isDone);
  for (let total = 0; open.length > 0 && total < MAX_ENTRIES;) {
    total += await readSome(journal, open);
    open = open.filter((each) => !each.isDone);
    // a store in this process answers without letting anyone else in
    await new Promise(setImmediate);
  }
  return all.map((each) => (each.isDone ? each.result : undefined));
}

/** One call, for the first ones; answers how many entries it brought. */
async function readSome(journal: Journal, open: readonly Recollection[]): Promise<number> {
  const reads: StreamRead[] = [];
  let room = Math.min(MAX_ENTRIES_A_CALL, journal.maxReadEntries);
  for (const each of open) {
    if (room === 0) break;
    const read = each.read(room);
    reads.push(read);
    room -= read.limit;
  }
  const pages = await journal.read(reads);
  let brought = 0;
  reads.forEach((_, index) => {
    const page = pages[index] ?? [];
    open[index]?.take(page);
    brought += page.length;
  });
  return brought;
}
