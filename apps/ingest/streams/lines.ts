/** Bytes as they come, cut into lines. The bytes of a line that is too long are not kept. */

/** Makes lines of the pieces of a body. */
export interface LineSource<L> {
  /** The lines that end in `chunk`. */
  take(chunk: Buffer): Iterator<L, void>;
  /** What is left when the last chunk has come. */
  end(): Iterator<L, void> | Promise<Iterator<L, void>>;
  /** The last line so far. */
  readonly count: number;
  /** Bytes that are kept of a line whose end has not come. */
  readonly kept: number;
  /** Keeps no more memory than those take. */
  shrink(): void;
}

/** More than the longest event can be, however it is written. */
export const MAX_LINE_BYTES = 1_048_576;

const LINE_FEED = 0x0a;
const FIRST_CAPACITY = 4096;

export interface Line {
  /** From 1; blank ones count. */
  readonly number: number;
  /** Without the line feed; valid until the next line is asked for. Null: more than the most that a line may have. */
  readonly bytes: Uint8Array | null;
}

export class Lines implements LineSource<Line> {
  /** What has come of a line that is not complete: a buffer that grows, whatever the pieces are. */
  private rest: Buffer = Buffer.alloc(0);
  private length = 0;
  private isTooLong = false;
  private number = 0;

  constructor(private readonly mostBytes = MAX_LINE_BYTES) {}

  /** The lines that end in `chunk`. */
  *take(chunk: Buffer): Generator<Line, void> {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      const piece = chunk.subarray(from, to);
      from = to + 1;
      if (this.length > 0 || this.isTooLong || piece.length > this.mostBytes) {
        this.keep(piece);
        yield this.line();
      } else {
        this.number += 1;
        yield { number: this.number, bytes: piece };
      }
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  /** The line that no line feed ended. */
  *end(): Generator<Line, void> {
    if (this.length > 0 || this.isTooLong) yield this.line();
  }

  /** Of the lines so far. */
  get count(): number {
    return this.number;
  }

  /** Bytes that are kept of a line whose end has not come. */
  get kept(): number {
    return this.length;
  }

  /** Keeps no more memory than those take. */
  shrink(): void {
    this.rest = Buffer.from(this.rest.subarray(0, this.length));
  }

  private line(): Line {
    this.number += 1;
    const bytes = this.isTooLong ? null : this.rest.subarray(0, this.length);
    this.length = 0;
    this.isTooLong = false;
    return { number: this.number, bytes };
  }

  private keep(piece: Buffer): void {
    if (this.isTooLong || this.length + piece.length > this.mostBytes) {
      this.isTooLong = true;
      this.length = 0;
      return;
    }
    if (this.length + piece.length > this.rest.length) this.grow(this.length + piece.length);
    piece.copy(this.rest, this.length);
    this.length += piece.length;
  }

  private grow(needed: number): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(needed)));
    const grown = Buffer.allocUnsafe(capacity);
    this.rest.copy(grown, 0, 0, this.length);
    this.rest = grown;
  }
}
