/** Waits with a limit of our own: the driver's are per request and per try, and some of its waits have none. */

/** Not within its time; the outcome is unknown. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** The promise's outcome, or TimedOut after `ms` milliseconds; a later outcome is dropped. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimedOut(`${what} took more than ${ms} ms`));
    }, ms);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
  });
}

export interface PauseLimits {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** The pause after the nth failure in a row (from 1): doubled each time, between half and the whole of that. */
export function pauseAfter(failures: number, { firstPauseMs, longestPauseMs }: PauseLimits): number {
  const full = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 30), longestPauseMs);
  return full / 2 + (Math.random() * full) / 2;
}
