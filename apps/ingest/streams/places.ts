/** The places of requests that stream a body, line by line: how many are open, and how many are read at once. */
import { Places, Share, type HeldPlace, type Place } from '#application';
import { ProblemError } from '#platform';
import type { Pace } from './line-reader.js';

/** A stream that has not had its turn among those that are read by then is refused. */
const MAX_WAIT_MS = 5000;

export interface StreamLimits {
  /** As a sentence calls them: `streams of events`. */
  readonly what: string;
  /** At once, idle or not. */
  readonly mostOpen: number;
  /** At once that are not idle; each holds a few batches in memory. */
  readonly mostBusy: number;
}

export class StreamPlaces {
  private readonly open: Share;
  private readonly busy: Places;

  constructor(private readonly limits: StreamLimits) {
    this.open = new Share(limits.mostOpen);
    this.busy = new Places(limits.mostBusy);
  }

  /**
   * Does `work` in its turn. While the stream is idle it gives back `place`, its request's, and its own among the streams.
   * Throws a {@link ProblemError} where too many are open or read.
   */
  async during<T>(place: Place, work: (pace: Pace) => Promise<T>): Promise<T> {
    const { holder } = place;
    const { what, mostOpen } = this.limits;
    if (!this.open.take(holder)) throw tooMany(`${mostOpen} ${what} are open`);
    try {
      const own = this.busy.join(holder);
      try {
        await this.begin(own, place);
        // its own first: who waits for that keeps no place of a request's meanwhile
        return await work(paceOf([own, place]));
      } finally {
        own.end();
      }
    } finally {
      this.open.give(holder);
    }
  }

  /** Waits for its turn among the streams that are read, without its place among requests. */
  private async begin(own: HeldPlace, place: Place): Promise<void> {
    place.leave();
    const timer = setTimeout(() => {
      own.end();
    }, MAX_WAIT_MS);
    await own.comeBack();
    clearTimeout(timer);
    if (!own.isHeld) throw tooMany(`${this.limits.mostBusy} ${this.limits.what} are being read`);
    await place.comeBack();
  }
}

function paceOf(places: readonly Place[]): Pace {
  return {
    idle: () => {
      for (const place of places) place.leave();
    },
    busy: async () => {
      for (const place of places) await place.comeBack();
    },
  };
}

function tooMany(what: string): ProblemError {
  const detail = `${what}, or this token or address has its share of them: try again shortly`;
  return new ProblemError({ code: 'overloaded', detail });
}
