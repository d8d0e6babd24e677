/** The one source of the present for use cases; tests hand in their own. */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
