/** How many writes go to the server at once: as many as it has lately answered in good time. */
const MOST = 1000;
const LEAST = 16;
/** A piece that took a smaller share of the limit may be followed by one of twice its size. */
const GOOD_SHARE = 1 / 8;

/**
 * The limit of time is one of an exchange, so what is asked at once has to fit into it, however slow the server is just now:
 * just started, short of memory, asked by many. A batch that is repeated as large as it was would be late each time.
 */
export class Pieces {
  private most = MOST;

  constructor(private readonly limitMs: number) {}

  /** Most operations of the next piece. */
  get size(): number {
    return this.most;
  }

  /** Runs one piece of `size` operations, and learns from the time that it took. */
  async timed<T>(size: number, piece: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await piece();
    } finally {
      this.took(size, performance.now() - begun);
    }
  }

  private took(size: number, ms: number): void {
    // a timer may go off a little early
    if (ms >= this.limitMs - 1) this.most = LEAST;
    else if (size >= this.most && ms < this.limitMs * GOOD_SHARE) this.most = Math.min(MOST, this.most * 2);
  }
}
