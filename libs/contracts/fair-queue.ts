/**
 * A queue of several holders, who have their turns one after the other (round robin): however much one of them has waiting,
 * another's first item waits for one turn of his at most.
 */
export class FairQueue<T> {
  /** In the order in which the holders have their turns; none without items. */
  private readonly byHolder = new Map<string, Set<T>>();
  private items = 0;

  /** How many items there are, of all holders. */
  get size(): number {
    return this.items;
  }

  /** How many holders have items. */
  get holders(): number {
    return this.byHolder.size;
  }

  sizeOf(holder: string): number {
    return this.byHolder.get(holder)?.size ?? 0;
  }

  /** Behind the holder's other items; one that is there already stays where it is. */
  put(holder: string, item: T): void {
    const own = this.byHolder.get(holder) ?? new Set<T>();
    if (own.has(item)) return;
    this.byHolder.set(holder, own.add(item));
    this.items += 1;
  }

  /** Takes it out before its turn; false where it is not there. */
  remove(holder: string, item: T): boolean {
    const own = this.byHolder.get(holder);
    if (own?.delete(item) !== true) return false;
    if (own.size === 0) this.byHolder.delete(holder);
    this.items -= 1;
    return true;
  }

  /** The holders, those whose turn comes first before the others, each with its items in the order in which they came. */
  inTurn(): Iterable<readonly [holder: string, items: ReadonlySet<T>]> {
    return this.byHolder;
  }

  /** The first item of the holder whose turn it is; it stays. */
  get next(): { readonly holder: string; readonly item: T } | undefined {
    for (const [holder, own] of this.byHolder) for (const item of own) return { holder, item };
    return undefined;
  }

  /** The holder's turn is over: the next one comes after one of each other holder. */
  pass(holder: string): void {
    const own = this.byHolder.get(holder);
    if (own === undefined) return;
    this.byHolder.delete(holder);
    this.byHolder.set(holder, own);
  }

  /** The next item, taken out; it was its holder's turn. */
  take(): T | undefined {
    const { next } = this;
    if (next === undefined) return undefined;
    this.pass(next.holder);
    this.remove(next.holder, next.item);
    return next.item;
  }
}
