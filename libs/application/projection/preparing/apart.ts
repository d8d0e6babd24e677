/**
 * Preparation in a thread of its own, with stores of its own, so that live work waits for none of it (R6). Only what has one owner
 * stays here: the job's record and the lease.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { within } from '../../pauses.js';
import { errorOf, type FromPreparing, type ToPreparing } from './messages.js';
import type { PreparationNote, PreparationTask, Prepare, Prepared, Preparing } from './preparation.js';

/** A thread that {@link servePreparing} runs in. */
export interface PreparingThread {
  readonly port: Pick<MessagePort | Worker, 'postMessage'> & {
    on(event: 'message', listener: (message: FromPreparing) => void): unknown;
  };
  /** Resolves when it is gone and writes nothing any more, with the reason where there is one. */
  readonly ended: Promise<unknown>;
  terminate(): unknown;
}

export interface PrepareApartParts {
  readonly open: (task: PreparationTask) => PreparingThread;
  readonly lease: Pick<Lease, 'hold'>;
  readonly log: Log;
}

/** What is at hand there is a page, a batch of documents or an index; one that takes longer is ended within it. */
const STOP_MS = 30_000;

export function prepareApart(parts: PrepareApartParts): Prepare {
  return (task, moved) => new PreparingApart(parts, task, moved);
}

class PreparingApart implements Preparing {
  private isAsked = false;
  private thread: PreparingThread | undefined;

  constructor(
    private readonly parts: PrepareApartParts,
    private readonly task: PreparationTask,
    private readonly note: (note: PreparationNote) => void,
  ) {}

  askActivation(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    this.tell({ kind: 'activate' });
  }

  async run(signal: AbortSignal): Promise<Prepared | undefined> {
    const { isActivationAsked } = this.task;
    const thread = this.parts.open({ ...this.task, isActivationAsked: isActivationAsked || this.isAsked });
    this.thread = thread;
    const outcome = this.outcomeOf(thread);
    // reported when it is awaited
    outcome.catch(() => undefined);
    const stop = (): void => {
      this.tell({ kind: 'stop' });
      void within(
        STOP_MS,
        thread.ended.then(() => true),
      ).then((hasEnded) => {
        if (hasEnded !== true) thread.terminate();
      });
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      return await outcome;
    } finally {
      signal.removeEventListener('abort', stop);
      // its connections are closed with it
      await thread.ended;
    }
  }

  private outcomeOf(thread: PreparingThread): Promise<Prepared | undefined> {
    return new Promise((resolve, reject) => {
      thread.port.on('message', (message) => {
        if (message.kind === 'noted') this.note(message.note);
        else if (message.kind === 'log') this.parts.log[message.level](message.message, message.fields);
        else if (message.kind === 'hold') void this.hold(message.number);
        else if (message.kind === 'done') resolve(message.prepared);
        else reject(errorOf(message.failure));
      });
      void thread.ended.then((why) => {
        reject(new Error('the thread that prepares a generation has ended', { cause: why }));
      });
    });
  }

  private async hold(number: number): Promise<void> {
    const isHeld = await this.parts.lease.hold().catch(() => undefined);
    this.tell({ kind: 'held', number, isHeld });
  }

  private tell(message: ToPreparing): void {
    this.thread?.port.postMessage(message);
  }
}
