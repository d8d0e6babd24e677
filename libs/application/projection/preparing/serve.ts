/** The thread's side of a preparation apart: does the work with the stores that it is given, and reports to its starter. */
import type { MessagePort } from 'node:worker_threads';
import { StoreUnavailable } from '#ports';
import type { Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { failureOf, type FromPreparing, type ToPreparing } from './messages.js';
import { prepareHere, type PreparationParts, type PreparationTask } from './preparation.js';

/** Of the thread itself; the lease and the log are those of who started it. */
export type ServedPreparation = Omit<PreparationParts, 'lease' | 'log'>;

/** Resolves when nothing is left to be done and all is reported. `open` makes the parts, which `close` lets go of. */
export async function servePreparing(
  port: MessagePort,
  task: PreparationTask,
  open: (log: Log) => Promise<{ readonly parts: ServedPreparation; close(): Promise<void> }>,
): Promise<void> {
  const tell = (message: FromPreparing): void => {
    port.postMessage(message);
  };
  const log = logOver(tell);
  const lease = new AskedLease(tell);
  const stop = new AbortController();
  let activate = (): void => undefined;
  let isAsked = task.isActivationAsked;
  port.on('message', (message: ToPreparing) => {
    if (message.kind === 'held') {
      lease.answered(message.number, message.isHeld);
    } else if (message.kind === 'stop') {
      stop.abort();
    } else {
      isAsked = true;
      activate();
    }
  });
  let last: FromPreparing;
  try {
    const opened = await open(log);
    try {
      const begin = prepareHere({ ...opened.parts, log, lease });
      const preparing = begin({ ...task, isActivationAsked: isAsked }, (note) => {
        tell({ kind: 'noted', note });
      });
      activate = () => {
        preparing.askActivation();
      };
      last = { kind: 'done', prepared: await preparing.run(stop.signal) };
    } finally {
      await opened.close();
    }
  } catch (error) {
    last = { kind: 'failed', failure: failureOf(error) };
  }
  tell(last);
  port.close();
}

class AskedLease implements Pick<Lease, 'hold'> {
  private readonly waiting = new Map<number, (isHeld: boolean | undefined) => void>();
  private last = 0;

  constructor(private readonly tell: (message: FromPreparing) => void) {}

  async hold(): Promise<boolean> {
    const number = (this.last += 1);
    const isHeld = await new Promise<boolean | undefined>((resolve) => {
      this.waiting.set(number, resolve);
      this.tell({ kind: 'hold', number });
    });
    if (isHeld === undefined) throw new StoreUnavailable('journal', 'it does not answer whether the lease is held');
    return isHeld;
  }

  answered(number: number, isHeld: boolean | undefined): void {
    this.waiting.get(number)?.(isHeld);
    this.waiting.delete(number);
  }
}

function logOver(tell: (message: FromPreparing) => void): Log {
  const say =
    (level: keyof Log) =>
    (message: string, fields: object = {}): void => {
      tell({ kind: 'log', level, message, fields });
    };
  return { info: say('info'), warn: say('warn'), error: say('error') };
}
