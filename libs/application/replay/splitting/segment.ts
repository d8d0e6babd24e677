/**
 * As much of the journal as is cut at once: entries are taken as they come, then laid out file by file, so that each file gets
 * one piece, however many files there are. Two buffers of a fixed size are all that it holds.
 */
import type { Steps, StoredEntry } from '#contracts';
import { roomFor, textOf, writeRecord } from './record.js';

/** Records laid out in one step. */
const STEP_RECORDS = 2000;

/** What one file gets. */
export interface Piece {
  readonly file: number;
  readonly bytes: Buffer;
}

export class Segment {
  private taken: Buffer;
  private laidOut: Buffer;
  private used = 0;
  /** Of each entry: its file, and where its record ends. */
  private readonly files: number[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly sizeBytes: number) {
    this.taken = Buffer.allocUnsafe(sizeBytes);
    this.laidOut = Buffer.allocUnsafe(sizeBytes);
  }

  get isEmpty(): boolean {
    return this.files.length === 0;
  }

  /** The bytes that it takes in the file; undefined where there is no room left. One that is larger than all the room there is comes into an empty segment. */
  add(file: number, entry: StoredEntry): number | undefined {
    const text = textOf(entry);
    const room = roomFor(text);
    if (this.used + room > this.taken.length) {
      if (!this.isEmpty) return undefined;
      this.taken = Buffer.allocUnsafe(room);
    }
    const begun = this.used;
    this.used = writeRecord(this.taken, begun, text);
    this.files.push(file);
    this.ends.push(this.used);
    return this.used - begun;
  }

  /** Empties it: what each of `files` files gets, in the order of the journal. The pieces hold until it is laid out again. */
  *layOut(files: number): Steps<readonly Piece[]> {
    const sizes = new Array<number>(files).fill(0);
    this.files.forEach((file, index) => (sizes[file] = (sizes[file] ?? 0) + this.endOf(index) - this.endOf(index - 1)));
    yield;
    if (this.laidOut.length < this.used) this.laidOut = Buffer.allocUnsafe(this.used);
    const pieces: Piece[] = [];
    const places: number[] = [];
    let begun = 0;
    sizes.forEach((size, file) => {
      places.push(begun);
      if (size > 0) pieces.push({ file, bytes: this.laidOut.subarray(begun, begun + size) });
      begun += size;
    });
    for (const [index, file] of this.files.entries()) {
      const [start, end] = [this.endOf(index - 1), this.endOf(index)];
      const place = places[file] ?? 0;
      this.taken.copy(this.laidOut, place, start, end);
      places[file] = place + end - start;
      if (index % STEP_RECORDS === STEP_RECORDS - 1) yield;
    }
    this.empty();
    return pieces;
  }

  private empty(): void {
    this.used = 0;
    this.files.length = 0;
    this.ends.length = 0;
    // one entry may have been larger than all of it
    if (this.taken.length > this.sizeBytes) this.taken = Buffer.allocUnsafe(this.sizeBytes);
  }

  private endOf(index: number): number {
    return this.ends[index] ?? 0;
  }
}
