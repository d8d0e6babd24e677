/** The floor of projection: the very rows that ours has stored, upserted by bare statements into the same tables. */
import { DatabaseSync } from '@photostructure/sqlite';
import { eventsFile, generationFile, setUp } from '#adapters/views-sqlite';
import type { ViewsBatch } from '#ports';
import { copyTables, type Database } from './copy-layout.js';

type Row = (string | number | bigint | null)[];

interface Table {
  readonly name: string;
  /** Which of the views' files it is in. */
  readonly file: (views: string) => string;
  readonly key: string;
  /** What a later version of a row changes; an event has none. */
  readonly changing: readonly string[];
  readonly keysOf: (batch: ViewsBatch) => readonly (string | bigint)[];
}

/** An event's place is its position, moved into SQLite's signed integers. */
const PLACE_OF_ZERO = -(2n ** 63n);

/** In the order in which projection writes them. */
const TABLES: readonly Table[] = [
  {
    name: 'events',
    file: (views) => eventsFile(views, 0),
    key: 'place',
    changing: [],
    keysOf: ({ events = [] }) => events.map(({ position }) => position + PLACE_OF_ZERO),
  },
  {
    name: 'labors',
    file: (views) => generationFile(views, 1),
    key: 'id',
    changing: ['position', 'class', 'closed_at', 'span', 'closed_place', 'doc'],
    keysOf: ({ labors = [] }) => labors.map(({ id }) => id),
  },
  {
    name: 'hosts',
    file: (views) => generationFile(views, 1),
    key: 'host',
    changing: ['version', 'has_open', 'open', 'updated_at', 'last_event', 'heard_ms', 'heard_minute', 'doc'],
    keysOf: ({ hosts = [] }) => hosts.map(({ host }) => host),
  },
];

/** One transaction's rows, by table. */
export type Rows = readonly (readonly Row[])[];

/** Reads what ours has just written, over connections of its own. */
export class RowReader {
  private readonly databases: readonly Database[];
  private readonly finds;

  constructor(views: string) {
    this.databases = TABLES.map(({ file }) => new DatabaseSync(file(views), { readOnly: true }));
    this.finds = TABLES.map(({ name, key }, index) => {
      const find = this.databases[index]!.prepare(`SELECT * FROM ${name} WHERE ${key} = ?`);
      find.setReturnArrays(true);
      find.setReadBigInts(true);
      return find;
    });
  }

  rowsOf(batch: ViewsBatch): Rows {
    return TABLES.map(({ keysOf }, index) => keysOf(batch).map((key) => this.finds[index]!.get(key) as unknown as Row));
  }

  close(): void {
    for (const database of this.databases) database.close();
  }
}

/** All rows in one file: two would cost a floor more. */
export class FloorViews {
  private readonly database: Database;
  private readonly upserts;

  /** `views` must have their first generation. */
  constructor(views: string, file: string) {
    this.database = new DatabaseSync(file);
    for (const table of TABLES) copyTables(table.file(views), this.database, [table.name]);
    setUp(this.database);
    this.upserts = TABLES.map((table) => this.database.prepare(upsertOf(this.database, table)));
  }

  /** Milliseconds that the transactions take. */
  store(transactions: readonly Rows[]): number {
    const begun = performance.now();
    for (const tables of transactions) {
      this.database.exec('BEGIN IMMEDIATE');
      tables.forEach((rows, index) => {
        const upsert = this.upserts[index]!;
        for (const row of rows) upsert.run(...row);
      });
      this.database.exec('COMMIT');
    }
    return performance.now() - begun;
  }

  /** Throws an Error where the tables are not what ours are: then the two did not do the same. */
  requireSameAs(views: string): void {
    for (const { name, file } of TABLES) {
      this.database.exec(`ATTACH '${file(views)}' AS ours`);
      const count = (sql: string): number => (this.database.prepare(sql).get() as { n: number }).n;
      const only = `SELECT * FROM ours.${name} EXCEPT SELECT * FROM main.${name}`;
      const missing = count(`SELECT count(*) AS n FROM (${only})`);
      const more = count(`SELECT (SELECT count(*) FROM main.${name}) - (SELECT count(*) FROM ours.${name}) AS n`);
      this.database.exec('DETACH ours');
      if (missing !== 0 || more !== 0)
        throw new Error(`${name}: the floor has ${more} rows more than ours, and lacks ${missing} of them`);
    }
  }

  close(): void {
    this.database.close();
  }
}

function upsertOf(database: Database, { name, key, changing }: Table): string {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(name);
  const insert = `INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`;
  if (changing.length === 0) return insert;
  return `${insert} ON CONFLICT (${key}) DO UPDATE SET ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}
