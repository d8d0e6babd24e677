/** Opens the views of one SQLite file. */
import type { Views } from '#ports';

export interface SqliteViewsOptions {
  /** Made where it is not there; its folder must be there. */
  readonly file: string;
}

export function openSqliteViews(options: SqliteViewsOptions): Views {
  throw new Error(`not written yet: ${options.file}`);
}
