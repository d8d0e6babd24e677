/**
 * The entries of a small stream that every process follows, as far as it was read, and what they fold to: the catalogue, the
 * names of hosts. Holds the entries and a few folded states, never one per entry.
 */
import { LAST_POSITION, START, traceIdOf, type Decoded, type Position, type StoredEntry, type Uuid } from '#contracts';
import type { Journal } from '#ports';

/** An entry of a followed stream cannot be read: nothing after it is known (P4). */
export class StreamUnreadable extends Error {
  override readonly name = 'StreamUnreadable';

  readonly position: Position;
  /** Of the request that wrote the entry. */
  readonly traceId: string | undefined;

  /** `what`: whose entry it is, as a sentence has it. */
  constructor(what: string, { position, trace }: Pick<StoredEntry, 'position' | 'trace'>, reason: string) {
    super(`the ${what} entry at position ${position} cannot be read: ${reason}`);
    this.position = position;
    this.traceId = traceIdOf(trace);
  }
}

/** A stream, and how it is read. */
export interface FollowedStream<State, Entry> {
  readonly stream: string;
  /** As a sentence names it: `the catalogue`; and whose its entries are: `catalogue's`. */
  readonly name: string;
  readonly possessive: string;
  readonly decode: (stored: StoredEntry) => Decoded<Entry>;
  /** Before the first entry. */
  readonly empty: State;
  readonly fold: (state: State, entries: Iterable<Entry>) => State;
  /** Folded states that are kept beside the latest. */
  readonly kept: number;
}

/** Where its entries are read. */
export type FollowedJournal = Pick<Journal, 'read' | 'maxReadEntries'>;

interface TimelineEntry<Entry> {
  readonly position: Position;
  readonly id: Uuid;
  readonly entry: Entry;
}

interface Folded {
  /** The number of entries folded into it. */
  readonly revision: number;
}

interface Signed {
  readonly principal?: string;
}

export class StreamTimeline<State extends Folded, Entry extends Signed> {
  protected readonly entries: TimelineEntry<Entry>[] = [];
  private readonly byId = new Map<Uuid, TimelineEntry<Entry>>();
  private newest: State;
  /** By revision, the one used last at the end. */
  private readonly kept = new Map<number, State>();
  private reading: Promise<void> | undefined;

  constructor(
    protected readonly journal: FollowedJournal,
    readonly of: FollowedStream<State, Entry>,
  ) {
    this.newest = of.empty;
  }

  /** As far as read. */
  get state(): State {
    return this.newest;
  }

  /** The place of the last entry read (START: none yet). */
  get position(): Position {
    return this.entries.at(-1)?.position ?? START;
  }

  /** The UUID of the last entry read. */
  get lastEntryId(): Uuid | undefined {
    return this.entries.at(-1)?.id;
  }

  /** The place of the entry with this UUID, among the entries read. */
  positionOf(id: Uuid): Position | undefined {
    return this.byId.get(id)?.position;
  }

  /** Whose token wrote the entry with this UUID, among the entries read; null without one. */
  principalOf(id: Uuid): string | null {
    return this.byId.get(id)?.entry.principal ?? null;
  }

  /** Reads to the stream's end as it is after this call began. Throws {@link StreamUnreadable}, StoreUnavailable. */
  async readToEnd(): Promise<void> {
    // a read in flight may have begun before the entry that the caller knows of: wait for it, then read once more
    await this.reading?.catch(() => undefined);
    this.reading ??= this.readOn().finally(() => (this.reading = undefined));
    await this.reading;
  }

  /**
   * What all entries before `position` fold to. `knownRevision` is how many there are at least, as a feed message says; with
   * that many loaded nothing is read. Without it the stream is read to its end first.
   */
  async asOf(position: Position, knownRevision?: number): Promise<State> {
    if (knownRevision === undefined || this.entries.length < knownRevision) await this.readTo(position);
    return this.at(this.revisionBefore(position));
  }

  /** As {@link asOf} among the entries read: for callers that have just read them. */
  loadedAsOf(position: Position): State {
    return this.at(this.revisionBefore(position));
  }

  /** As {@link loadedAsOf}, and the last place for which it is the same: that of the next entry, among the entries read. */
  loadedStretch(position: Position): { readonly state: State; readonly to: Position } {
    const revision = this.revisionBefore(position);
    return { state: this.at(revision), to: this.entries[revision]?.position ?? LAST_POSITION };
  }

  /** The `count` entries before `revision`, and what those before them fold to, among the entries read. */
  loadedBefore(revision: number, count: number): { readonly before: State; readonly between: readonly Entry[] } {
    const between = this.entries.slice(revision - count, revision).map(({ entry }) => entry);
    return { before: this.at(revision - count), between };
  }

  /** As {@link readToEnd}, up to the first unreadable entry; returns that entry's error. */
  async refreshReadable(): Promise<StreamUnreadable | null> {
    try {
      await this.readToEnd();
      return null;
    } catch (error) {
      if (error instanceof StreamUnreadable) return error;
      throw error;
    }
  }

  /** An unreadable entry behind `position` does not matter there. */
  private async readTo(position: Position): Promise<void> {
    const unreadable = await this.refreshReadable();
    if (unreadable !== null && unreadable.position < position) throw unreadable;
  }

  private async readOn(): Promise<void> {
    const { stream } = this.of;
    for (;;) {
      const from = this.entries.length;
      const [page = []] = await this.journal.read([
        { stream, direction: 'forwards', from, limit: this.journal.maxReadEntries },
      ]);
      if (page.length === 0) return;
      this.take(page);
    }
  }

  /** Throws {@link StreamUnreadable} at the first entry that cannot be read; those before it are taken. */
  private take(page: readonly StoredEntry[]): void {
    const { decode, fold, possessive } = this.of;
    const taken: Entry[] = [];
    try {
      for (const stored of page) {
        const decoded = decode(stored);
        if (!decoded.ok) throw new StreamUnreadable(possessive, stored, decoded.reason);
        const entry = { position: stored.position, id: stored.id, entry: decoded.entry };
        this.entries.push(entry);
        this.byId.set(entry.id, entry);
        taken.push(decoded.entry);
      }
    } finally {
      this.newest = fold(this.newest, taken);
    }
  }

  /** How many entries stand before `position`. */
  private revisionBefore(position: Position): number {
    let low = 0;
    let high = this.entries.length;
    // the usual question is about the present
    const last = this.entries[high - 1];
    if (last === undefined || last.position < position) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle];
      if (entry !== undefined && entry.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private at(revision: number): State {
    if (revision === this.entries.length) return this.newest;
    const known = this.kept.get(revision);
    if (known !== undefined) {
      this.kept.delete(revision);
      this.kept.set(revision, known);
      return known;
    }
    const folded = this.foldTo(revision);
    this.kept.set(revision, folded);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.of.kept) break;
      this.kept.delete(oldest);
    }
    return folded;
  }

  /** From the nearest state before it. */
  private foldTo(revision: number): State {
    let start = this.of.empty;
    for (const each of this.kept.values()) {
      if (each.revision <= revision && each.revision > start.revision) start = each;
    }
    return this.of.fold(
      start,
      this.entries.slice(start.revision, revision).map(({ entry }) => entry),
    );
  }
}
