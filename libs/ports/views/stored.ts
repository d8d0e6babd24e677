/** Documents as they are stored, whole: for who compares them with what the journal comes to (R8, R9). Lists show less of them. */
import type { LaborDocument, PartDocument } from '#contracts';
import type { HostName, LaborId, QuestId, Revision } from '#domain';

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

/** Most documents of one host that are hashed before others have their turn; its documents have room for a page's characters, too. */
export const MAX_DIGEST_ITEMS = 1000;

/** All that is stored of one host, in one value. */
export interface StoredDigest {
  readonly host: HostName;
  /** Of its own document; -1 where there is none. */
  readonly revision: Revision;
  /** 64 hex digits. Null where its document was stored while the others were read: they may be of different moments. */
  readonly digest: string | null;
}

/** Where the next call continues. */
export interface StoredDigestPlace {
  /** The next one. */
  readonly host: HostName;
  /** Of a host with many documents: what is hashed of it already. Null where nothing is. */
  readonly begun: StoredDigestBegun | null;
}

export interface StoredDigestBegun {
  /** Of the host's own document, with which it began. */
  readonly version: number;
  readonly digest: string;
  /** The last labor and, once all of these are hashed, the last part; null before the first. */
  readonly labor: LaborId | null;
  readonly quest: QuestId | null;
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
  /**
   * R8: one digest for each of the hosts, each once; in an order of the store's own. Two generations of one version whose digests of a
   * host are equal have equal documents of it: its own, its labors and its parts, those that are but expected among them. What
   * may differ where these mean the same is no part of it: the document's version, whether the host is behind, and where changes
   * are published. Equal documents that are stored in another form may have other digests: then the documents must be compared.
   *
   * Documents are hashed as they are stored. The work of a call is bounded by {@link MAX_DIGEST_ITEMS} and the room of a page; where
   * a host has more, its digest is that of these pieces one after the other, whatever hosts come before it.
   */
  digestsOf(
    generation: number,
    hosts: readonly HostName[],
    from: StoredDigestPlace | null,
  ): Promise<StoredPage<StoredDigest, StoredDigestPlace>>;
}
