/**
 * The pace of embarking in the background. Requests go first: a chunk of hosts waits while anything else is on its way to
 * the journal. The views stay close behind: the feed has one order, so a read that waits for its own write waits for all
 * that was embarked before it. Both waits end, so that embarking has its share beside any traffic and without any views.
 */
import { turn, type Outcome, type Position } from '#contracts';
import { sleep } from '../../pauses.js';
import type { FreshnessDemand } from '../../reading/reading.js';
import type { Appender } from '../appending/appender.js';

export interface PaceLimits {
  /** A chunk that was logged so long ago should be in the views. */
  readonly maxLagMs: number;
  /** Longest waits before a chunk: for requests, and for the views. */
  readonly requestsMs: number;
  readonly viewsMs: number;
}

/** Of chunks of 100 hosts: 600 hosts a second at the least. */
const PACE_LIMITS: PaceLimits = { maxLagMs: 250, requestsMs: 50, viewsMs: 100 };
/** Between two looks whether requests wait. */
const LOOK_MS = 2;

export interface PaceParts {
  readonly appender: Pick<Appender, 'waiting'>;
  readonly views: { pass(demand: FreshnessDemand): Promise<Outcome<unknown>> };
}

export class Pace {
  /** Where the chunks of the last `maxLagMs` stand, oldest first. */
  private logged: { readonly position: Position; readonly atMs: number }[] = [];
  private asking: Promise<unknown> | undefined;

  constructor(
    private readonly parts: PaceParts,
    private readonly limits: PaceLimits = PACE_LIMITS,
  ) {}

  /** Logs the next chunk when it is its turn: `log` answers the position from which all of it is seen. Rejects as it does. */
  async step(log: () => Promise<Position>): Promise<void> {
    // requests that came meanwhile have their turn
    await turn();
    await this.letRequestsPass();
    await this.waitForViews();
    this.logged.push({ position: await log(), atMs: performance.now() });
  }

  private async letRequestsPass(): Promise<void> {
    const endMs = performance.now() + this.limits.requestsMs;
    while (this.parts.appender.waiting.entries > 0 && performance.now() < endMs) await sleep(LOOK_MS);
  }

  private async waitForViews(): Promise<void> {
    const { maxLagMs, viewsMs } = this.limits;
    const dueMs = performance.now() - maxLagMs;
    const due = this.logged.filter(({ atMs }) => atMs <= dueMs);
    this.logged = this.logged.slice(due.length);
    const minPosition = due.at(-1)?.position;
    if (minPosition === undefined) return;
    // views that are away, or are being rebuilt, answer so at once; those that do not answer are not asked a second time
    this.asking ??= this.parts.views
      .pass({ minPosition, waitS: viewsMs / 1000 })
      .catch(() => undefined)
      .finally(() => (this.asking = undefined));
    await within(viewsMs, this.asking);
  }
}

/** Resolves when `work` does, or after `ms` milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, sleep(ms, over.signal)]);
  over.abort();
}
