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

/** The command that makes the feed its own: of this process, or of another one. */
export const EMPTIED_HERE = 'start once with --rebuild';
export const EMPTIED_BY_INGEST = 'start an ingest once with --rebuild';

/**
 * Call it before anything is published or consumed, while no process of a former time runs. Throws {@link StartRefused} where
 * the feed holds messages of another journal or of another time of this one, or cannot be read for want of a right;
 * StoreUnavailable.
 */
export async function requireOwnFeed(parts: OwnFeedParts, mend: string): Promise<void> {
  const found = await asStart(() => oddsOf(parts));
  if (found !== null) throw refusalOf(found, mend);
}

/**
 * Empties the feed where it is of another time of this journal: projectors read from the journal what they lack. Who follows
 * changes hears of a reset in any case: where the feed was emptied by hand, or is lost, nothing shows that the journal was set
 * back, because the place of the changes was set back with it. Throws as {@link requireOwnFeed} does, also where the
 * feed is another journal's: a Hermes over that one may be at work, and the operator who asked may have meant the views.
 */
export async function makeOwnFeed(
  parts: OwnFeedParts & { readonly journal: Pick<Journal, 'readState' | 'writeState'> },
): Promise<void> {
  const { journal, feed, log } = parts;
  const found = await asStart(() => oddsOf(parts));
  if (found?.isForeign === true) throw refusalOf(found, EMPTIED_HERE);
  // first: once the feed is empty nothing shows that it has to be done
  await giveUpChanges(journal);
  if (found === null) return;
  await asStart(() => feed.empty());
  log.warn('the feed was emptied', { why: found.why });
}

/** What the feed holds that is not of this journal as it stands. */
interface Odds {
  readonly why: string;
  /** Of another journal; else of another time of this one. */
  readonly isForeign: boolean;
}

/** Null where all of it is the journal's. Another journal's messages are found first. */
async function oddsOf({ journal, feed }: OwnFeedParts): Promise<Odds | null> {
  const messages = await feed.newest();
  const foreign = messages.find((message) => message.journal !== journal.identity);
  if (foreign !== undefined) {
    const why = `the feed carries entries of journal ${foreign.journal}, this is journal ${journal.identity}`;
    return { why, isForeign: true };
  }
  for (const message of messages) {
    const why = await whyOfAnotherTime(journal, message);
    if (why !== null) return { why, isForeign: false };
  }
  return null;
}

async function whyOfAnotherTime(journal: OwnFeedParts['journal'], message: FeedMessage): Promise<string | null> {
  const { position, entryId } = feedPlaceOf(message);
  if (position === START) return null;
  const entry = await journal.entryAt(position);
  if (entry !== undefined && entry.id === entryId) return null;
  return (
    `the feed has carried entries up to position ${position}, and the journal holds ${entry ? 'another entry' : 'no entry'} there: ` +
    'it was replaced or set back'
  );
}

function refusalOf({ why, isForeign }: Odds, mend: string): StartRefused {
  if (!isForeign) return new StartRefused(`${why}. If it is the right one, ${mend}, which empties it`);
  return new StartRefused(
    `${why}: set a HERMES_PREFIX that no other Hermes has. Only where this journal takes the place of that one, ` +
      `empty the topic of the prefix by hand with kafka-delete-records.sh, and then ${mend}`,
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
