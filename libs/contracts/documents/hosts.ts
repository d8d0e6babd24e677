/** The document of a host, which is its commit point (P2), and how it may stand beside the others (P4, P9). */
import type { AttributeValue, EventId, HostName, HostState, Instant, Retirement, Revision, TypeName } from '#domain';
import type { EntryVersion, Uuid } from '../entries.js';
import type { Position } from '../position.js';

/** P4: why a host or quest is parked, and since when. */
export interface ParkRecord {
  readonly state: 'parked' | 'releasing';
  readonly reason: string;
  /** The entry that could not be judged. */
  readonly revision: Revision;
  readonly position: Position;
  readonly since: Instant;
  /**
   * The entry's type and version, where the build that parked it reads no such entry: a build that does ends the park by
   * itself (R13). Absent where the entry is damaged, its judgement failed, or an audit parked the host.
   */
  readonly unread?: EntryVersion;
}

/**
 * P9: the host needed more than its share of a batch. Its entries are judged apart from the feed's, step by step; nothing
 * is wrong with them.
 */
export interface BehindRecord {
  /**
   * `behind`: batches ignore its entries. `rejoining`: they judge them again, and the rest up to there is being judged.
   * `rejoined`: nothing is left but to have its quests counted again.
   */
  readonly state: 'behind' | 'rejoining' | 'rejoined';
  /** Every entry of the host before it is judged. */
  readonly position: Position;
  readonly since: Instant;
  /**
   * Where a replay has left the host to steps: what its entries up to there change is history, and is not published (R14). Goes once
   * these are judged.
   */
  readonly silentTo?: Position;
}

/** The newest event of a host that is no duplicate. */
export interface LastEvent {
  readonly event: EventId;
  readonly type: TypeName;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly position: Position;
}

/** What it was before one entry; what that left as it was is absent. */
export interface HostChange {
  readonly position: Position;
  /** Of the attributes that it changed; null where there was none of that name. */
  readonly attributes?: Readonly<Record<string, AttributeValue | null>>;
  readonly retired?: Retirement | null;
  readonly inventories?: readonly string[];
}

/** The changes of one host, oldest first. */
export interface HostPast {
  readonly changes: readonly HostChange[];
  /** How many were older. */
  readonly forgotten: number;
}

/** The commit point of a host (P2). */
export interface HostDocument {
  readonly host: HostName;
  readonly state: HostState;
  /** UUID of the last entry applied; null where the first one could not be judged (P4). */
  readonly entryId: Uuid | null;
  /** Of the last entry applied; START before the first. */
  readonly position: Position;
  /** Of the first entry applied; null before that. */
  readonly first: Position | null;
  /** What was said of it before (R11). */
  readonly past: HostPast;
  /** `recordedAt` of the last entry applied or parked at. */
  readonly updatedAt: Instant;
  /** Null where there was none. */
  readonly lastEvent: LastEvent | null;
  readonly parked: ParkRecord | null;
  /** Null wherever it is parked. */
  readonly behind: BehindRecord | null;
  /** Raised by every write of it; 0 means not stored yet. */
  readonly version: number;
}
