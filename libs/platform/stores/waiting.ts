/** Waiting for a store that is away while a process starts: a stack may be started in any order. */
import { pauseMs, sleep, type Log } from '#application';
import { StoreUnavailable } from '#ports';

/** How long between tries: growing, jittered, never longer than this. */
export const START_PAUSES = { firstMs: 250, longestMs: 10_000 };

export interface StoreWait {
  /** The store's name for operators. */
  readonly what: string;
  readonly log: Log;
  /** Ends the wait: then its reason is thrown. */
  readonly signal: AbortSignal;
  /** Called after each failed try, before the pause. */
  readonly away?: (reason: string) => Promise<void> | void;
}

/** Tries until `attempt` resolves, or throws anything but StoreUnavailable. */
export async function untilThere<T>(attempt: () => Promise<T>, { what, log, signal, away }: StoreWait): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      const there = await attempt();
      if (tries > 1) log.info('a store is back after a wait', { what, tries });
      return there;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const nextMs = Math.round(pauseMs(tries, START_PAUSES));
      log.warn('a store is away, so the start waits for it', { what, reason: error.reason, tries, nextMs });
      await away?.(`${what} is away: ${error.reason}`);
      await sleep(nextMs, signal);
    }
  }
}
