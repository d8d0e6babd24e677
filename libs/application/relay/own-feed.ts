/**
 * Whether what the feed has kept is of this journal as it stands (F5). A journal that was put back from a copy gives positions
 * a second time: messages from before would be taken for entries that it does not hold, and what is given a position at or below
 * theirs would be dropped as known.
 */
import { START } from '#contracts';
import { feedPlaceOf, StoreUnavailable, type Feed, type FeedMessage, type Journal } from '#ports';
import type { Log } from '../log.js';
import { giveUpChanges } from '../publishing/create-publisher.js';
import { StartRefused } from '../start-refused.js';

/** The feed carries what the journal does not hold, found while it is followed: the journal was changed under a process. */
export class FeedAtOdds extends Error {
  override readonly name = 'FeedAtOdds';

  constructor(what: string) {
    super(`${what}: stop all of Hermes, check what it is connected to, and start it again`);
  }
}

export interface OwnFeedParts {
  readonly journal: Pick<Journal, 'identity' | 'entryAt'>;
  readonly feed: Pick<Feed, 'newest' | 'empty'>;
  readonly log: Log;
}

/** Which command empties the feed: the one of this process, or of another one. */
export const EMPTIED_HERE = 'start once with --rebuild';
export const EMPTIED_BY_INGEST = 'start an ingest once with --rebuild';

/**
 * Call it before anything is published or consumed, while no process of a former time runs. Throws {@link StartRefused} where
 * the feed holds messages of another journal or of another time of this one, or cannot be read for want of a right;
 * StoreUnavailable.
 */
export async function requireOwnFeed(parts: OwnFeedParts, mend: string): Promise<void> {
  const why = await asStart(() => whyNotOwn(parts));
  if (why !== null) throw new StartRefused(`${why}, ${mend}, which empties it`);
}

/**
 * Empties the feed where {@link requireOwnFeed} would refuse it: projectors read from the journal what they lack, and who follows
 * changes hears of a reset. Throws as it does.
 */
export async function makeOwnFeed(
  parts: OwnFeedParts & { readonly journal: Pick<Journal, 'readState' | 'writeState'> },
): Promise<void> {
  const { journal, feed, log } = parts;
  const why = await asStart(() => whyNotOwn(parts));
  if (why === null) return;
  // first: once the feed is empty nothing shows that it has to be done
  await giveUpChanges(journal);
  await asStart(() => feed.empty());
  log.warn('the feed was emptied', { why });
}

/** As the first half of a sentence; null where all of it is the journal's. */
async function whyNotOwn({ journal, feed }: OwnFeedParts): Promise<string | null> {
  for (const message of await feed.newest()) {
    const why = await whyNotOf(journal, message);
    if (why !== null) return why;
  }
  return null;
}

async function whyNotOf(journal: OwnFeedParts['journal'], message: FeedMessage): Promise<string | null> {
  if (message.journal !== journal.identity) {
    return (
      `the feed carries entries of journal ${message.journal}, this is journal ${journal.identity}: ` +
      'set a HERMES_PREFIX that no other Hermes has, or, where this journal takes the place of that one'
    );
  }
  const { position, entryId } = feedPlaceOf(message);
  if (position === START) return null;
  const entry = await journal.entryAt(position);
  if (entry !== undefined && entry.id === entryId) return null;
  return (
    `the feed has carried entries up to position ${position}, and the journal holds ${entry ? 'another entry' : 'no entry'} there: ` +
    'it was replaced or set back. If it is the right one'
  );
}

/** A right that is missing is for the operator, in one line. */
async function asStart<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isDefect = !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError;
    if (isDefect || error instanceof StoreUnavailable) throw error;
    throw new StartRefused(error.message, { cause: error });
  }
}
