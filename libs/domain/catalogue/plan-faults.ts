/** The faults of a file, no more than an answer has, in the order of the file. For `plan.ts` alone. */
import type { Refusal } from '../refusal.js';

/** Of a file as a whole; beyond them no more are looked for. */
export const MAX_FAULTS = 1000;

interface FaultsOfItem {
  /** Of the item among all items of the file. */
  readonly place: number;
  readonly faults: readonly Refusal[];
}

export class FileFaults {
  private readonly items: FaultsOfItem[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count >= MAX_FAULTS;
  }

  add(place: number, ...faults: readonly Refusal[]): void {
    if (faults.length === 0) return;
    this.items.push({ place, faults });
    this.count += faults.length;
  }

  /** They come in the order of deciding: the file's order is easier to work through. */
  inOrder(): readonly Refusal[] {
    const items = this.items.toSorted((one, other) => one.place - other.place);
    return items.flatMap(({ faults }) => faults).slice(0, MAX_FAULTS);
  }
}
