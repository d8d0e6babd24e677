/** A double for each test, and journals on it that are closed afterwards. */
import { startEventStoreDouble, temporaryFolder, type EventStoreDouble } from '#testing';
import type { EventStoreJournal, JournalLimits } from './journal.js';
import { openJournal, type EventStoreJournalOptions } from './open.js';

/** For specs that are not about limits: client and server share a process or a machine, and a busy one makes both slow. */
export const PATIENT = { appendTimeoutMs: 30_000, maxWaitMs: 60_000, readTimeoutMs: 30_000 };

export interface Store {
  readonly double: EventStoreDouble;
  open(options?: Partial<EventStoreJournalOptions>, limits?: Partial<JournalLimits>): Promise<EventStoreJournal>;
}

/** Declares the hooks; answers a function that gives the present test's. */
export function doublePerTest(): () => Store {
  const path = temporaryFolder();
  let store: Store;
  let opened: EventStoreJournal[];
  beforeEach(async () => {
    const double = await startEventStoreDouble({ folder: path('store') });
    opened = [];
    store = {
      double,
      async open(options = {}, limits = PATIENT) {
        const journal = await openJournal({ url: double.url, prefix: 'hermes', ...options }, limits);
        opened.push(journal);
        return journal;
      },
    };
  });
  afterEach(async () => {
    await Promise.all(opened.map((journal) => journal.close()));
    await store.double.kill();
  });
  return () => store;
}
