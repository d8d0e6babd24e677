/** The operator's commands on projection: its progress, the parked hosts and quests, and their release. */
import type { Generation, Outcome, ParkRecord, Position } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Asking } from '../ingest/requests/keyed-requests.js';
import type { EntriesStatus } from '../versions/entries-version.js';
import type { RebuildJob } from './rebuild-job.js';
import type { FoldingStatus } from './folding-status.js';

export interface PartitionStatus {
  readonly partition: number;
  readonly position: Position;
  /** How far behind the journal's head; null where it is not known. */
  readonly lagEntries: number | null;
  readonly lagS: number;
}

export interface ProjectionStatus {
  /** The journal's last entry. */
  readonly head: Position;
  readonly identity: string;
  /** The generation that is served; null before the first was built. */
  readonly generation: Generation | null;
  readonly partitions: readonly PartitionStatus[];
  /** Present while views are being rebuilt from the journal. */
  readonly folding: FoldingStatus | null;
  /** The rebuild beside the served generation that has not ended. */
  readonly rebuild: RebuildJob | null;
  /** Why projection is stalled, where it is. */
  readonly halted: string | null;
  readonly parkedHosts: number;
  readonly parkedQuests: number;
  /** Where more are parked than were counted. */
  readonly parkedMore: boolean;
  /** Hosts whose entries are judged step by step (P9), counted up to 1000. */
  readonly hostsBehind: number;
  /** Which entries may be written (R13); null where nothing counts who reads them. */
  readonly entries: EntriesStatus | null;
}

export interface ParkedItem extends ParkRecord {
  readonly kind: 'host' | 'quest';
  /** The host's name, or `quest-<number>`. */
  readonly name: string;
}

/**
 * `not-parked`: there was nothing to do. `still-parked`: an entry still cannot be judged, or another one now. `behind`: it is
 * released, and its entries are judged step by step, because they need more than its share (P9).
 */
export type Released =
  | { readonly kind: 'released' | 'behind' | 'not-parked' }
  | { readonly kind: 'still-parked'; readonly parked: ParkRecord };

/** Marks a parked host or quest of one generation and carries its release through. */
export interface Releases {
  releaseHost(host: HostName): Promise<Released>;
  releaseQuest(quest: QuestId): Promise<Released>;
}

/** For `/admin`. Throws StoreUnavailable where a store is away. */
export interface Operating {
  status(): Promise<ProjectionStatus>;
  /** At most `limit` (1 to 1000) of each kind, hosts first. */
  parked(limit: number): Promise<readonly ParkedItem[]>;
  /**
   * Judges the unjudged entries of a parked host (by name) or quest (`quest-<number>`), to the end of its stream: `not-parked` where it is not,
   * `still-parked` where an entry still cannot be judged. A parked host that is called like a quest comes first.
   */
  release(name: string, asking?: Asking): Promise<Outcome<{ readonly name: string }>>;
}
