/** How projection begins in a process: looked at before requests are taken, followed behind them. */
import {
  EMPTIED_BY_INGEST,
  requireOwnFeed,
  type ChangesPublisher,
  type EntriesVersion,
  type Imports,
  type OwnFeedParts,
  type PrepareOptions,
  type Projector,
} from '#application';
import {
  ENTRIES,
  FEED,
  IMPORTS,
  JOURNAL,
  LOG,
  PROJECTOR,
  projectorProviders,
  PUBLISHER,
  publisherProviders,
  type App,
  type AppParts,
  type Stores,
} from '#platform';
import { ProjectorModule } from './projector.module.js';

/** The projector's modules and use cases: with the publisher where there is a topic of changes. */
export function projectorParts({ changes }: Stores): AppParts {
  const publishers = changes === undefined ? [] : publisherProviders;
  return { modules: [ProjectorModule], useCases: [...projectorProviders, ...publishers] };
}

/** Begins to publish labors and quests that change, where there is a topic for them. */
export function publishChanges({ nest }: App, { changes }: Stores): void {
  if (changes !== undefined) nest.get<ChangesPublisher>(PUBLISHER).start();
}

/**
 * Looks whether what the feed has kept is of this journal (F5); throws StartRefused where it is not. For a projector of a process
 * of its own: beside a relay, that one looks. Call it before {@link prepareProjector}.
 */
export async function prepareFeed({ nest }: App): Promise<void> {
  const parts: OwnFeedParts = { journal: nest.get(JOURNAL), feed: nest.get(FEED), log: nest.get(LOG) };
  await requireOwnFeed(parts, EMPTIED_BY_INGEST);
}

/** Looks whether an import was left unfinished, and whose the views are; throws StartRefused where they must not be written. Call it before {@link followJournal}. */
export async function prepareProjector({ nest }: App, options: PrepareOptions): Promise<void> {
  await nest.get<Imports>(IMPORTS).look();
  await nest.get<EntriesVersion>(ENTRIES).join();
  await nest.get<Projector>(PROJECTOR).prepare(options);
}

/**
 * Rebuilds the views where that is needed, then follows the feed, in the background: requests are taken whatever becomes
 * of the views, and readiness says where they are. `following` is called whenever the projector begins to follow.
 */
export function followJournal(app: App, following?: () => void): void {
  const ending = new AbortController();
  app.nest.get<Imports>(IMPORTS).start();
  app.nest.get<EntriesVersion>(ENTRIES).start();
  const run = app.nest.get<Projector>(PROJECTOR).run({
    join: app.join,
    signal: ending.signal,
    ...(following && { following }),
  });
  // after HTTP: requests that wait for the views are answered before
  app.shutdown.add('projector', 'projector', async () => {
    ending.abort();
    await run;
  });
}
