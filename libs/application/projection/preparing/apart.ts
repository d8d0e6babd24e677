/** Preparation in a thread of its own (R6): both sides. */
import { serveWork, type WorkMeans } from '../../apart/serve-work.js';
import { WorkApart, type WorkThread } from '../../apart/work-apart.js';
import type { Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import {
  prepareHere,
  type PreparationNote,
  type PreparationParts,
  type PreparationTask,
  type Prepare,
  type Prepared,
} from './preparation.js';

/** The one order that it takes: a command has said that the generation is served once it is level. */
const ACTIVATE = 'activate';

export interface PrepareApartParts {
  /** A thread in which {@link servePreparing} runs. */
  readonly open: (task: PreparationTask) => WorkThread;
  readonly lease: Pick<Lease, 'hold'>;
  readonly log: Log;
}

export function prepareApart({ open, lease, log }: PrepareApartParts): Prepare {
  return (task, noted) => {
    const work = new WorkApart<PreparationNote, Prepared | undefined>({ open: () => open(task), lease, log, noted });
    let isAsked = task.isActivationAsked;
    return {
      askActivation: () => {
        if (isAsked) return;
        isAsked = true;
        work.order(ACTIVATE);
      },
      run: (signal) => work.run(signal),
    };
  };
}

/** Of the thread itself; the lease and the log are those of its starter. */
export type ServedPreparation = Omit<PreparationParts, 'lease' | 'log'>;

/** In that thread. `open` makes the parts, which `close` lets go of. */
export function servePreparing(
  port: Parameters<typeof serveWork>[0],
  task: PreparationTask,
  open: (
    damaged: WorkMeans<never>['damaged'],
  ) => Promise<{ readonly parts: ServedPreparation; close(): Promise<void> }>,
): Promise<void> {
  return serveWork<PreparationNote>(port, async ({ log, lease, noted, damaged, signal, ordered }) => {
    const opened = await open(damaged);
    try {
      const preparing = prepareHere({ ...opened.parts, log, lease })(task, noted);
      ordered(() => {
        preparing.askActivation();
      });
      return await preparing.run(signal);
    } finally {
      await opened.close();
    }
  });
}
