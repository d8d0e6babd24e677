/** What was logged of things that are looked at again and again: each is said once, and again only where something else must be said. */

/** More are not remembered, and said at each look. */
const MOST_SAID = 10_000;

export class SaidBefore {
  private before = new Map<string, string>();
  private now = new Map<string, string>();

  /** Whether the same was said of the thing at the last look, or since. */
  isRepeat(thing: string, text: string): boolean {
    const isSame = (this.now.get(thing) ?? this.before.get(thing)) === text;
    if (isSame || this.now.size < MOST_SAID) this.now.set(thing, text);
    return isSame;
  }

  /** A look is over. What it came to and said nothing of is forgotten; `isWhole`: it has come to all that there is. */
  looked(isWhole: boolean): void {
    this.before = isWhole ? this.now : new Map([...this.before, ...this.now].slice(-MOST_SAID));
    this.now = new Map();
  }
}
