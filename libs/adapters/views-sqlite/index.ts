/**
 * Views in one SQLite file, for standalone: `openThreadedViews`; in the caller's thread: `openSqliteViews`; over a driver of
 * the caller's, for bench: `openViews`, and `setUp` for the floor beside it.
 */
export { openSqliteViews, openViews, type SqliteViewsOptions } from './open.js';
export { setUp } from './prepare.js';
export { openThreadedViews } from './thread/open-threaded.js';
