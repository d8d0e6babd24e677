/** Reads the tails of many streams, each as far back as asked, in as few calls as memory allows. */
import { START, type StoredEntry } from '#contracts';
import type { Journal, StreamRead } from '#ports';
import { isEvent, RecentIds, type IdAndType, type TailRange } from './recent-ids.js';

export interface WantedTail {
  readonly stream: string;
  readonly range: TailRange;
  /** What is known of it: where it knows the range, only the entries behind it are read, and it is extended. */
  readonly known?: RecentIds | undefined;
}

/** Entries that one call may bring. Only their ids are kept, but a store hands them over whole; where they are large, it hands over fewer. */
const MAX_ENTRIES_A_CALL = 2048;
/** A first page is at least this long, however many streams are read: for most streams it is the whole tail. */
const FIRST_PAGE = 4;

/** One stream, read backwards from its end. */
class TailReading {
  /** The tail, once it is known. */
  tail: RecentIds | undefined;
  private readonly known: RecentIds | undefined;
  /** Newest first. */
  private readonly read: IdAndType[] = [];
  private events = 0;
  private pages = 0;
  private newest: Pick<StoredEntry, 'revision' | 'position'> = { revision: -1, position: START };

  constructor(private readonly wanted: WantedTail) {
    const { known, range } = wanted;
    this.known = known?.knows(range) === true ? known : undefined;
  }

  /** The next page, of at most `share` entries where that is more than the least. */
  next(share: number, most: number): StreamRead {
    const { stream, range } = this.wanted;
    const { events, entries } = range;
    const missing = this.known === undefined ? Math.max(events - this.events, entries - this.read.length) : 0;
    const least = FIRST_PAGE * 4 ** this.pages;
    const limit = Math.min(Math.max(missing, least), Math.max(share, least), most);
    return { stream, direction: 'backwards', limit, ...(this.pages > 0 && { from: this.oldest - 1 }) };
  }

  take(page: readonly StoredEntry[]): void {
    const { known } = this;
    const { events, entries, after } = this.wanted.range;
    const [first] = page;
    if (this.pages === 0 && first !== undefined) this.newest = { revision: first.revision, position: first.position };
    this.pages += 1;
    for (const { id, type, revision } of page) {
      if (revision === known?.revision) {
        this.finish(known);
        return;
      }
      this.read.push({ id, type });
      if (isEvent(type)) this.events += 1;
    }
    const isLong = this.events >= events && this.read.length >= entries;
    const isReached = isLong && (after === null || (page.at(-1)?.position ?? START) <= after);
    if (isReached || this.oldest === 0) this.finish(new RecentIds(this.oldest - 1, START, events));
  }

  private get oldest(): number {
    return this.newest.revision - this.read.length + 1;
  }

  private finish(tail: RecentIds): void {
    tail.append(this.read.reverse(), this.newest.position);
    this.tail = tail;
  }
}

/**
 * The tails, in the order asked for. After `maxEntries` entries those that are not known yet are left undefined, but never
 * all of them. Rejects with StoreUnavailable.
 */
export async function readTails(
  journal: Journal,
  wanted: readonly WantedTail[],
  maxEntries = Infinity,
): Promise<readonly (RecentIds | undefined)[]> {
  const all = wanted.map((each) => new TailReading(each));
  let open = all;
  let room = maxEntries;
  while (open.length > 0 && (room > 0 || open.length === all.length)) {
    room -= await readSome(journal, open);
    open = open.filter(({ tail }) => tail === undefined);
    // a store in this process answers without letting anyone else in
    if (open.length > 0) await new Promise(setImmediate);
  }
  return all.map(({ tail }) => tail);
}

/** A page of each of the first ones, in one call; answers how many entries it brought. */
async function readSome(journal: Journal, readings: readonly TailReading[]): Promise<number> {
  const share = Math.floor(MAX_ENTRIES_A_CALL / readings.length);
  const reads: StreamRead[] = [];
  let room = MAX_ENTRIES_A_CALL;
  for (const reading of readings) {
    const read = reading.next(share, journal.maxReadEntries);
    if (reads.length > 0 && read.limit > room) break;
    room -= read.limit;
    reads.push(read);
  }
  const pages = await journal.read(reads);
  let brought = 0;
  for (const [nth, page] of pages.entries()) {
    readings[nth]?.take(page);
    brought += page.length;
  }
  return brought;
}
