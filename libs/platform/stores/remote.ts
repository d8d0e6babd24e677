/** The stores that are separate servers, except Kafka, whose settings are in kafka.ts. */
import type { Journal, ReadJournal, Views } from '#ports';
import { revealed, type Opened, type Opener } from './opener.js';

export const eventStoreJournal: Opener<Journal, ReadJournal> = {
  called: () => 'the journal in EventStoreDB',
  remote: 'HERMES_EVENTSTORE_URL',
  async open({ settings: { eventstore, prefix }, threads }) {
    const { openEventStoreJournal } = await import('#adapters/journal-eventstore');
    const options = { url: revealed(eventstore.url), prefix };
    return { store: await openEventStoreJournal(options), ...besideBy(options, threads) };
  },
  async openBeside(data) {
    const { openEventStoreJournal } = await import('#adapters/journal-eventstore');
    return openEventStoreJournal(data as Parameters<typeof openEventStoreJournal>[0]);
  },
};

export const mongoViews: Opener<Views> = {
  called: () => 'the views in MongoDB',
  remote: 'HERMES_MONGO_URL',
  async open({ settings: { mongo, prefix, app }, threads }) {
    const { openMongoViews } = await import('#adapters/views-mongo');
    const options = { url: revealed(mongo.url), prefix, access: app.viewsAccess };
    return { store: await openMongoViews(options), ...besideBy(options, threads) };
  },
  async openBeside(data) {
    const { openMongoViews } = await import('#adapters/views-mongo');
    return openMongoViews(data as Parameters<typeof openMongoViews>[0]);
  },
};

/** A thread beside has a connection of its own, as another process would. */
function besideBy(data: object, threads: boolean): Pick<Opened<unknown>, 'beside'> {
  return threads ? { beside: () => ({ data, transfer: [] }) } : {};
}
