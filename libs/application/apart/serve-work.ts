/** The thread's side of long work apart: does it, and reports to its starter. */
import type { MessagePort } from 'node:worker_threads';
import { StoreUnavailable } from '#ports';
import type { Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { failureOf, type FromWork, type ToWork } from './messages.js';

/** What the work has of its starter. */
export interface WorkMeans<Note> {
  readonly log: Log;
  readonly lease: Pick<Lease, 'hold'>;
  readonly noted: (note: Note) => void;
  /** To be called where damage is found in a store, with what was found. */
  readonly damaged: (store: 'journal' | 'views', finding: string) => void;
  /** Aborts where it must end. */
  readonly signal: AbortSignal;
  /** `take` gets the orders, also those that came before. */
  readonly ordered: (take: (order: unknown) => void) => void;
}

/** Resolves when nothing is left to be done and all is reported. */
export async function serveWork<Note>(
  port: MessagePort,
  work: (means: WorkMeans<Note>) => Promise<unknown>,
): Promise<void> {
  const send = (message: FromWork): void => {
    port.postMessage(message);
  };
  const lease = new AskedLease(send);
  const stop = new AbortController();
  const orders: unknown[] = [];
  let take = (order: unknown): void => void orders.push(order);
  port.on('message', (message: ToWork) => {
    if (message.kind === 'held') lease.answered(message.number, message.isHeld);
    else if (message.kind === 'stop') stop.abort();
    else take(message.order);
  });
  let last: FromWork;
  try {
    const result = await work({
      ...{ log: logOver(send), lease, signal: stop.signal },
      noted: (note) => {
        send({ kind: 'noted', note });
      },
      damaged: (store, finding) => {
        send({ kind: 'damaged', store, finding });
      },
      ordered: (taking) => {
        take = taking;
        for (const order of orders.splice(0)) taking(order);
      },
    });
    last = { kind: 'done', result };
  } catch (error) {
    last = { kind: 'failed', failure: failureOf(error) };
  }
  send(last);
  port.close();
}

class AskedLease implements Pick<Lease, 'hold'> {
  private readonly waiting = new Map<number, (isHeld: boolean | undefined) => void>();
  private last = 0;

  constructor(private readonly send: (message: FromWork) => void) {}

  async hold(): Promise<boolean> {
    const number = (this.last += 1);
    const isHeld = await new Promise<boolean | undefined>((resolve) => {
      this.waiting.set(number, resolve);
      this.send({ kind: 'hold', number });
    });
    if (isHeld === undefined) throw new StoreUnavailable('journal', 'it does not answer whether the lease is held');
    return isHeld;
  }

  answered(number: number, isHeld: boolean | undefined): void {
    this.waiting.get(number)?.(isHeld);
    this.waiting.delete(number);
  }
}

function logOver(send: (message: FromWork) => void): Log {
  const say =
    (level: keyof Log) =>
    (message: string, fields: object = {}): void => {
      send({ kind: 'log', level, message, fields });
    };
  return { info: say('info'), warn: say('warn'), error: say('error') };
}
