/**
 * The catalogue over time, as far as its stream was read: one per process, shared by all code that needs to know what was in
 * force at a place of the journal (P1). Holds the stream's entries and a few folded states, never one per entry.
 */
import {
  CATALOGUE_STREAM,
  decodeCatalogueEntry,
  START,
  traceIdOf,
  type CatalogueEntryDocument,
  type Position,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import { emptyCatalogue, foldCatalogue } from '#domain';
import type { Catalogue, CatalogueEntry, FateId, Revision } from '#domain';
import type { Journal } from '#ports';

/** An entry of the catalogue cannot be read: nothing after it can be judged (P4). */
export class CatalogueUnreadable extends Error {
  override readonly name = 'CatalogueUnreadable';

  readonly position: Position;
  /** Of the request that wrote the entry. */
  readonly traceId: string | undefined;

  constructor({ position, trace }: Pick<StoredEntry, 'position' | 'trace'>, reason: string) {
    super(`the catalogue's entry at position ${position} cannot be read: ${reason}`);
    this.position = position;
    this.traceId = traceIdOf(trace);
  }
}

interface TimelineEntry {
  readonly position: Position;
  readonly id: Uuid;
  readonly entry: CatalogueEntry;
}

/** The catalogue, and the place of its last entry (START: none yet). */
export interface CatalogueAt {
  readonly catalogue: Catalogue;
  readonly position: Position;
}

/** Folded states that are kept beside the latest: enough for partitions at different places. */
const KEPT = 8;

export class CatalogueTimeline {
  private readonly entries: TimelineEntry[] = [];
  private readonly byId = new Map<Uuid, TimelineEntry>();
  private newest: Catalogue = emptyCatalogue;
  /** By revision, the one used last at the end. */
  private readonly kept = new Map<number, Catalogue>();
  private reading: Promise<void> | undefined;

  constructor(private readonly journal: Journal) {}

  /** As far as read. */
  get latest(): CatalogueAt {
    return { catalogue: this.newest, position: this.entries.at(-1)?.position ?? START };
  }

  /** The UUID of the last entry read. */
  get lastEntryId(): Uuid | undefined {
    return this.entries.at(-1)?.id;
  }

  /** The entry of this revision as the views hold it. It was read before. */
  documentOf(revision: Revision): CatalogueEntryDocument {
    const known = this.entries[revision];
    if (known === undefined) throw new Error(`entry ${revision} of the catalogue was not read`);
    return { revision, entry: known.entry };
  }

  /** The place of the entry with this UUID, among the entries read. */
  positionOf(id: Uuid): Position | undefined {
    return this.byId.get(id)?.position;
  }

  /** Whose token wrote the entry with this UUID, among the entries read; null without one. */
  principalOf(id: Uuid): string | null {
    return this.byId.get(id)?.entry.principal ?? null;
  }

  /** Between which places the fate was in force, among the entries read, oldest first; `to` null: it is still. */
  periodsInForce(fate: FateId): readonly { readonly from: Position; readonly to: Position | null }[] {
    const periods: { readonly from: Position; readonly to: Position | null }[] = [];
    let from: Position | null = null;
    for (const { entry, position } of this.entries) {
      if (entry.id !== fate) continue;
      if (entry.kind === 'FateDefined' || entry.kind === 'FateRestored') from ??= position;
      if (entry.kind !== 'FateRetired' && entry.kind !== 'FateDeleted') continue;
      if (from !== null) periods.push({ from, to: position });
      from = null;
    }
    return from === null ? periods : [...periods, { from, to: null }];
  }

  /** Reads to the stream's end as it is after this call began. Throws {@link CatalogueUnreadable}, StoreUnavailable. */
  async refresh(): Promise<CatalogueAt> {
    // a read in flight may have begun before the entry that the caller knows of: wait for it, then read once more
    await this.reading?.catch(() => undefined);
    this.reading ??= this.readOn().finally(() => (this.reading = undefined));
    await this.reading;
    return this.latest;
  }

  /**
   * All catalogue entries before `position`. `knownRevision` is how many there are at least, as a feed message says; with
   * that many loaded nothing is read. Without it the stream is read to its end first.
   */
  async asOf(position: Position, knownRevision?: number): Promise<Catalogue> {
    if (knownRevision === undefined || this.entries.length < knownRevision) await this.refreshTo(position);
    return this.at(this.revisionBefore(position));
  }

  /** As {@link asOf} among the entries read: for callers that have just refreshed. */
  loadedAsOf(position: Position): Catalogue {
    return this.at(this.revisionBefore(position));
  }

  /** The `count` entries before `revision`, and the catalogue before them, among the entries read. */
  loadedBefore(
    revision: number,
    count: number,
  ): { readonly before: Catalogue; readonly between: readonly CatalogueEntry[] } {
    const between = this.entries.slice(revision - count, revision).map(({ entry }) => entry);
    return { before: this.at(revision - count), between };
  }

  /** As {@link refresh}, up to the first unreadable entry; returns that entry's error. */
  async refreshReadable(): Promise<CatalogueUnreadable | null> {
    try {
      await this.refresh();
      return null;
    } catch (error) {
      if (error instanceof CatalogueUnreadable) return error;
      throw error;
    }
  }

  /** An unreadable entry behind `position` does not matter there. */
  private async refreshTo(position: Position): Promise<void> {
    const unreadable = await this.refreshReadable();
    if (unreadable !== null && unreadable.position < position) throw unreadable;
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const from = this.entries.length;
      const [page = []] = await this.journal.read([
        { stream: CATALOGUE_STREAM, direction: 'forwards', from, limit: this.journal.maxReadEntries },
      ]);
      if (page.length === 0) return;
      this.take(page);
    }
  }

  /** Throws {@link CatalogueUnreadable} at the first entry that cannot be read; those before it are taken. */
  private take(page: readonly StoredEntry[]): void {
    const taken: CatalogueEntry[] = [];
    try {
      for (const stored of page) {
        const decoded = decodeCatalogueEntry(stored);
        if (!decoded.ok) throw new CatalogueUnreadable(stored, decoded.reason);
        const entry = { position: stored.position, id: stored.id, entry: decoded.entry };
        this.entries.push(entry);
        this.byId.set(entry.id, entry);
        taken.push(decoded.entry);
      }
    } finally {
      this.newest = foldCatalogue(this.newest, taken);
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

  private at(revision: number): Catalogue {
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
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
    return folded;
  }

  /** From the nearest state before it. */
  private foldTo(revision: number): Catalogue {
    let start = emptyCatalogue;
    for (const each of this.kept.values()) {
      if (each.revision <= revision && each.revision > start.revision) start = each;
    }
    return foldCatalogue(
      start,
      this.entries.slice(start.revision, revision).map(({ entry }) => entry),
    );
  }
}
