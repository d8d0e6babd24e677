/** Room for entries that wait for the journal: a fixed size for all, and of one holder at most three quarters of it. */
import { mostOfOne } from '../../share.js';

/** Entries, and the bytes of their JSON. */
export interface Size {
  readonly entries: number;
  readonly bytes: number;
}

const NOTHING: Size = { entries: 0, bytes: 0 };

export class Room {
  private readonly byHolder = new Map<string, Size>();
  private readonly each: Size;
  private all = NOTHING;

  constructor(private readonly total: Size) {
    this.each = { entries: mostOfOne(total.entries), bytes: mostOfOne(total.bytes) };
  }

  /** What is taken. */
  get taken(): Size {
    return this.all;
  }

  /**
   * Whether the holder would get that much. One request of a holder that has nothing here is taken as long as there is any room,
   * whatever its size: else who sends large ones would wait for ever beside one who fills what is left.
   */
  fits(holder: string, size: Size): boolean {
    const own = this.byHolder.get(holder);
    return own === undefined
      ? this.all.entries < this.total.entries && this.all.bytes < this.total.bytes
      : within(sumOf(own, size), this.each) && within(sumOf(this.all, size), this.total);
  }

  /** Whether the holder gets that much: all of it, or nothing. */
  take(holder: string, size: Size): boolean {
    if (!this.fits(holder, size)) return false;
    this.byHolder.set(holder, sumOf(this.byHolder.get(holder) ?? NOTHING, size));
    this.all = sumOf(this.all, size);
    return true;
  }

  give(holder: string, { entries, bytes }: Size): void {
    const less = { entries: -entries, bytes: -bytes };
    const left = sumOf(this.byHolder.get(holder) ?? NOTHING, less);
    if (left.entries < 0 || left.bytes < 0) throw new RangeError(`${holder} gives back room that it did not take`);
    if (left.entries === 0) this.byHolder.delete(holder);
    else this.byHolder.set(holder, left);
    this.all = sumOf(this.all, less);
  }
}

export function sumOf(one: Size, other: Size): Size {
  return { entries: one.entries + other.entries, bytes: one.bytes + other.bytes };
}

function within(size: Size, limit: Size): boolean {
  return size.entries <= limit.entries && size.bytes <= limit.bytes;
}
