/**
 * A queue of several holders, one item of each in turn (round robin): however much one of them has waiting, another's
 * first item waits for one of his at most.
 */
export class RoundRobin<T> {
  /** In the order in which the holders have their turns; none without items. */
  private readonly byHolder = new Map<string, Set<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  sizeOf(holder: string): number {
    return this.byHolder.get(holder)?.size ?? 0;
  }

  /** Behind the holder's other items; each once. */
  add(holder: string, item: T): void {
    const own = this.byHolder.get(holder) ?? new Set<T>();
    if (own.has(item)) return;
    this.byHolder.set(holder, own.add(item));
    this.count += 1;
  }

  /** Takes it out before its turn; false where it is not there. */
  remove(holder: string, item: T): boolean {
    const own = this.byHolder.get(holder);
    if (own?.delete(item) !== true) return false;
    if (own.size === 0) this.byHolder.delete(holder);
    this.count -= 1;
    return true;
  }

  /** The item whose turn it is; undefined where nothing waits. */
  get next(): T | undefined {
    const [own] = this.byHolder.values();
    const [item] = own ?? [];
    return item;
  }

  /** The same, taken out: the holder's next turn comes after one of each other holder. */
  take(): T | undefined {
    const [turn] = this.byHolder;
    if (turn === undefined) return undefined;
    const [holder, own] = turn;
    const [item] = own;
    this.byHolder.delete(holder);
    if (own.size > 1) this.byHolder.set(holder, own);
    own.delete(item as T);
    this.count -= 1;
    return item;
  }
}
