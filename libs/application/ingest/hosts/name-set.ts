/** A set of a million names in 16 MiB: of each it keeps 64 bits of a hash, so that two names are as good as never taken for one. */
import { createHash } from 'node:crypto';

const FIRST_SLOTS = 1024;

export class NameSet {
  size = 0;
  /** Two words for each slot; a first word of 0 is an empty one. */
  private slots = new Uint32Array(2 * FIRST_SLOTS);

  /** Whether it was not there before. */
  add(name: string): boolean {
    if (4 * (this.size + 1) > this.slots.length) this.grow();
    const [first, second] = wordsOf(name);
    const isNew = this.put(first, second);
    if (isNew) this.size += 1;
    return isNew;
  }

  has(name: string): boolean {
    const [first, second] = wordsOf(name);
    const place = this.placeOf(first, second);
    return this.slots[place] !== 0;
  }

  private put(first: number, second: number): boolean {
    const place = this.placeOf(first, second);
    if (this.slots[place] !== 0) return false;
    this.slots[place] = first;
    this.slots[place + 1] = second;
    return true;
  }

  /** Where it is, or the empty slot where it belongs. */
  private placeOf(first: number, second: number): number {
    const { slots } = this;
    let place = (second * 2) % slots.length;
    while (slots[place] !== 0 && (slots[place] !== first || slots[place + 1] !== second))
      place = (place + 2) % slots.length;
    return place;
  }

  /** At most half of the slots are taken. */
  private grow(): void {
    const { slots } = this;
    this.slots = new Uint32Array(2 * slots.length);
    for (let place = 0; place < slots.length; place += 2) {
      const first = slots[place] ?? 0;
      if (first !== 0) this.put(first, slots[place + 1] ?? 0);
    }
  }
}

function wordsOf(name: string): readonly [first: number, second: number] {
  const hash = createHash('sha256').update(name).digest();
  return [hash.readUInt32LE(0) || 1, hash.readUInt32LE(4)];
}
