/** The stores that settings can choose, one table per port. A new adapter is a row here. Its code is loaded only when it is chosen. */
import type { ChangesTopic, Feed, Inbound, Journal, ReadJournal, Views } from '#ports';
import type { Settings } from '../settings/settings.js';
import { inProcessFeed, sqliteJournal, sqliteViews } from './embedded.js';
import { kafkaChanges, kafkaFeed, kafkaInbound } from './kafka.js';
import type { Opener } from './opener.js';
import { eventStoreJournal, mongoViews } from './remote.js';

export interface Openers {
  readonly journal: Readonly<Record<Settings['journal'], Opener<Journal, ReadJournal>>>;
  readonly feed: Readonly<Record<Settings['feed'], Opener<Feed>>>;
  readonly views: Readonly<Record<Settings['views'], Opener<Views>>>;
  /** Where events are taken from a topic, beside the feed. */
  readonly inbound: Readonly<Record<'kafka', Opener<Inbound>>>;
  /** Where changes are published to a topic, beside the feed. */
  readonly changes: Readonly<Record<'kafka', Opener<ChangesTopic>>>;
}

export const OPENERS: Openers = {
  journal: { sqlite: sqliteJournal, eventstore: eventStoreJournal },
  feed: { inprocess: inProcessFeed, kafka: kafkaFeed },
  views: { sqlite: sqliteViews, mongo: mongoViews },
  inbound: { kafka: kafkaInbound },
  changes: { kafka: kafkaChanges },
};
