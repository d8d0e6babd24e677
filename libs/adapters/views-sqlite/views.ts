/** The views port over files of SQLite. Calls are short and block; only the disk and the removal of files are waited for. */
import type { Views } from '#ports';
import { SqliteControl } from './control.js';
import type { ViewsFiles } from './files.js';
import { SqliteReader } from './reader.js';
import { SqliteWriter } from './writer.js';

export class SqliteViews implements Views {
  readonly control: SqliteControl;
  readonly writer: SqliteWriter;
  readonly reader: SqliteReader;

  constructor(private readonly files: ViewsFiles) {
    this.control = new SqliteControl(files);
    this.writer = new SqliteWriter(files);
    this.reader = new SqliteReader(files);
  }

  async close(): Promise<void> {
    await this.files.close();
  }
}
