/** A number of places that many holders share, such as requests in flight: together a fixed number, and no holder nearly all of them. */

/** What one holder may have of all places: the rest is for the others, whatever this one does. */
const MOST_OF_ONE = 3 / 4;

/** As many of `total` places as one holder may have: where there are several, one is always another's. */
export function mostOfOne(total: number): number {
  return Math.max(1, Math.min(total - 1, Math.ceil(total * MOST_OF_ONE)));
}

export class Share {
  private readonly byHolder = new Map<string, number>();
  private taken = 0;

  /** `total` places, of which one holder has at most `each`. */
  constructor(
    readonly total: number,
    private readonly each = mostOfOne(total),
  ) {}

  /** How many places are taken. */
  get size(): number {
    return this.taken;
  }

  /** Whether `holder` gets that many places: all of them, or none. */
  take(holder: string, places = 1): boolean {
    const own = this.byHolder.get(holder) ?? 0;
    if (this.taken + places > this.total || own + places > this.each) return false;
    this.taken += places;
    this.byHolder.set(holder, own + places);
    return true;
  }

  /** Gives back places that `holder` took. */
  give(holder: string, places = 1): void {
    const left = (this.byHolder.get(holder) ?? 0) - places;
    if (left < 0) throw new RangeError(`${holder} gives back places that it did not take`);
    this.taken -= places;
    if (left === 0) this.byHolder.delete(holder);
    else this.byHolder.set(holder, left);
  }
}
