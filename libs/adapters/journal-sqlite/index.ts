/**
 * The journal in one SQLite file, for standalone: `openSqliteJournal`; the same for another thread of its process: `openJournalBeside`; a
 * copy of it for a backup: `snapshotSqliteJournal`.
 */
export { besideOf, openJournalBeside } from './beside.js';
export { openSqliteJournal, type OpenedJournal, type SqliteJournalOptions } from './open.js';
export { snapshotSqliteJournal, type Snapshot, type SnapshotOptions } from './snapshot.js';
