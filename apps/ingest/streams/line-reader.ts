/** Bodies of lines that are read as they come: good lines become batches of items, bad ones are counted and the first of them answered. */
import { inTurns, type FaultCode, type Steps } from '#contracts';
import { ProblemError } from '#platform';
import type { LineSource } from './lines.js';

const MAX_BATCH_LINES = 500;
const MAX_BATCH_BYTES = 262_144;
/** Lines that are read in one step, good, bad and blank ones alike: a few milliseconds. */
const STEP_LINES = 100;
/** When nothing has come for so long, a batch that is not full is handed on, and the stream is idle … */
const LINGER_MS = 50;
/** … unless more than this is kept of a line whose end has not come. */
const MAX_IDLE_BYTES = 16_384;
/** One with more of a line keeps its place among those that are read, for as long. */
const MAX_LONG_LINE_MS = 10_000;
/** At most this many bad lines are answered. */
export const MAX_LINE_ERRORS = 100;

export interface LineError {
  readonly line: number;
  readonly code: FaultCode;
  readonly detail: string;
}

/** Why a line is rejected. */
export class LineFault extends Error {
  override readonly name = 'LineFault';

  constructor(
    readonly code: FaultCode,
    detail: string,
  ) {
    super(detail);
  }
}

/** What a stream does about the places that it holds. */
export interface Pace {
  /** Nothing comes: what the stream holds is somebody else's meanwhile. */
  idle(): void;
  /** Something has come; resolves when it may be read. */
  busy(): Promise<void>;
}

/** What lines are made of, and what they mean. */
export interface LineKind<L extends { readonly number: number }, T> {
  readonly lines: LineSource<L>;
  /** The item and its bytes; undefined of a blank line. Throws a {@link LineFault} for a bad one, a ProblemError where nothing after it can be read. */
  readonly read: (line: L) => { readonly item: T; readonly bytes: number } | undefined;
}

/** After the process was asked to stop, a stream of which something comes all the time is read for so long. */
const MAX_LATE_MS = 5000;

const NEVER = new AbortController().signal;
const ALONE: Pace = { idle: () => undefined, busy: () => Promise.resolve() };

export class LineReader<L extends { readonly number: number }, T> {
  rejected = 0;
  /** Of the first bad lines. */
  readonly errors: LineError[] = [];
  /** The last line that was read, where reading ended before the body did, because the process stops; else null. */
  stoppedAt: number | null = null;
  private batch: T[] = [];
  private batchBytes = 0;
  /** A line that is long, and since when it was seen to be slow. */
  private long: { readonly line: number; readonly sinceMs: number } | undefined;
  /** Nothing is read any more after that; once the process stops. */
  private endMs: number | undefined;

  constructor(
    private readonly kind: LineKind<L, T>,
    private readonly pace: Pace = ALONE,
    /** Aborts when the process stops. */
    private readonly stopping: AbortSignal = NEVER,
    private readonly longLineMs = MAX_LONG_LINE_MS,
  ) {}

  /**
   * The items of good lines. Where `chunks` fails, the lines before are given first. When the
   * process stops they end where nothing more comes, and after some seconds in any case.
   */
  async *batches(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly T[], void> {
    const source = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = source.next();
        const soon = await isSoon(next, LINGER_MS);
        if (!soon && this.batch.length > 0) yield this.flush();
        const come = await this.orStop(soon ? settled(next) : this.late(next));
        if (come === null) {
          this.stoppedAt = this.kind.lines.count;
          break;
        }
        if (come instanceof Failure) {
          yield* this.rest();
          throw come.error;
        }
        const lines = come.done === true ? await this.kind.lines.end() : this.kind.lines.take(come.value);
        for (;;) {
          const filled = await inTurns(this.fill(lines)).catch((error: unknown) => new Failure(error));
          if (filled === false) break;
          if (this.batch.length > 0) yield this.flush();
          if (filled instanceof Failure) throw filled.error;
        }
        if (come.done === true) break;
      }
      yield* this.rest();
    } finally {
      // not waited for: it comes after the next chunk, which may be long in coming
      void source.return?.();
    }
  }

  /** A chunk that is long in coming, when it may be read. */
  private async late(next: Promise<Chunk>): Promise<Chunk | Failure> {
    if (this.kind.lines.kept > MAX_IDLE_BYTES) return this.longLine(next);
    this.kind.lines.shrink();
    this.pace.idle();
    const come = await settled(next);
    await this.pace.busy();
    return come;
  }

  /** Of a line that is too long to be kept while the stream is idle: it keeps its place, and so it has to come to its end. */
  private async longLine(next: Promise<Chunk>): Promise<Chunk | Failure> {
    const line = this.kind.lines.count + 1;
    const nowMs = performance.now();
    if (this.long?.line !== line) this.long = { line, sinceMs: nowMs };
    const leftMs = this.long.sinceMs + this.longLineMs - nowMs;
    if (leftMs > 0 && (await isSoon(next, leftMs))) return settled(next);
    const detail = `line ${line} has not come to its end for ${this.longLineMs / 1000} s: send it faster, or shorter lines`;
    return new Failure(new ProblemError({ code: 'malformed', detail }));
  }

  /** Null where the process stops, and nothing comes at once. */
  private async orStop<T>(come: Promise<T>): Promise<T | null> {
    const { stopping } = this;
    await orAborted(come, stopping);
    if (!stopping.aborted) return come;
    this.endMs ??= performance.now() + MAX_LATE_MS;
    return performance.now() < this.endMs && (await isSoon(come, LINGER_MS)) ? come : null;
  }

  /** Reads lines until the batch is full; whether it is, or there are no more of them. */
  private *fill(lines: Iterator<L, void>): Steps<boolean> {
    for (let count = 1; !this.isFull(); count += 1) {
      const line = lines.next();
      if (line.done === true) return false;
      this.read(line.value);
      if (count % STEP_LINES === 0) yield;
    }
    return true;
  }

  private *rest(): Generator<readonly T[], void> {
    if (this.batch.length > 0) yield this.flush();
  }

  private isFull(): boolean {
    return this.batch.length >= MAX_BATCH_LINES || this.batchBytes >= MAX_BATCH_BYTES;
  }

  private flush(): readonly T[] {
    const { batch } = this;
    this.batch = [];
    this.batchBytes = 0;
    return batch;
  }

  private read(line: L): void {
    try {
      const read = this.kind.read(line);
      if (read === undefined) return;
      this.batch.push(read.item);
      this.batchBytes += read.bytes;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.rejected += 1;
      if (this.errors.length < MAX_LINE_ERRORS)
        this.errors.push({ line: line.number, code: error.code, detail: error.message });
    }
  }
}

type Chunk = IteratorResult<Buffer, unknown>;

class Failure {
  constructor(readonly error: unknown) {}
}

function settled(next: Promise<Chunk>): Promise<Chunk | Failure> {
  return next.catch((error: unknown) => new Failure(error));
}

/** Resolves when `settled` is, or the signal aborts. */
async function orAborted(settled: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener('abort', stop);
  await Promise.race([settled, aborted]);
  signal.removeEventListener('abort', stop);
}

/** Whether it is settled within `limitMs`. */
async function isSoon(next: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const come = next.then(
    () => true,
    () => true,
  );
  const soon = await Promise.race([come, late]);
  clearTimeout(timer);
  return soon;
}
