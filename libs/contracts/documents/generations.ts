/** What a generation of the views is, how far its partitions are, and the entries of followed streams in it. */
import type { CatalogueEntry, Instant, NamesEntry, Revision } from '#domain';
import type { Uuid } from '../entries.js';
import { maxPosition, minPosition, START, type Position } from '../position.js';

/**
 * One entry of a stream that readers follow. The views hold the catalogue and the names as their entries, and readers fold them: a
 * change costs what it changes for who writes, who stores and who reads it, however much there is.
 */
export interface FollowedEntryDocument<Entry> {
  readonly revision: Revision;
  /** Its place in the journal: readers of the past fold the entries up to a place (R11). */
  readonly position: Position;
  readonly entry: Entry;
}
export type CatalogueEntryDocument = FollowedEntryDocument<CatalogueEntry>;
export type NamesEntryDocument = FollowedEntryDocument<NamesEntry>;

/** How far one partition is (P3). */
export interface PartitionProgress {
  readonly partition: number;
  readonly position: Position;
  /** UUID of the entry that stands at `position` (of whichever partition); null at the start (J6). */
  readonly entryId: Uuid | null;
  /** How many entries the journal holds up to `position`, as counted by the relay; null where not known. */
  readonly number: number | null;
  /**
   * The partition's heartbeat: when it was last heard without a hole, ms since 1970 by the clock of its projector. Each time
   * it is heard it grows, by 1 while that clock is behind it; how old it is, readers find by their own clocks.
   */
  readonly heardAtMs: number;
}

/** The views' position: the least of all partitions' progress; undefined where there is none. */
export function viewsPosition(progress: readonly PartitionProgress[]): Position | undefined {
  const [first, ...others] = progress;
  return first && others.reduce((least, { position }) => minPosition(least, position), first.position);
}

/** The greatest of all partitions' progress; {@link START} where there is none. */
export function greatestProgress(progress: readonly PartitionProgress[]): Position {
  return progress.reduce((greatest, { position }) => maxPosition(greatest, position), START);
}

/** When a partition was last heard, ms since 1970; 0 where none was. */
export function latestHeardMs(progress: readonly PartitionProgress[]): number {
  return progress.reduce((latest, each) => Math.max(latest, each.heardAtMs), 0);
}

/**
 * The generation that was served before another one that was compared with it and is equal (R8): followers of changes go on from the
 * former without a reset (R14). A follower with a place in the former has all changes once it
 * was sent what the former has from that place on, and what the other one has from `from` on.
 */
export interface Continued {
  readonly generation: number;
  /** A place of the other one. */
  readonly from: Position;
}

export interface Generation {
  readonly number: number;
  readonly documentsVersion: number;
  readonly foldVersion: number;
  readonly partitions: number;
  readonly hashVersion: number;
  /** `loading` until all of its documents are there up to its progress; `folding` until it has been activated once. */
  readonly state: 'loading' | 'folding' | 'ready';
  readonly createdAt: Instant;
  /** Absent where its followers begin with a reset. */
  readonly continued?: Continued;
}
