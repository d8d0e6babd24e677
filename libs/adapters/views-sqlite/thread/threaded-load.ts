/** A file that is loading in a thread of its own: both sides of the messages between it and the thread that has the documents. */
import { Worker, type MessagePort } from 'node:worker_threads';
import { StoreUnavailable, type FinishStep } from '#ports';
import type { FileLoad } from '../loading/file-load.js';
import type { LoadingFile } from '../loading/loading-files.js';
import type { OpenLoad } from '../loading/open-load.js';
import { deserialize, OPENING, serialize, type SerializedError } from './protocol.js';

interface LoadCall {
  readonly number: number;
  readonly method: Exclude<keyof FileLoad, 'close'>;
  readonly args: readonly unknown[];
}

type LoadReply =
  | { readonly number: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly number: number; readonly kind: 'failed'; readonly error: SerializedError }
  | { readonly number: number; readonly kind: 'moved'; readonly step: FinishStep };

interface PendingCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly moved: (step: FinishStep) => void;
}

/** It holds a few pieces of rows. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };

/** Runs from the build only. */
export async function openThreadedLoad(file: LoadingFile): Promise<OpenLoad> {
  const worker = new Worker(new URL('./loading-worker.js', import.meta.url), {
    workerData: file,
    resourceLimits: HEAP,
  });
  const ended = new Promise((resolve) => {
    let why: unknown;
    // a thread without memory ends this load, and nothing else
    worker.on('error', (error) => (why = error));
    // only then is its file closed
    worker.once('exit', () => {
      resolve(why);
    });
  });
  return openLoadOver(worker, ended);
}

/** `ended` resolves when the other side is gone and its file closed, with the reason where there is one. Rejects as opening the file in this thread does. */
export async function openLoadOver(port: Worker | MessagePort, ended: Promise<unknown>): Promise<OpenLoad> {
  const load = new ThreadedLoad(port, ended);
  try {
    await load.opened;
    return load;
  } catch (error) {
    await load.close();
    throw error;
  }
}

class ThreadedLoad implements OpenLoad {
  private readonly waiting = new Map<number, PendingCall>();
  private readonly numbers = { last: OPENING };
  private gone: StoreUnavailable | undefined;
  readonly opened: Promise<void>;

  constructor(
    private readonly port: Pick<Worker | MessagePort, 'postMessage'> & {
      on(event: 'message', listener: (reply: LoadReply) => void): unknown;
    },
    private readonly ended: Promise<unknown>,
  ) {
    this.opened = this.answerTo(OPENING);
    port.on('message', (reply) => {
      this.take(reply);
    });
    void ended.then((why) => {
      const gone = endedBecause(why);
      this.gone = gone;
      for (const { reject } of this.waiting.values()) reject(gone);
      this.waiting.clear();
    });
  }

  get hasEnded(): boolean {
    return this.gone !== undefined;
  }

  readonly units = (): Promise<readonly string[]> => this.call('units', []);
  readonly begin = (unit: string): Promise<boolean> => this.call('begin', [unit]);
  readonly add: OpenLoad['add'] = (rows) =>
    this.call('add', [rows], undefined, ArrayBuffer.isView(rows) ? [rows.buffer] : []);
  readonly commit = (unit: string): Promise<void> => this.call('commit', [unit]);
  readonly rollback = (): Promise<void> => this.call('rollback', []);
  readonly finish: OpenLoad['finish'] = (progress, moved) => this.call('finish', [progress], moved);

  async close(): Promise<void> {
    if (!this.hasEnded) this.port.postMessage('close');
    await this.ended;
  }

  private async call<T>(
    method: LoadCall['method'],
    args: readonly unknown[],
    moved: PendingCall['moved'] = () => undefined,
    handedOver: readonly ArrayBuffer[] = [],
  ): Promise<T> {
    if (this.gone !== undefined) throw this.gone;
    this.numbers.last += 1;
    const number = this.numbers.last;
    const answered = this.answerTo<T>(number, moved);
    this.port.postMessage({ number, method, args } satisfies LoadCall, handedOver);
    return answered;
  }

  private answerTo<T>(number: number, moved: PendingCall['moved'] = () => undefined): Promise<T> {
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject, moved }));
  }

  private take(reply: LoadReply): void {
    const waiting = this.waiting.get(reply.number);
    if (reply.kind === 'moved') {
      this.moved(reply.number, reply.step);
      return;
    }
    this.waiting.delete(reply.number);
    if (reply.kind === 'done') waiting?.resolve(reply.value as never);
    else waiting?.reject(deserialize(reply.error));
  }

  private moved(number: number, step: FinishStep): void {
    const waiting = this.waiting.get(number);
    try {
      waiting?.moved(step);
    } catch (thrown) {
      this.waiting.delete(number);
      const error = thrown as Error;
      waiting?.reject(error);
    }
  }
}

/** The other side: executes calls as they come. Resolves once it was asked to close, and has. */
export async function serveLoad(port: MessagePort, open: () => FileLoad): Promise<void> {
  const answer = (reply: LoadReply): void => {
    port.postMessage(reply);
  };
  let load: FileLoad;
  try {
    load = open();
  } catch (error) {
    answer({ number: OPENING, kind: 'failed', error: serialize(error) });
    return;
  }
  const closed = new Promise<void>((resolve) => {
    port.on('message', (message: LoadCall | 'close') => {
      if (message === 'close') resolve();
      else answer(execute(load, message, answer));
    });
  });
  answer({ number: OPENING, kind: 'done', value: undefined });
  await closed;
  await load.close();
}

function execute(load: FileLoad, { number, method, args }: LoadCall, answer: (reply: LoadReply) => void): LoadReply {
  const moved = (step: FinishStep): void => {
    answer({ number, kind: 'moved', step });
  };
  try {
    const work = load[method].bind(load) as (...args: readonly unknown[]) => unknown;
    return { number, kind: 'done', value: method === 'finish' ? work(...args, moved) : work(...args) };
  } catch (error) {
    return { number, kind: 'failed', error: serialize(error) };
  }
}

function endedBecause(why: unknown): StoreUnavailable {
  return new StoreUnavailable('views', 'the thread of the generation that is loading has ended', { cause: why });
}
