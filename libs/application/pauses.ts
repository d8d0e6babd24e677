/** Waiting between tries: growing, jittered, ended by a signal. */

export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The pause before the nth try after a failure (from 1), between half and the whole of the doubled time. */
export function pauseMs(nth: number, { firstMs, longestMs }: Pauses): number {
  const full = Math.min(firstMs * 2 ** Math.min(nth - 1, 30), longestMs);
  return full / 2 + Math.random() * (full / 2);
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts (or has). */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}

/** What `work` answers, or undefined after `ms` milliseconds; it goes on then. Rejects as it does. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}
