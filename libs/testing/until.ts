/** Waits for a condition with a limit: what tests and benchmarks use in place of sleeping. It imports nothing of Hermes, so that specs of whole processes load quickly. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** After this time the wait fails. Default: 30 seconds, less than the time a test has. */
  readonly limitMs?: number;
  /** The pause between two tries. 0: each turn of the event loop. Default: 10. */
  readonly everyMs?: number;
  /** What the last try saw; the error quotes it. */
  readonly seen?: () => unknown;
}

/** Asks until `condition` holds. After the limit it throws an Error that names `what` and what was seen last. An error of the condition ends the wait at once. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  { limitMs = 30_000, everyMs = 10, seen }: UntilOptions = {},
): Promise<void> {
  const endMs = performance.now() + limitMs;
  const ending = new AbortController();
  // a condition that never answers ends with the limit, too
  const limit = pause(limitMs, false, { signal: ending.signal });
  limit.catch(() => undefined);
  try {
    while (!(await Promise.race([condition(), limit]))) {
      if (performance.now() > endMs) {
        throw new Error(
          `not within ${limitMs} ms: ${what}${seen === undefined ? '' : `; last seen: ${String(seen())}`}`,
        );
      }
      await (everyMs === 0 ? nextTurn() : pause(everyMs));
    }
  } finally {
    ending.abort();
  }
}

/** Calls `attempt` until it does not throw, and answers its result: for assertions, and for calls that may be refused. After the limit the error quotes the last one. */
export async function eventually<T>(what: string, attempt: () => Promise<T> | T, options?: UntilOptions): Promise<T> {
  let result!: T;
  let refusal: unknown;
  const went = async (): Promise<boolean> => {
    try {
      result = await attempt();
      return true;
    } catch (error) {
      refusal = error;
      return false;
    }
  };
  await until(what, went, { ...options, seen: () => refusal });
  return result;
}
