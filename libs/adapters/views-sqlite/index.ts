/**
 * Views in files of SQLite, for standalone: `openThreadedViews`, and for another thread beside that one `openViewsBeside`; in the caller's thread: `openSqliteViews`; over a disk of
 * the caller's, for bench: `openViews`, and for the floor beside it `setUp` and the names of the files.
 */
export { eventsFile, generationFile } from './file-names.js';
export { openSqliteViews, openViews, type SqliteViewsOptions } from './open.js';
export { setUp } from './prepare.js';
export { openViewsBeside } from './thread/open-beside.js';
export { openThreadedViews } from './thread/open-threaded.js';
