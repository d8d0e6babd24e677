/**
 * How long a request waits for a journal that answers nothing. One over a network may hang, and what is tried again then
 * takes long; the caller is answered in time, and the work that was begun comes to its end without them.
 */
import { failed, type Outcome } from '#contracts';

export interface PatienceParts {
  /** Since when the journal has owed an answer, in milliseconds; 0 where it owes none, or has given one just now. */
  readonly silentMs: () => number;
  /** From the request, or from the journal's last answer where that is later. */
  readonly limitMs: number;
  /** Gets the error of work whose caller was answered before. */
  readonly late: (error: unknown) => void;
}

/** Seconds after which trying again is worth it. */
const RETRY_S = 1;

export class Patience {
  constructor(private readonly parts: PatienceParts) {}

  /** The work's outcome; `outcome-unknown` where the journal keeps silent for longer than the limit. */
  async during<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { silentMs, limitMs, late } = this.parts;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const silence = new Promise<Outcome<T>>((resolve) => {
      const begunMs = performance.now();
      const look = (): void => {
        const waitedMs = Math.min(performance.now() - begunMs, silentMs());
        if (waitedMs >= limitMs) {
          over = true;
          resolve(failed(problemOf(waitedMs)));
        } else timer = setTimeout(look, limitMs - waitedMs);
      };
      timer = setTimeout(look, limitMs);
    });
    const working = work();
    working.catch((error: unknown) => {
      if (over) late(error);
    });
    try {
      return await Promise.race([working, silence]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function problemOf(waitedMs: number) {
  return {
    code: 'outcome-unknown',
    detail:
      `the journal has not answered for ${(waitedMs / 1000).toFixed(1)} s: what was asked may be stored, now or later; ` +
      'send the same again: what has a key is not doubled',
    retryAfterS: RETRY_S,
  } as const;
}
