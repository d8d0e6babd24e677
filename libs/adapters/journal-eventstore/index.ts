/** The journal on EventStoreDB (22.10 and later) or KurrentDB: `openEventStoreJournal`. */
export { openEventStoreJournal, type EventStoreJournalOptions } from './open.js';
