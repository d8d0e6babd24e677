/** Documents as they are stored, whole: for who compares them with what the journal comes to (R8, R9). Lists show less of them. */
import type { LaborDocument, PartDocument } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';

/** Most hosts whose documents are asked for in one call. */
export const MAX_STORED_HOSTS = 100;

/** Most documents of one page, which also has room for a number of characters (PageRoom): others have their turn before the next. */
export const MAX_STORED_ITEMS = 250;

export interface StoredPage<T, K> {
  readonly items: readonly T[];
  /** What to continue after; null where there is no more. */
  readonly next: K | null;
}

/** The part of a host in a quest, by which pages of parts continue. */
export interface StoredPartKey {
  readonly host: HostName;
  readonly quest: QuestId;
}

export interface StoredDocuments {
  /** Hosts that have a document, ascending by name after `after`. */
  hostNames(generation: number, after: HostName | null, limit: number): Promise<readonly HostName[]>;
  /** Quests that have a document, also those that no list shows, ascending by number after `after`. */
  questNumbers(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestId[]>;
  /** The labors whose ids begin with one of these hosts, of which there may be no document; ascending by id after `after`. */
  laborsOf(
    generation: number,
    hosts: readonly HostName[],
    after: LaborId | null,
  ): Promise<StoredPage<LaborDocument, LaborId>>;
  /** The parts of these hosts, those that are but expected among them; ascending by host and quest after `after`. */
  partsOf(
    generation: number,
    hosts: readonly HostName[],
    after: StoredPartKey | null,
  ): Promise<StoredPage<PartDocument, StoredPartKey>>;
}
