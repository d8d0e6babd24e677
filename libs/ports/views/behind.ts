/** Hosts that are behind, as writers and readers of the views see them. */
import type { BehindRecord } from '#contracts';
import type { HostName } from '#domain';

/** A host whose entries are judged apart (P9). */
export interface BehindHost {
  readonly host: HostName;
  readonly behind: BehindRecord;
}

/** As many hosts that are behind are counted, or looked through for a quest. */
export const MOST_BEHIND = 1000;
