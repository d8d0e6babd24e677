/**
 * Where SQLite puts what does not fit into its memory, above all the sorts that make an index: beside the data, whose room is checked
 * before it is taken. By itself it takes the system's folder for temporary files, which is often memory.
 */
import { resolve } from 'node:path';

/** SQLite reads it once, before its first connection. */
export const SQLITE_FOLDER = 'SQLITE_TMPDIR';

/** To be called before anything of SQLite is opened. A folder that the operator has chosen stays. */
export function keepTemporaryFilesIn(folder: string, environment: NodeJS.ProcessEnv = process.env): void {
  environment[SQLITE_FOLDER] ??= resolve(folder);
}
