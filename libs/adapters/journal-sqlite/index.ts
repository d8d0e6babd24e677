/** The journal in one SQLite file, for standalone: `openSqliteJournal`; a copy of it for a backup: `snapshotSqliteJournal`. */
export { openSqliteJournal, type OpenedJournal, type SqliteJournalOptions } from './open.js';
export { snapshotSqliteJournal, type Snapshot, type SnapshotOptions } from './snapshot.js';
