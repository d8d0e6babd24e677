/** Reading, put together over the views. */
import type { Position } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import { silentLog, type Log } from '../log.js';
import { ReadContext } from './read-context.js';
import { burndownReads } from './burndown-reads.js';
import { campaignReads, type Campaign } from './campaign.js';
import type { Changes, ChangesFigures } from './changes/change.js';
import { ChangesFollowed } from './changes/changes.js';
import { catalogueReads } from './catalogue-reads.js';
import { eventReads } from './event-reads.js';
import { fateGraphReads } from './fate-graph.js';
import { hostReads } from './host-reads.js';
import { laborReads } from './labor-reads.js';
import { questHistoryReads } from './quest-history.js';
import { questReads } from './quest-reads.js';
import type { Reading } from './reading.js';
import { statsReads } from './stats-reads.js';

export interface ReadingParts {
  readonly views: ViewsReader;
  readonly clock: Clock;
  /** The longest a read waits for the views, in seconds, whatever it asks for. */
  readonly maxWaitS: number;
  /** As many reads may wait at once; those beyond it are `overloaded`. 1000 where absent. */
  readonly maxWaiting?: number;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  /** The journal's last position, where this process knows the journal: what is beyond it is not waited for. */
  readonly head?: () => Promise<Position>;
  /** As many may follow changes at once. 1000 where absent. */
  readonly maxFollowers?: number;
  /** Of what is looked at without a request. */
  readonly log?: Log;
  /** When it aborts, reads that wait are answered `not-caught-up` at once, and the streams of changes end. */
  readonly stopping?: AbortSignal;
}

const MAX_FOLLOWERS = 1000;

/** Reading, how many reads wait for the views and how many follow changes at present, and how the fleet's work stands. */
export interface RunningReading extends Reading, Pick<Changes, 'follow'> {
  waiting(): number;
  following(): ChangesFigures;
  campaign(): Promise<Campaign | null>;
}

export function createReading(parts: ReadingParts): RunningReading {
  const { views, clock, maxWaitS, maxWaiting, monotonicMs, head, stopping } = parts;
  const waiting = {
    ...(maxWaiting === undefined ? {} : { most: maxWaiting }),
    ...(head === undefined ? {} : { head }),
    ...(stopping === undefined ? {} : { stopping }),
  };
  const context = new ReadContext(views, clock, maxWaitS, waiting, monotonicMs);
  const stats = statsReads(context);
  const { maxFollowers: most = MAX_FOLLOWERS, log = silentLog } = parts;
  const changes = new ChangesFollowed(context, { most, stopping, log });
  return {
    ...catalogueReads(context),
    ...fateGraphReads(context, stats),
    ...eventReads(context),
    ...laborReads(context),
    ...questReads(context),
    ...burndownReads(context),
    ...questHistoryReads(context),
    ...hostReads(context),
    ...stats,
    campaign: campaignReads(context, stats),
    follow: (demand, follower) => changes.follow(demand, follower),
    following: () => changes.figures(),
    waiting: () => context.gate.waitingReads,
  };
}
