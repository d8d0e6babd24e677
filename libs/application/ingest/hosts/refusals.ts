/** Which lines of an inventory are refused, and why: how many, and the first of them. */
import type { Fault, FaultCode } from '#contracts';

export class Refusals {
  count = 0;
  /** By their lines; paths are the lines' numbers. */
  readonly first: Fault[] = [];

  constructor(private readonly mostListed: number) {}

  /** Batches come to their end in any order, mostly that of the lines. */
  add(line: number, code: FaultCode, message: string): void {
    this.count += 1;
    const place = this.first.findLastIndex(({ path }) => Number(path) <= line) + 1;
    if (place === this.mostListed) return;
    this.first.splice(place, 0, { path: String(line), code, message });
    this.first.splice(this.mostListed);
  }
}
