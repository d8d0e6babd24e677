/** Counts the requests in flight, so that ingest can end when the last one has its answer. */
import { StoreUnavailable } from '#ports';

export class InFlight {
  private count = 0;
  private closing = false;
  private idle: (() => void)[] = [];

  /** Rejects with StoreUnavailable once {@link close} was called. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) throw new StoreUnavailable('journal', 'stopping');
    this.count += 1;
    try {
      return await work();
    } finally {
      this.count -= 1;
      if (this.count === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  /** Lets nothing more in; resolves when nothing is in flight. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.count > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }
}
