/** One process per data folder, for the embedded stores: `lockDataFolder`. */
export { DataFolderUnusable, lockDataFolder, type DataLock } from './lock.js';
