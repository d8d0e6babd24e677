/** Whether damage was found in a store's files, by any reader or writer of them. It is remembered: nothing mends it while the process runs. */
import { StoreDamaged } from '#ports';
import { translated } from './errors.js';

export class Soundness {
  private found: StoreDamaged | undefined;

  /** `damaged` is called once, with a sentence for the operator, and what was found. */
  constructor(
    private readonly store: StoreDamaged['store'],
    private readonly damaged: (reason: string, finding: string) => void = () => undefined,
  ) {}

  /** For writers that must not go on in a damaged file: throws the StoreDamaged that was found. */
  require(): void {
    if (this.found !== undefined) throw this.found;
  }

  /** Runs a read; SQLite's errors come out as StoreUnavailable, damage as StoreDamaged. */
  reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.translated(error);
    }
  }

  /** Of an error of a read or a write: as {@link reading} throws it. Others are answered as they are. */
  translated(error: unknown): unknown {
    const known = translated(this.store, error);
    if (known instanceof StoreDamaged && this.found === undefined) {
      this.found = known;
      this.damaged(known.reason, known.finding);
    }
    return known;
  }
}
