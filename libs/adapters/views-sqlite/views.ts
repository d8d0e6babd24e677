/** The views port over one SQLite connection. Calls are short and block; emptying large tables yields between steps. */
import type { Views } from '#ports';
import { SqliteControl } from './control.js';
import { SqliteReader } from './reader.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';
import { SqliteWriter } from './writer.js';

export class SqliteViews implements Views {
  readonly control: SqliteControl;
  readonly writer: SqliteWriter;
  readonly reader: SqliteReader;

  constructor(
    private readonly store: Store,
    tables: Tables,
  ) {
    this.control = new SqliteControl(store, tables);
    this.writer = new SqliteWriter(store, tables);
    this.reader = new SqliteReader(store, tables);
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}
