/** Reading, put together over the views. */
import type { ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import { ReadContext } from './read-context.js';
import { campaignReads, type Campaign } from './campaign.js';
import { catalogueReads } from './catalogue-reads.js';
import { eventReads } from './event-reads.js';
import { hostReads } from './host-reads.js';
import { laborReads } from './labor-reads.js';
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
}

/** Reading, how many reads wait for the views at present, and how the fleet's work stands. */
export interface RunningReading extends Reading {
  waiting(): number;
  campaign(): Promise<Campaign | null>;
}

export function createReading({ views, clock, maxWaitS, maxWaiting, monotonicMs }: ReadingParts): RunningReading {
  const context = new ReadContext(views, clock, maxWaitS, maxWaiting, monotonicMs);
  const stats = statsReads(context);
  return {
    ...catalogueReads(context),
    ...eventReads(context),
    ...laborReads(context),
    ...questReads(context),
    ...hostReads(context),
    ...stats,
    campaign: campaignReads(context, stats),
    waiting: () => context.gate.waitingReads,
  };
}
