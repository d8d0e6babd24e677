/** Tables and indexes of one SQLite file, made empty in another: the floor's ground is ours. */
import { DatabaseSync } from '@photostructure/sqlite';

export type Database = InstanceType<typeof DatabaseSync>;

/** Opens `to` with the named tables of `from` and their indexes. The caller sets the pragmas. */
export function copyLayout(from: string, to: string, tables: readonly string[]): Database {
  const target = new DatabaseSync(to);
  copyTables(from, target, tables);
  return target;
}

/** The same into a database that is open. */
export function copyTables(from: string, to: Database, tables: readonly string[]): void {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    const find = source.prepare(
      "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'",
    );
    for (const table of tables) for (const { sql } of find.all(table) as { sql: string }[]) to.exec(sql);
  } finally {
    source.close();
  }
}
