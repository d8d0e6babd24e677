/** Reading, put together over the views. */
import type { Position } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import { ReadContext } from './read-context.js';
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
  /** The journal's last position, where this process knows the journal: what is beyond it is not waited for. */
  readonly head?: () => Promise<Position>;
  /** When it aborts, reads that wait are answered `not-caught-up` at once. */
  readonly stopping?: AbortSignal;
}

/** Reading, and how many reads wait for the views at present. */
export interface RunningReading extends Reading {
  waiting(): number;
}

export function createReading({ views, clock, maxWaitS, maxWaiting, head, stopping }: ReadingParts): RunningReading {
  const context = new ReadContext(views, clock, maxWaitS, {
    ...(maxWaiting === undefined ? {} : { most: maxWaiting }),
    ...(head === undefined ? {} : { head }),
    ...(stopping === undefined ? {} : { stopping }),
  });
  return {
    ...catalogueReads(context),
    ...eventReads(context),
    ...laborReads(context),
    ...questReads(context),
    ...hostReads(context),
    ...statsReads(context),
    waiting: () => context.gate.waitingReads,
  };
}
