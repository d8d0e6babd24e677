/** Changes of counters, gathered over a batch so that each counter is written once. */
export class Tallier<K extends readonly (string | number)[]> {
  private readonly sums = new Map<string, { readonly key: K; change: number }>();

  add(key: K, change: number): void {
    const name = key.join('\n');
    const known = this.sums.get(name);
    if (known === undefined) this.sums.set(name, { key, change });
    else known.change += change;
  }

  /** The differences that are not zero in the end. */
  *changes(): Generator<readonly [K, number]> {
    for (const { key, change } of this.sums.values()) if (change !== 0) yield [key, change];
  }
}
