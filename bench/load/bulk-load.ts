/** A floor for loading: the rows of a generation that is there, inserted one by one into tables without indexes, and CREATE INDEX. */
import { rmSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Context } from '../harness/context.js';
import type { Database } from './copy-layout.js';

/** Rows that are read before they are inserted. */
const PIECE_ROWS = 5000;
/** The tables that a load without quests fills. */
const TABLES = ['labors', 'hosts', 'fired_fates', 'labor_counts'] as const;

/** The milliseconds that the inserts and the indexes take, reading apart. `to` is replaced. */
export function bulkLoad(context: Context, from: string, to: string): number {
  const source = new DatabaseSync(from, { readOnly: true });
  rmSync(to, { force: true });
  const target = new DatabaseSync(to);
  target.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -49152');
  const sql = (type: string): readonly string[] =>
    TABLES.flatMap((table) => {
      const find = source.prepare('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL');
      return (find.all(table, type) as { sql: string }[]).map((row) => row.sql);
    });
  for (const table of sql('table')) target.exec(table);
  let ms = 0;
  for (const table of TABLES) {
    for (const rows of rowsOf(source, table)) ms += insert(target, table, rows);
    context.progress(`plain inserts: ${table}`);
  }
  const begun = performance.now();
  for (const index of sql('index')) target.exec(index);
  ms += performance.now() - begun;
  source.close();
  target.close();
  return ms;
}

type Row = (string | number | bigint | null)[];

function* rowsOf(database: Database, table: string): Generator<readonly Row[]> {
  const all = database.prepare(`SELECT * FROM ${table}`);
  all.setReturnArrays(true);
  all.setReadBigInts(true);
  let rows: Row[] = [];
  for (const row of all.iterate() as Iterable<Row>) {
    rows.push(row);
    if (rows.length < PIECE_ROWS) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

function insert(database: Database, table: string, rows: readonly Row[]): number {
  const [first] = rows;
  if (first === undefined) return 0;
  const begun = performance.now();
  const one = database.prepare(`INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  for (const row of rows) one.run(...row);
  database.exec('COMMIT');
  return performance.now() - begun;
}
