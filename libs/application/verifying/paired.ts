/** Two lists in the same order, read page by page and given as pairs: memory is bounded by a page of each. */
import type { Position } from '#contracts';

export type Pair<T> = readonly [live: T | undefined, folded: T | undefined];

/** One list; `read` gets where its last page ended, null before the first. */
export interface Paged<T, K> {
  readonly read: (after: K | null) => Promise<{ readonly items: readonly T[]; readonly next: K | null }>;
}

/** Of two lists: what is the same to both is a pair, what one lacks is half of one. Below zero: the one comes before the other. */
export async function* paired<T, K>(
  lists: readonly Paged<T, K>[],
  orderOf: (one: T, other: T) => number,
): AsyncGenerator<readonly Pair<T>[]> {
  const [one, other] = lists.map((list) => new Side(list)) as [Side<T, K>, Side<T, K>];
  for (;;) {
    await Promise.all([one.fill(), other.fill()]);
    if (one.isOver && other.isOver) return;
    const pairs: Pair<T>[] = [];
    // as far as both are known
    while ((one.first !== undefined || one.isOver) && (other.first !== undefined || other.isOver)) {
      const [first, second] = [one.first, other.first];
      if (first === undefined && second === undefined) break;
      const order = first === undefined ? 1 : second === undefined ? -1 : orderOf(first, second);
      pairs.push([order <= 0 ? one.take() : undefined, order >= 0 ? other.take() : undefined]);
    }
    yield pairs;
  }
}

class Side<T, K> {
  private page: readonly T[] = [];
  private at = 0;
  private next: K | null = null;
  private isRead = false;

  constructor(private readonly list: Paged<T, K>) {}

  /** Undefined where the page is over. */
  get first(): T | undefined {
    return this.page[this.at];
  }

  get isOver(): boolean {
    return this.first === undefined && this.isRead && this.next === null;
  }

  take(): T | undefined {
    const item = this.first;
    this.at += 1;
    return item;
  }

  async fill(): Promise<void> {
    while (this.first === undefined && !this.isOver) {
      const { items, next } = await this.list.read(this.next);
      [this.page, this.at, this.next, this.isRead] = [items, 0, next, true];
    }
  }
}

/** Of two sides the one lacks what the other has, and may: what it has reached is before the entry that the other's is of. */
export function isAbsentYet(
  live: { readonly position: Position } | null | undefined,
  folded: { readonly position: Position } | null | undefined,
  reached: readonly [live: Position, folded: Position],
): boolean {
  if (!live && folded) return reached[0] < folded.position;
  return !folded && live ? reached[1] < live.position : false;
}
