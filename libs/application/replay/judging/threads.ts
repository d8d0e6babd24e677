/** The files of a split journal, judged by some threads: each takes the next one that nobody has begun, in the order in which they are loaded. */
import { Worker, type MessagePort } from 'node:worker_threads';
import type { SplitFile } from '../splitting/splitter.js';
import { SplitDamaged } from '../splitting/stored-split.js';
import type { FromJudge, Hand, Piece, ToJudge } from './serve.js';

export interface JudgingThread<P extends Piece> {
  readonly port: Pick<MessagePort | Worker, 'postMessage'> & {
    on(event: 'message', listener: (message: FromJudge<P>) => void): unknown;
  };
  /** Resolves when it is gone, with the reason where there is one. */
  readonly ended: Promise<unknown>;
  close(): Promise<unknown>;
}

/** Of a bucket's entries as they are judged, with what comes of them. A young generation of 96 MiB took 3 to 14 % less CPU, and 100 MiB more. */
const HEAP = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32 };

/** Runs from the build only. `script` serves judging ({@link serveJudging}), and gets `options` as its data. */
export function openJudgingThread<P extends Piece>(script: URL, options: unknown): JudgingThread<P> {
  const port = new Worker(script, { workerData: options, resourceLimits: HEAP });
  const ended = new Promise((resolve) => {
    // a thread without memory ends this replay, and nothing else
    port.once('error', resolve);
    port.once('exit', resolve);
  });
  return { port, ended, close: () => port.terminate() };
}

export class JudgingThreads<P extends Piece> {
  private readonly outcomes: ReadonlyMap<string, Outcome<P>>;
  private readonly waiting: IterableIterator<SplitFile>;

  /** `files`: in the order in which they will be asked for, each once. */
  constructor(
    private readonly threads: readonly JudgingThread<P>[],
    files: readonly SplitFile[],
  ) {
    this.outcomes = new Map(files.map(({ name }) => [name, new Outcome<P>()]));
    this.waiting = files.values();
    for (const thread of threads) {
      this.begin(thread);
      void thread.ended.then((why) => {
        this.end(new Error('a thread that judges has ended', { cause: why }));
      });
    }
  }

  /** Hands over all that comes of the file. Rejects as `take` does, and where the file is not as it was written. */
  async give({ name }: SplitFile, take: Hand<P>): Promise<void> {
    const outcome = this.outcomes.get(name);
    if (outcome === undefined) throw new RangeError(`${name} is none of the files that are judged`);
    for (let sent = await outcome.next(); sent !== undefined; sent = await outcome.next()) {
      const { piece, taken } = sent;
      // they are given away
      const { length: sizeBytes } = piece.bytes;
      await take(piece);
      taken(sizeBytes);
    }
  }

  /** What is given meanwhile rejects. */
  async close(): Promise<void> {
    this.end(new Error('the journal is not judged any more'));
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private begin({ port }: JudgingThread<P>): void {
    const tell = (message: ToJudge): void => {
      port.postMessage(message);
    };
    let outcome: Outcome<P> | undefined;
    const next = (): void => {
      const { value: file } = this.waiting.next() as IteratorResult<SplitFile, undefined>;
      outcome = file && this.outcomes.get(file.name);
      if (file !== undefined) tell({ kind: 'judge', file });
    };
    port.on('message', (message) => {
      if (message.kind === 'piece') {
        const taken = (sizeBytes: number): void => {
          tell({ kind: 'taken', sizeBytes });
        };
        outcome?.put({ piece: message.piece, taken });
        return;
      }
      outcome?.end(message.kind === 'done' ? undefined : failureOf(message));
      next();
    });
    next();
  }

  private end(error: Error): void {
    for (const outcome of this.outcomes.values()) outcome.end(error);
  }
}

interface Sent<P> {
  readonly piece: P;
  readonly taken: (sizeBytes: number) => void;
}

/** Of one file: pieces that nobody has taken yet, and how it ended. */
class Outcome<P> {
  private readonly pieces: Sent<P>[] = [];
  private ended: { readonly error: Error | undefined } | undefined;
  private wake: () => void = () => undefined;

  put(piece: Sent<P>): void {
    this.pieces.push(piece);
    this.wake();
  }

  /** The first end stands. */
  end(error: Error | undefined): void {
    this.ended ??= { error };
    this.wake();
  }

  /** Undefined when all of it was taken; rejects where it failed. */
  async next(): Promise<Sent<P> | undefined> {
    for (;;) {
      if (this.ended?.error !== undefined) throw this.ended.error;
      const piece = this.pieces.shift();
      if (piece !== undefined || this.ended !== undefined) return piece;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function failureOf({ message, stack, isDamaged }: FromJudge<never> & { kind: 'failed' }): Error {
  const error = isDamaged ? new SplitDamaged(message) : new Error(message);
  // that of the thread says more
  if (stack !== undefined) error.stack = stack;
  return error;
}
