/**
 * The catalogue over time, as far as its stream was read: one per process, shared by all code that needs to know what was in
 * force at a place of the journal (P1).
 */
import { CATALOGUE_STREAM, decodeCatalogueEntry, type CatalogueEntryDocument, type Position } from '#contracts';
import { emptyCatalogue, foldCatalogue } from '#domain';
import type { Catalogue, CatalogueEntry, FateId, Revision } from '#domain';
import { StreamTimeline, type FollowedJournal, type FollowedStream } from '../followed/stream-timeline.js';

/** The catalogue, and the place of its last entry (START: none yet). */
export interface CatalogueAt {
  readonly catalogue: Catalogue;
  readonly position: Position;
}

const FOLLOWED: FollowedStream<Catalogue, CatalogueEntry> = {
  stream: CATALOGUE_STREAM,
  name: 'the catalogue',
  possessive: "catalogue's",
  decode: decodeCatalogueEntry,
  empty: emptyCatalogue,
  fold: foldCatalogue,
  // enough for partitions at different places
  kept: 8,
};

export class CatalogueTimeline extends StreamTimeline<Catalogue, CatalogueEntry> {
  constructor(journal: FollowedJournal) {
    super(journal, FOLLOWED);
  }

  /** As far as read. */
  get latest(): CatalogueAt {
    return { catalogue: this.state, position: this.position };
  }

  /** Reads to the stream's end as it is after this call began. Throws StreamUnreadable, StoreUnavailable. */
  async refresh(): Promise<CatalogueAt> {
    await this.readToEnd();
    return this.latest;
  }

  /** The entry of this revision as the views hold it. It was read before. */
  documentOf(revision: Revision): CatalogueEntryDocument {
    const known = this.entries[revision];
    if (known === undefined) throw new Error(`entry ${revision} of the catalogue was not read`);
    return { revision, position: known.position, entry: known.entry };
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
}
