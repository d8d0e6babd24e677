/**
 * Times to close read up to MAX_TIMED labors of each type, so of many types they take much longer than the other totals. They are
 * counted apart, for themselves and at their own intervals, so that no other figure waits for them or becomes older with them.
 */
import type { TimeOfType } from '#contracts';
import { within } from '../pauses.js';
import { keptMs } from './kept.js';
import type { ReadContext } from './read-context.js';

/** Of few types a new count comes with the other totals: these wait for it this long. A longer one goes on without them. */
const WAITED_MS = 100;

export interface CountedTimes {
  readonly beganMs: number;
  readonly value: readonly TimeOfType[];
}

interface Kept extends CountedTimes {
  /** The next count may not begin before. */
  readonly nextMs: number;
}

export class TimesCounter {
  private kept: Kept | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly context: ReadContext) {}

  /** The newest count that is complete; undefined before the first is. */
  get last(): CountedTimes | undefined {
    return this.kept;
  }

  /** Begins a new count where one is due, and waits for it a little. One that fails meanwhile fails this, too. */
  async renew(generation: number): Promise<void> {
    if (this.kept && this.context.monotonicMs() < this.kept.nextMs) return;
    this.running ??= this.count(generation).finally(() => (this.running = undefined));
    await within(WAITED_MS, this.running);
  }

  private async count(generation: number): Promise<void> {
    const { views, monotonicMs } = this.context;
    const beganMs = monotonicMs();
    const { steps: value } = await views.timesToClose(generation, null);
    this.kept = { beganMs, nextMs: beganMs + keptMs(monotonicMs() - beganMs), value };
  }
}
