/** The journal in one SQLite file, for standalone: `openSqliteJournal`. */
export { openSqliteJournal, type SqliteJournalOptions } from './open.js';
