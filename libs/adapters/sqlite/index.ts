/** Shared by the stores over SQLite: connections, SQLite's errors, and the way of commits to the disk. */
export { closeWhole, connect, type Database } from './connect.js';
export { Durability } from './durability.js';
export {
  isForeignFile,
  isNoDatabase,
  isSqliteError,
  isSurelyUndone,
  reasonOf,
  RowDamaged,
  translated,
} from './errors.js';
export { logSyncOf, type LogSync } from './log-sync.js';
export { Soundness } from './soundness.js';
export { syncFile, syncFolder } from './sync-folder.js';
