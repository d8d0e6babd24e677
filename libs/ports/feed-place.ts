/** Where a message of the feed stands in the journal. */
import type { Position, Uuid } from '#contracts';
import type { FeedMessage } from './feed.js';

export interface FeedPlace {
  readonly position: Position;
  /** UUID of the entry there; null at START. */
  readonly entryId: Uuid | null;
}

export function feedPlaceOf(message: FeedMessage): FeedPlace {
  if (message.kind === 'tick') return { position: message.position, entryId: message.entryId };
  const { position, id: entryId } = message.entry;
  return { position, entryId };
}
