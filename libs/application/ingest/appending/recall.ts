/**
 * What is kept of a stream's older events, for requests whose repeats may lie thousands of events back: 64 bits of each
 * UUID. Two UUIDs share them with a chance of 2^-64; rule 24 takes that much for keys.
 */
import type { Uuid } from '#contracts';

const FIRST_CAPACITY = 16;
/** Of an object without any events, beside its events. */
const OWN_BYTES = 300;
const BYTES_AN_EVENT = 8;

/** The newest `width` events of a stream, or all that it has, up to and with revision `upTo`. */
export class Recall {
  /** A ring: the UUIDs' first 32 bits, and behind them, in the same order, their last 32. */
  private prints: Uint32Array;
  private capacity: number;
  private count = 0;
  private next = 0;

  constructor(
    readonly width: number,
    public upTo = -1,
  ) {
    this.capacity = Math.min(FIRST_CAPACITY, width);
    this.prints = new Uint32Array(2 * this.capacity);
  }

  get bytes(): number {
    return OWN_BYTES + this.capacity * BYTES_AN_EVENT;
  }

  /** The event that follows those which are there. */
  add(id: Uuid): void {
    this.push(firstOf(id), secondOf(id));
  }

  /** The same events the other way round: of one that was filled from its newest event on, and has not turned. */
  reversed(): Recall {
    const recall = new Recall(this.width, this.upTo);
    for (let at = this.count - 1; at >= 0; at -= 1)
      recall.push(this.prints[at] ?? 0, this.prints[this.capacity + at] ?? 0);
    return recall;
  }

  has(id: Uuid): boolean {
    const { prints, capacity, count } = this;
    const first = firstOf(id);
    for (let at = prints.indexOf(first); at >= 0 && at < count; at = prints.indexOf(first, at + 1)) {
      if (prints[capacity + at] === secondOf(id)) return true;
    }
    return false;
  }

  private push(first: number, second: number): void {
    if (this.count === this.capacity && this.capacity < this.width) this.grow();
    const { prints, next, capacity } = this;
    prints[next] = first;
    prints[capacity + next] = second;
    this.next = next + 1 === capacity ? 0 : next + 1;
    if (this.count < capacity) this.count += 1;
  }

  private grow(): void {
    const capacity = Math.min(2 * this.capacity, this.width);
    const prints = new Uint32Array(2 * capacity);
    // below its width a ring has not turned: its oldest event is the first
    prints.set(this.prints.subarray(0, this.count));
    prints.set(this.prints.subarray(this.capacity, this.capacity + this.count), capacity);
    this.next = this.count;
    this.prints = prints;
    this.capacity = capacity;
  }
}

function firstOf(id: Uuid): number {
  return parseInt(id.slice(0, 8), 16);
}

/** The last 32 bits: the digits between have the UUID's version in them. */
function secondOf(id: Uuid): number {
  return parseInt(id.slice(-8), 16);
}

/** By stream, those used last, within so many bytes. */
export class Recalls {
  private readonly recalls = new Map<string, Recall>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Takes it out: whoever is at work on the stream owns it until it is put back. */
  take(stream: string): Recall | undefined {
    const recall = this.recalls.get(stream);
    if (recall === undefined) return undefined;
    this.recalls.delete(stream);
    this.bytes -= recall.bytes;
    return recall;
  }

  put(stream: string, recall: Recall): void {
    this.take(stream);
    this.recalls.set(stream, recall);
    this.bytes += recall.bytes;
    for (const oldest of this.recalls.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.take(oldest);
    }
  }
}
