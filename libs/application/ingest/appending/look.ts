/** Reads the ends of many streams, each as far back as repeats can lie, in as few calls as memory allows. */
import type { Position, StoredEntry } from '#contracts';
import type { Journal } from '#ports';
import { knownEntry, StreamEnd, type KnownEntry } from './stream-end.js';

/** How far back a stream must be known; all that are given count. */
export interface Need {
  /** So many events. */
  readonly events: number;
  /** So many entries of any type. */
  readonly entries: number;
  /** All entries after this position. */
  readonly after: Position | null;
}

/** Entries that one call may bring. Only a little of each is kept, but a store hands them over whole, and each may be as large as an event can be. */
const MAX_ENTRIES_A_CALL = 2048;
/** A first page is at least so long, however many streams are read: for most of them it is all there is. */
const FIRST_PAGE = 4;
/** A first page where only what came after a position is wanted: mostly that is nothing. */
const FIRST_PAGE_AFTER = 4;

class Look {
  readonly known: KnownEntry[] = [];
  whole = false;
  private events = 0;
  private pages = 0;

  constructor(
    readonly stream: string,
    private readonly need: Need,
  ) {}

  /** The next page's length. */
  limit(most: number): number {
    const wanted = Math.max(this.need.events - this.events, this.need.entries - this.known.length);
    const least = (wanted > 0 ? FIRST_PAGE : FIRST_PAGE_AFTER) * 4 ** this.pages;
    return Math.min(Math.max(wanted, least), Math.max(most, least));
  }

  /** The revision to read backwards from; undefined: from the end. */
  from(): number | undefined {
    const oldest = this.known.at(-1);
    return oldest === undefined ? undefined : oldest.revision - 1;
  }

  /** Whether nothing more needs to be read. */
  take(page: readonly StoredEntry[]): boolean {
    this.pages += 1;
    for (const entry of page) {
      const known = knownEntry(entry);
      if (known.event) this.events += 1;
      this.known.push(known);
    }
    const oldest = this.known.at(-1);
    this.whole = page.length === 0 || oldest === undefined || oldest.revision === 0;
    return this.whole || (oldest !== undefined && this.reaches(oldest));
  }

  private reaches(oldest: KnownEntry): boolean {
    const { events, entries, after } = this.need;
    return this.events >= events && this.known.length >= entries && (after === null || oldest.position <= after);
  }
}

/** The ends, in the order asked for. Rejects with StoreUnavailable. */
export async function readEnds(
  journal: Journal,
  wanted: readonly { readonly stream: string; readonly need: Need }[],
): Promise<readonly StreamEnd[]> {
  const looks = wanted.map(({ stream, need }) => new Look(stream, need));
  let open = looks;
  while (open.length > 0) {
    const further: Look[] = [];
    for (let index = 0; index < open.length;) index = await readSome(journal, open, index, further);
    open = further;
  }
  return looks.map(({ known, whole }) => StreamEnd.ofRead(known, whole));
}

/** One call, from `index` on; answers the index after the last one read. */
async function readSome(journal: Journal, looks: readonly Look[], index: number, further: Look[]): Promise<number> {
  const share = Math.floor(MAX_ENTRIES_A_CALL / looks.length);
  const reads = [];
  let room = MAX_ENTRIES_A_CALL;
  for (let at = index; at < looks.length; at += 1) {
    const look = looks[at];
    if (look === undefined) break;
    const limit = Math.min(look.limit(share), journal.maxReadEntries);
    if (reads.length > 0 && limit > room) break;
    room -= limit;
    const from = look.from();
    const { stream } = look;
    reads.push({ stream, direction: 'backwards' as const, limit, ...(from === undefined ? {} : { from }) });
  }
  const pages = await journal.read(reads);
  reads.forEach((_, nth) => {
    const look = looks[index + nth];
    if (look !== undefined && !look.take(pages[nth] ?? [])) further.push(look);
  });
  return index + reads.length;
}
