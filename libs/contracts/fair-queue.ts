/** A line in which holders have their turns one after the other, however much one of them has waiting. */

export class FairQueue<T> {
  /** By holder; in the order in which the holders have their turns. None is empty. */
  private readonly byHolder = new Map<string, T[]>();
  private waiting = 0;

  /** How many wait, of all holders. */
  get size(): number {
    return this.waiting;
  }

  /** How many of `holder` wait. */
  sizeOf(holder: string): number {
    return this.byHolder.get(holder)?.length ?? 0;
  }

  /** Behind all others of `holder`. */
  put(holder: string, item: T): void {
    const own = this.byHolder.get(holder);
    if (own === undefined) this.byHolder.set(holder, [item]);
    else own.push(item);
    this.waiting += 1;
  }

  /** The next one, which waits no more; undefined where none waits. Its holder's next turn comes after one of each other holder. */
  take(): T | undefined {
    const [next] = this.byHolder;
    if (next === undefined) return undefined;
    const [holder, own] = next;
    const item = own.shift();
    this.byHolder.delete(holder);
    if (own.length > 0) this.byHolder.set(holder, own);
    this.waiting -= 1;
    return item;
  }
}
