/** NDJSON: an event a line, any number of them. Good lines become batches of reports, bad ones are counted and the first of them answered. */
import type { Clock } from '#application';
import { inTurns, parseEvent, type ErrorCode, type EventReport, type Fault, type Steps } from '#contracts';
import { parseJson, ProblemError } from '#platform';
import { Lines, MAX_LINE_BYTES, type Line } from './ndjson-lines.js';

const MAX_BATCH_LINES = 500;
const MAX_BATCH_BYTES = 262_144;
/** Lines that are read in one step, good, bad and blank ones alike: a few milliseconds. */
const STEP_LINES = 100;
/** When nothing has come for so long, a batch that is not full is logged, and the stream is idle … */
const LINGER_MS = 50;
/** … unless more than this is kept of a line whose end has not come. */
const MAX_IDLE_BYTES = 16_384;
/** At most this many bad lines are answered. */
export const MAX_LINE_ERRORS = 100;
/** At most this many faults of one bad line are answered. */
const MAX_FAULTS_SHOWN = 5;

export interface LineError {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** What a stream does about the places that it holds. */
export interface Pace {
  /** Nothing comes: what the stream holds is somebody else's meanwhile. */
  idle(): void;
  /** Something has come; resolves when it may be read. */
  busy(): Promise<void>;
}

/** After the process was asked to stop, a stream of which something comes all the time is read for so long. */
const MAX_LATE_MS = 5000;

const NEVER = new AbortController().signal;
const ALONE: Pace = { idle: () => undefined, busy: () => Promise.resolve() };

export class NdjsonReader {
  rejected = 0;
  /** Of the first bad lines. */
  readonly errors: LineError[] = [];
  /** The last line that was read, where reading ended before the body did, because the process stops; else null. */
  stoppedAt: number | null = null;
  private readonly lines = new Lines();
  private batch: EventReport[] = [];
  private batchBytes = 0;
  /** Nothing is read any more after that; once the process stops. */
  private endMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly pace: Pace = ALONE,
    /** Aborts when the process stops. */
    private readonly stopping: AbortSignal = NEVER,
  ) {}

  /**
   * The reports of good lines; their paths are the lines' numbers. Where `chunks` fails, the lines before are given first. When the
   * process stops they end where nothing more comes, and after some seconds in any case.
   */
  async *batches(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly EventReport[], void> {
    const source = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = source.next();
        const soon = await isSoon(next, LINGER_MS);
        if (!soon && this.batch.length > 0) yield this.flush();
        const come = await this.orStop(soon ? settled(next) : this.late(next));
        if (come === null) {
          this.stoppedAt = this.lines.count;
          break;
        }
        if (come instanceof Failure) {
          yield* this.rest();
          throw come.error;
        }
        const lines = come.done === true ? this.lines.end() : this.lines.take(come.value);
        while (await inTurns(this.fill(lines))) yield this.flush();
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
    if (this.lines.kept > MAX_IDLE_BYTES) return settled(next);
    this.lines.shrink();
    this.pace.idle();
    const come = await settled(next);
    await this.pace.busy();
    return come;
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
  private *fill(lines: Iterator<Line, void>): Steps<boolean> {
    for (let count = 1; !this.isFull(); count += 1) {
      const line = lines.next();
      if (line.done === true) return false;
      this.read(line.value);
      if (count % STEP_LINES === 0) yield;
    }
    return true;
  }

  private *rest(): Generator<readonly EventReport[], void> {
    if (this.batch.length > 0) yield this.flush();
  }

  private isFull(): boolean {
    return this.batch.length >= MAX_BATCH_LINES || this.batchBytes >= MAX_BATCH_BYTES;
  }

  private flush(): readonly EventReport[] {
    const { batch } = this;
    this.batch = [];
    this.batchBytes = 0;
    return batch;
  }

  private read({ number, bytes }: Line): void {
    if (bytes === null) {
      this.reject(number, 'payload-too-large', `the line is longer than ${MAX_LINE_BYTES} bytes`);
      return;
    }
    if (isBlank(bytes)) return;
    const path = String(number);
    const faults: Fault[] = [];
    try {
      const report = parseEvent(parseJson(bytes, 'line'), path, this.clock.nowMs(), faults);
      if (report === undefined) {
        this.reject(number, 'validation-failed', sentenceOf(faults, path));
        return;
      }
      this.batch.push(report);
      this.batchBytes += bytes.length;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { code, detail, errors } = error.problem;
      this.reject(number, code, errors === undefined ? detail : sentenceOf(errors, ''));
    }
  }

  private reject(line: number, code: ErrorCode, detail: string): void {
    this.rejected += 1;
    if (this.errors.length < MAX_LINE_ERRORS) this.errors.push({ line, code, detail });
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

/** Nothing but spaces, tabs and carriage returns. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** The faults as one sentence, each with its place in the line, which stands at `path`. */
function sentenceOf(faults: readonly Fault[], path: string): string {
  const shown = faults.slice(0, MAX_FAULTS_SHOWN).map((fault) => {
    const place = path === '' ? fault.path : fault.path.slice(path.length + 1);
    return place === '' ? fault.message : `${place}: ${fault.message}`;
  });
  const more = faults.length > shown.length ? [`and ${faults.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}
