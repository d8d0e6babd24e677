/**
 * What a replay gives to its listener: each document once, in its final form at the place where the replay ends. Rebuild,
 * verify, what-if and export are listeners; whatever they do with it, the documents are those that a live projector has
 * written once it is there.
 */
import type {
  CatalogueEntryDocument,
  EventDocument,
  HostDocument,
  LaborDocument,
  NamesEntryDocument,
  PartDocument,
  Position,
} from '#contracts';
import type { QuestId } from '#domain';
import type { FoldedQuest } from '../folding/quest-record.js';

/** A host with all that is derived from its stream, as `ViewsBatch` takes it. */
export interface FoldedHost {
  /** Of version 0, since no store has it yet; never behind. Parked where a live projector parks it, and `now` is since when. */
  readonly document: HostDocument;
  /** In the order in which they opened. */
  readonly labors: readonly LaborDocument[];
  readonly parts: readonly PartDocument[];
  /** The greatest place of an entry that touches the quest (P6). */
  readonly marks: ReadonlyMap<QuestId, Position>;
  /** In their order, redactions applied (rule 25); empty where the replay was asked for none. */
  readonly events: readonly EventDocument[];
  /** The places of the judged entries, by revision. */
  readonly places: readonly Position[];
}

/** What it answers is awaited before the next call. */
export interface ReplayListener {
  /** Those of one bucket in the order of their names. */
  host(folded: FoldedHost): void | Promise<void>;
  /**
   * A host with more entries than a replay holds in memory, or one that its caller wants apart. Nothing of it is judged: its document says that it is behind from
   * its first entry on, and the ordinary steps of projection bring it on where it is stored so (P9).
   */
  large(document: HostDocument): void | Promise<void>;
  /**
   * Those of one bucket in the order of their numbers. The changes are in the order of their places. Its parts are those that it
   * expects of hosts: what the host itself gives of such a part stands above it.
   */
  quest(folded: FoldedQuest): void | Promise<void>;
  /** In the order of their revisions, as `names`. */
  catalogue(entry: CatalogueEntryDocument): void | Promise<void>;
  names(entry: NamesEntryDocument): void | Promise<void>;
}
