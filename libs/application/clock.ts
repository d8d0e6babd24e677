/** The one source of the present for use cases; tests hand in their own. */
import { instantOfMs, type Instant } from '#domain';

export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** The present. Throws a RangeError outside the years 0000–9999, where no clock is right. */
export function instantNow(clock: Clock): Instant {
  return instantAt(clock.nowMs());
}

/** The instant `timeMs` milliseconds after 1970 in UTC; throws as {@link instantNow}. */
export function instantAt(timeMs: number): Instant {
  const instant = instantOfMs(timeMs);
  if (instant === undefined) throw new RangeError(`the clock says ${timeMs} ms after 1970, which is no instant`);
  return instant;
}
