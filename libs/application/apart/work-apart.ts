/**
 * Long work in a thread of its own, with stores of its own, so that live work waits for none of it (R6). Only what has one owner stays
 * here: what is recorded of it, the lease, the log.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { within } from '../pauses.js';
import { errorOf, type FromWork, type ToWork } from './messages.js';

/** A thread in which {@link serveWork} runs. */
export interface WorkThread {
  readonly port: Pick<MessagePort | Worker, 'postMessage'> & {
    on(event: 'message', listener: (message: FromWork) => void): unknown;
  };
  /** Resolves when it is gone and writes nothing any more, after its last message, with the reason where there is one. */
  readonly ended: Promise<unknown>;
  readonly terminate: () => unknown;
  /** Called where the thread has found damage in a store, with what it found. */
  readonly damaged?: (store: 'journal' | 'views', finding: string) => void;
}

export interface WorkApartParts<Note> {
  readonly open: () => WorkThread;
  readonly log: Log;
  /** Of work that needs one. */
  readonly lease?: Pick<Lease, 'hold'>;
  /** Gets what the work notes, in its order. What it throws ends the work. */
  readonly noted: (note: Note) => void;
}

/** What is at hand there is a page or a batch of documents, and then its stores are closed; what takes longer is ended within it. */
const STOP_MS = 10_000;

/** `Note` and `Result` are what that work is known to send. */
export class WorkApart<Note, Result> {
  private readonly orders: unknown[] = [];
  private thread: WorkThread | undefined;

  constructor(private readonly parts: WorkApartParts<Note>) {}

  /** Something that the work understands, also before it has begun. */
  order(order: unknown): void {
    if (this.thread === undefined) this.orders.push(order);
    else this.send({ kind: 'order', order });
  }

  /** Once. Nothing is done any more when it settles. Rejects as the work does; where `signal` aborts the work decides how it ends. */
  async run(signal: AbortSignal): Promise<Result> {
    const thread = this.parts.open();
    this.thread = thread;
    const outcome = this.outcomeOf(thread);
    // reported when it is awaited
    outcome.catch(() => undefined);
    for (const order of this.orders) this.send({ kind: 'order', order });
    const stop = (): void => {
      this.send({ kind: 'stop' });
      void endedSoon(thread);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      return await outcome;
    } catch (error) {
      this.send({ kind: 'stop' });
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      // its connections are closed with it
      await endedSoon(thread);
    }
  }

  private outcomeOf(thread: WorkThread): Promise<Result> {
    return new Promise((resolve, reject) => {
      thread.port.on('message', (message) => {
        if (message.kind === 'noted') this.note(message.note as Note, reject);
        else if (message.kind === 'log') this.parts.log[message.level](message.message, message.fields);
        else if (message.kind === 'hold') void this.hold(message.number);
        else if (message.kind === 'damaged') thread.damaged?.(message.store, message.finding);
        else if (message.kind === 'done') resolve(message.result as Result);
        else reject(errorOf(message.failure));
      });
      void thread.ended.then((why) => {
        reject(new Error('a thread that worked beside live work has ended', { cause: why }));
      });
    });
  }

  private note(note: Note, refuse: (error: Error) => void): void {
    try {
      this.parts.noted(note);
    } catch (error) {
      refuse(error as Error);
    }
  }

  private async hold(number: number): Promise<void> {
    const isHeld = await this.parts.lease?.hold().catch(() => undefined);
    this.send({ kind: 'held', number, isHeld });
  }

  private send(message: ToWork): void {
    this.thread?.port.postMessage(message);
  }
}

/** Whatever it has open, it is gone after {@link STOP_MS}. */
async function endedSoon({ ended, terminate }: WorkThread): Promise<void> {
  const hasEnded = await within(
    STOP_MS,
    ended.then(() => true),
  );
  if (hasEnded === true) return;
  terminate();
  await ended;
}
