/** The stores that are separate servers, except Kafka, whose settings are in kafka.ts. */
import type { Journal, Views } from '#ports';
import { revealed, type Opener } from './opener.js';

export const eventStoreJournal: Opener<Journal> = {
  called: () => 'the journal in EventStoreDB',
  remote: 'HERMES_EVENTSTORE_URL',
  async open({ settings: { eventstore, prefix } }) {
    const { openEventStoreJournal } = await import('#adapters/journal-eventstore');
    return { store: await openEventStoreJournal({ url: revealed(eventstore.url), prefix }) };
  },
};

export const mongoViews: Opener<Views> = {
  called: () => 'the views in MongoDB',
  remote: 'HERMES_MONGO_URL',
  async open({ settings: { mongo, prefix, app } }) {
    const { openMongoViews } = await import('#adapters/views-mongo');
    return { store: await openMongoViews({ url: revealed(mongo.url), prefix, access: app.viewsAccess }) };
  },
};
