/** The ids of a stream's newest entries: which entries stand in the stream already, and at which revision (J1). */
import type { NewEntry, Position, Uuid } from '#contracts';
import { KEY_WINDOW } from '#domain';

/** How far back a stream must be known: its last `events` events, its last `entries` entries of any kind, and all entries after the position `after`. */
export interface TailRange {
  readonly events: number;
  readonly entries: number;
  readonly after: Position | null;
}

/**
 * An id is kept whole, as four words of 32 bits, each read from this character on. A shorter print could take two ids for
 * one: a new event would be answered as a repeat and be lost.
 */
const WORD_STARTS = [0, 9, 19, 28];
const WORDS = WORD_STARTS.length;
const NO_WORDS = new Int32Array(0);
/** With at most this many comparisons, ids are looked up one by one: that is faster than an index of them. */
const FEW_COMPARISONS = 20_000;
/** Of one stream in the cache, beside its ids: measured. */
const OWN_BYTES = 500;
/** At least this many events are kept: a request of up to 16 events for one host finds its window known. */
const KEPT_EVENTS = KEY_WINDOW + 16;
/** A stream with many commands among few events keeps this many entries for each event. */
const ENTRIES_AN_EVENT = 4;
const OTHER_BYTES = 8;
/** Events among the entries of a host's stream (rule 24 counts events); the others are commands. */
const EVENT_TYPE = 'EventLogged';

export function isEvent(type: string): boolean {
  return type === EVENT_TYPE;
}

export type IdAndType = Pick<NewEntry, 'id' | 'type'>;

export class RecentIds {
  /** Whether {@link doubt} was called since the last append. */
  isStale = false;
  /** The known entries are those from `start` to before `end`, oldest first; the last one is at `revision`. */
  private words = NO_WORDS;
  private start = 0;
  private end = 0;
  /** Revisions of the known entries that are no events, oldest first. */
  private readonly others: number[] = [];
  /** Events that {@link trim} leaves. */
  private readonly width: number;

  /**
   * Of a stream up to the entry at `revision` and `position` (-1 and START: none), of which no entry is known yet. At
   * least `events` events must be kept.
   */
  constructor(
    public revision: number,
    public position: Position,
    events = 0,
  ) {
    this.width = Math.max(KEPT_EVENTS, events);
  }

  /** Others may have appended since: what is known stays true, but may not reach the stream's end. */
  doubt(): void {
    this.isStale = true;
  }

  get bytes(): number {
    return OWN_BYTES + this.words.byteLength + OTHER_BYTES * this.others.length;
  }

  get events(): number {
    return this.size - this.others.length;
  }

  /** Every entry of the stream is known. */
  get isWhole(): boolean {
    return this.size > this.revision;
  }

  /** Whether all of the range is known that the stream has. */
  knows({ events, entries, after }: TailRange): boolean {
    const isLong = this.events >= events && this.size >= entries;
    return this.isWhole || (isLong && (after === null || this.position <= after));
  }

  /** The revisions of those that are known, in the order asked for: the first one's where an id stands twice (rule 24). */
  revisionsOf(ids: readonly Uuid[]): readonly (number | undefined)[] {
    if (ids.length * this.size <= FEW_COMPARISONS) return ids.map((id) => this.revisionOf(id));
    // one pass, however many are asked for: places by their first word
    const places = new Map<number, number[]>();
    for (const id of ids) places.set(word(id, 0), []);
    for (let place = this.start; place < this.end; place += 1) places.get(this.words[WORDS * place] ?? 0)?.push(place);
    return ids.map((id) => {
      const place = places.get(word(id, 0))?.find((each) => this.isAt(each, id));
      return place === undefined ? undefined : this.revisionAt(place);
    });
  }

  revisionOf(id: Uuid): number | undefined {
    const first = word(id, 0);
    for (let place = this.start; place < this.end; place += 1) {
      if (this.words[WORDS * place] === first && this.isAt(place, id)) return this.revisionAt(place);
    }
    return undefined;
  }

