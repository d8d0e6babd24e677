/** Things that wait for their turn, by whose they are: holders have their turns one after the other, however much one of them asks for. */

export class HolderTurns<T> {
  /** In the order in which the holders have their turns. */
  private readonly waiting = new Map<string, Set<T>>();

  /** How many holders wait. */
  get holders(): number {
    return this.waiting.size;
  }

  /** The holders, those whose turn comes first before the others, each with its things in the order in which they came. */
  inTurn(): Iterable<readonly [holder: string, things: ReadonlySet<T>]> {
    return this.waiting;
  }

  /** One thing may wait for several holders. */
  add(holder: string, thing: T): void {
    const things = this.waiting.get(holder);
    if (things === undefined) this.waiting.set(holder, new Set([thing]));
    else things.add(thing);
  }

  delete(holder: string, thing: T): void {
    const things = this.waiting.get(holder);
    if (things?.delete(thing) === true && things.size === 0) this.waiting.delete(holder);
  }

  /** The holder has had its turn: the next one comes after one of each other holder. */
  pass(holder: string): void {
    const things = this.waiting.get(holder);
    if (things === undefined) return;
    this.waiting.delete(holder);
    this.waiting.set(holder, things);
  }
}
