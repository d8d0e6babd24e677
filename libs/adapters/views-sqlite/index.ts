/** Views in one SQLite file, for standalone: `openSqliteViews`. */
export { openSqliteViews, type SqliteViewsOptions } from './open.js';
