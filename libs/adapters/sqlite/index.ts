/** What the stores over SQLite share: connections, SQLite's errors, and how what is committed comes to the disk. */
export { closeWhole, connect, type Database } from './connect.js';
export { Durability } from './durability.js';
export { isForeignFile, isNoDatabase, isSqliteError, isSurelyUndone, reading, reasonOf, translated } from './errors.js';
export { logSyncOf, type LogSync } from './log-sync.js';
export { syncFile, syncFolder } from './sync-folder.js';
