/**
 * Views in one SQLite file, for standalone: `openThreadedViews`; in the caller's thread: `openSqliteViews`; over a driver of
 * the caller's, for bench: `openViews`.
 */
export { openSqliteViews, openViews, type SqliteViewsOptions } from './open.js';
export { openThreadedViews } from './thread/open-threaded.js';
