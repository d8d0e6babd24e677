/** What a benchmark is given: how large it may be, a folder, a way to say how far it is, and what others have made. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.js';

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(context: Context): Promise<readonly Figure[]>;
}

/** Beside a terminal the line is rewritten; in a log it is repeated at most this often. */
const PRINT_EVERY_MS = 5000;

export class Context {
  private printedAtMs = 0;
  private readonly made = new Map<string, Promise<unknown>>();
  private readonly ends: (() => Promise<void>)[] = [];

  private constructor(
    readonly quick: boolean,
    /** Removed when all is done. */
    readonly folder: string,
  ) {}

  static async open(quick: boolean): Promise<Context> {
    return new Context(quick, await mkdtemp(join(tmpdir(), 'hermes-bench-')));
  }

  /** A size for the full run, and for the quick one. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes `name` once; benchmarks that need the same large thing share it. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(name);
    if (known !== undefined) return known as Promise<T>;
    const making = make();
    this.made.set(name, making);
    return making;
  }

  /** Says how far the run is, so that nobody thinks that it hangs. */
  progress(text: string): void {
    const now = performance.now();
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[K  … ${text}`);
    } else if (now - this.printedAtMs >= PRINT_EVERY_MS) {
      process.stderr.write(`  … ${text}\n`);
      this.printedAtMs = now;
    }
  }

  /** Takes the last line back, where it can be. */
  hush(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }

  /** Whatever happens, this is done when all is done: the last first. */
  atEnd(end: () => Promise<void>): void {
    this.ends.unshift(end);
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
