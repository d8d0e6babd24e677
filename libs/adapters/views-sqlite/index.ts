/** Views in one SQLite file, for standalone: `openSqliteViews`; over a driver of the caller's, for bench: `openViews`. */
export { openSqliteViews, openViews, type SqliteViewsOptions } from './open.js';
