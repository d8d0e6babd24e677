/** The documents that were sent as they are: those that are read at each look, since the views' position has not passed them. */

/** More are sent again at each look: as many are there only where a partition of the views does not move. */
const MOST_KNOWN = 100_000;

interface Entry {
  version: string;
  look: number;
}

export class KnownDocuments {
  private readonly known = new Map<string, Entry>();
  private look = 0;

  /** Whether it was sent in this version; from now on it was. */
  readonly isKnown = (key: string, version: string): boolean => {
    const entry = this.known.get(key);
    if (entry === undefined) {
      if (this.known.size < MOST_KNOWN) this.known.set(key, { version, look: this.look });
      return false;
    }
    const isSame = entry.version === version;
    entry.version = version;
    entry.look = this.look;
    return isSame;
  };

  /** A look is over: documents that it did not read lie before all that later ones read. */
  looked(): void {
    for (const [key, { look }] of this.known) if (look < this.look) this.known.delete(key);
    this.look += 1;
  }

  clear(): void {
    this.known.clear();
  }
}