  /** Entries right behind the last one, up to the stream's end; `position` is that of their last. */
  append(entries: readonly IdAndType[], position: Position): void {
    this.makeRoom(entries.length);
    for (const { id, type } of entries) {
      this.revision += 1;
      WORD_STARTS.forEach((from, nth) => (this.words[WORDS * this.end + nth] = word(id, from)));
      this.end += 1;
      if (!isEvent(type)) this.others.push(this.revision);
    }
    this.position = position;
    this.isStale = false;
  }

  /** Whether more is kept than most streams need. */
  get isWide(): boolean {
    return this.width > 4 * KEPT_EVENTS;
  }

  /** Forgets the oldest entries. */
  trim(): void {
    let gone = 0;
    while (this.events + gone > this.width || this.size > ENTRIES_AN_EVENT * this.width) {
      if (this.others[gone] === this.revisionAt(this.start)) gone += 1;
      this.start += 1;
    }
    this.others.splice(0, gone);
  }

  private isAt(place: number, id: Uuid): boolean {
    return WORD_STARTS.every((from, nth) => this.words[WORDS * place + nth] === word(id, from));
  }

  private revisionAt(place: number): number {
    return this.revision - (this.end - 1 - place);
  }

  private get size(): number {
    return this.end - this.start;
  }

  /** Behind the last one: where enough of the oldest was forgotten, by moving the others to the front. */
  private makeRoom(entries: number): void {
    const { size, words } = this;
    const capacity = words.length / WORDS;
    if (this.end + entries <= capacity) return;
    const mayMove = size + entries <= capacity && this.start >= size >> 3;
    if (!mayMove) this.words = new Int32Array(WORDS * (size + Math.max(entries, 3, size >> 2)));
    this.words.set(words.subarray(WORDS * this.start, WORDS * this.end));
    this.start = 0;
    this.end = size;
  }
}

/** Eight hexadecimal digits of a UUID, with or without a hyphen among them. */
function word(id: Uuid, from: number): number {
  let value = 0;
  for (let at = from, digits = 0; digits < 8; at += 1) {
    const code = id.charCodeAt(at);
    if (code === 45) continue;
    // the digits are 48 to 57, letters end in 1 to 6 in either case
    value = (value << 4) | ((code & 15) + (code > 57 ? 9 : 0));
    digits += 1;
  }
  return value;
}

/** What is left of a full cache when room is made: much at once, for the way to the oldest leads past all taken out. */
const KEPT_SHARE = 7 / 8;

/** By stream, those used last, in at most `maxBytes` for short tails and as much for long ones. What is kept is right as long as an append at its revision is accepted. */
export class RecentIdsCache {
  private readonly streams = new Map<string, RecentIds>();
  private bytes = 0;
  /** Long tails are apart, so that a long import does not drive out all hosts that report with keys. */
  private readonly wide: RecentIdsCache | undefined;

  constructor(
    private readonly maxBytes: number,
    hasWide = true,
  ) {
    this.wide = hasWide ? new RecentIdsCache(maxBytes, false) : undefined;
  }

  /** Takes it out: the caller owns it until it is put back. */
  take(stream: string): RecentIds | undefined {
    const recent = this.streams.get(stream);
    if (recent === undefined) return this.wide?.take(stream);
    this.streams.delete(stream);
    this.bytes -= recent.bytes;
    return recent;
  }

  put(stream: string, recent: RecentIds): void {
    recent.trim();
    this.take(stream);
    if (recent.isWide && this.wide !== undefined) {
      this.wide.put(stream, recent);
      return;
    }
    this.streams.set(stream, recent);
    this.bytes += recent.bytes;
    if (this.bytes <= this.maxBytes) return;
    for (const oldest of this.streams.keys()) {
      if (this.bytes <= this.maxBytes * KEPT_SHARE) return;
      this.take(oldest);
    }
  }
}
