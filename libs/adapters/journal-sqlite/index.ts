/** The journal in one SQLite file, for standalone: `openSqliteJournal`. */
export { openSqliteJournal, type OpenedJournal, type SqliteJournalOptions } from './open.js';
