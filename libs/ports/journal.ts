/**
 * The journal: the only truth. Streams of entries, one order over all of them, and beside them Hermes' own bookkeeping.
 * An adapter implements it; `journalContract` in testing holds it to the laws named here (J1–J7).
 */
import type { NewEntry, Position, StoredEntry, Uuid } from '#contracts';

/** The stream's required state for a write: its last revision, `none` for a stream without entries, or any. */
export type ExpectedRevision = number | 'none' | 'any';

/** Entries for one stream: stored all, in order, next to each other in the stream, or not at all (J1). */
export interface StreamWrite {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly entries: readonly NewEntry[];
}

/**
 * - `appended`: durable. Revisions run from `firstRevision`; `position` is that of the last entry. An empty write is
 *   answered `appended` with the stream's present end and stores nothing.
 * - `conflict`: nothing stored; `actual` is the stream's last revision, -1 for none. A value, no exception (J3).
 * - `unknown`: it may or may not be stored, now or later (a wait ended, the connection broke). Never repeat it plainly:
 *   read the stream's end and append the missing entries at the exact revision (a sure append).
 * - `failed`: surely not stored; the store is full or away. May be tried again.
 * - `too-large`: nothing stored; the write is beyond the journal's limits.
 * - `refused`: nothing stored, because of the entries at these indexes, which must not be written at present. Without them the
 *   others may be written at once. A gate before a journal answers so, no journal itself.
 */
export type WriteOutcome =
  | { readonly kind: 'appended'; readonly firstRevision: number; readonly position: Position }
  | { readonly kind: 'conflict'; readonly actual: number }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'too-large'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly entries: readonly number[] };

/** The part of a stream that a read wants. Entries come in the direction read. */
export interface StreamRead {
  readonly stream: string;
  readonly direction: 'forwards' | 'backwards';
  /** Inclusive; forwards from 0 and backwards from the end where absent. */
  readonly from?: number;
  /** At most this many entries; from 1 up to {@link Journal.maxReadEntries}. */
  readonly limit: number;
}

/** A small named value of Hermes' own (relay's place, leases, numbering): JSON text. No entry, shown to no reader (J7). */
export interface NamedState {
  readonly value: string;
  /** From 1; raised by every write, also by the first one after an expiry: no version of a name is given twice. */
  readonly version: number;
}

export interface StateOptions {
  /** Time to live: whole milliseconds from 1. For ever where absent. */
  readonly ttlMs?: number;
}

/** Every call may throw {@link StoreUnavailable}; nothing else is thrown but a TypeError or RangeError for a defect of the caller's. */
export interface Journal {
  /** Its UUID, in its first entry from the moment it was made (J6). */
  readonly identity: Uuid;
  /** Most entries in one write, most bytes of `json` (UTF-8) in one write, most entries in one read. */
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  readonly maxReadEntries: number;
  /** A call of {@link read} ends when its answers have this many characters of `json`. */
  readonly maxReadCharacters: number;
  /**
   * Writes that are worked on side by side; further ones wait in the adapter, in the order in which they came, and a caller
   * that has turns to give does not hand over more. Infinity where one commit takes all that wait.
   */
  readonly writesAtOnce: number;

  /**
   * Appends to many streams; answers one outcome per write, in their order. Each write is atomic; the writes together are
   * not (J1). Two writes of one call to one stream are done in their order. Concurrent calls share the cost of a store's commit.
   * Bounded by the adapter's own timer; after it: `unknown`.
   */
  append(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]>;

  /**
   * As {@link append}, and the writes stand in the whole journal in the order in which they are given: it ends with the first that
   * is not `appended`, whose outcome is the last one answered, and none after it is stored. Where that is `unknown`, the store may
   * have it and those after it, in their order, up to any of them. All together are within the limits of one write, else the one
   * outcome is `too-large`. It may be as slow as one after the other: for imports, beside which no other process writes.
   */
  appendInOrder(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]>;

  /**
   * Reads of many streams, answered in their order; a stream without entries, or `from` beyond its end: an empty answer forwards, the end's entries backwards.
   * Where the answers come to {@link maxReadCharacters}, the call ends: answers may be shorter than their limits then, but
   * never empty for it (see {@link mayHaveMore}), and those of the last reads missing. The first is always given.
   */
  read(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]>;

  /**
   * A page of the whole journal after a position that was shown (or START), oldest first, at most `limit` entries; it may
   * be shorter where its entries are large: only an empty page is the end. All that was acknowledged before the call is seen, and no entry ever appears before one that was seen (J4).
   */
  readAll(after: Position, limit: number): Promise<readonly StoredEntry[]>;

  /** The entry at exactly this position, or undefined: that of another journal, or of one that was set back (J6). */
  entryAt(position: Position): Promise<StoredEntry | undefined>;

  /** The last entry of the whole journal. There always is one: the identity. */
  head(): Promise<StoredEntry>;

  /**
   * Every entry after `after`, once, in order, in batches of at most `batchSize`, first those stored, then new ones as they
   * come; never an empty batch. Pull-driven: entries are read only on request, so a slow subscriber bounds its memory and
   * slows nobody (J5). Only `signal` ends a wait for new ones: the iterator's `return()` waits with it. Ends when `signal` aborts or the journal is closed; throws StoreUnavailable when the store goes away:
   * subscribe again from the last position shown.
   */
  subscribe(options: {
    readonly after: Position;
    readonly batchSize: number;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly StoredEntry[]>;

  /** The state of this name, or undefined. */
  readState(name: string): Promise<NamedState | undefined>;
  /**
   * Compare-and-set: writes if the state's version is `expectedVersion` (0: not there yet), else answers `conflict` and
   * writes nothing. Durable when it resolves. After `unknown`, read it again. A value has at most `maxAppendBytes`.
   * With a time to live the state stays for at least that time after this write, and gone soon after (within seconds, by
   * the clocks of store and reader): then it is read as undefined and its version counts as 0. Each write sets the time to
   * live again; one without keeps the state for ever.
   */
  writeState(
    name: string,
    value: string,
    expectedVersion: number,
    options?: StateOptions,
  ): Promise<'written' | 'conflict' | 'unknown'>;

  /** Ends subscriptions, finishes appends in flight, refuses new ones with StoreUnavailable. May be called twice. */
  close(): Promise<void>;
}

/** The part of it that judges history: it writes nothing, and waits for nothing new. */
export type ReadJournal = Pick<
  Journal,
  'identity' | 'maxReadEntries' | 'maxReadCharacters' | 'read' | 'readAll' | 'entryAt' | 'head'
>;
