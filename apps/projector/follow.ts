/** How projection begins in a process: looked at before requests are taken, caught up behind them. */
import type { Log, Projector } from '#application';
import { PROJECTOR, untilThere, type App } from '#platform';

/** The consumer group of all projectors. */
export const PROJECTOR_GROUP = 'projector';

/** Looks whose the views are; throws StartRefused where they must not be written. Call it before {@link followJournal}. */
export async function prepareProjector({ nest }: App, options: { readonly foldAnew: boolean }): Promise<void> {
  await nest.get<Projector>(PROJECTOR).prepare(options);
}

/**
 * Catches up with the journal, then goes on with the feed. Answers whether it does: not where the process stops before,
 * or a defect keeps it. Never rejects: requests are taken whatever becomes of the views, and readiness says that they
 * are not there.
 */
export async function followJournal(app: App, log: Log): Promise<boolean> {
  const { signal } = app.shutdown;
  const projector = app.nest.get<Projector>(PROJECTOR);
  try {
    await projector.catchUp(signal);
    await untilThere(() => app.consume(), { what: 'the feed', log, signal });
    signal.throwIfAborted();
    projector.start();
    return true;
  } catch (error) {
    if (!signal.aborted) log.error('the views do not follow the journal; start Hermes again', { err: error });
    return false;
  }
}
