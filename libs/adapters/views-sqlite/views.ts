/** The views port over files of SQLite. Calls are short and block; only the disk and the removal of files are waited for. */
import type { Database } from '#adapters/sqlite';
import type { Views } from '#ports';
import { SqliteControl } from './control.js';
import type { EventList } from './event-list.js';
import type { ViewsFiles } from './files.js';
import { SqliteLoader } from './loading/loader.js';
import { SqliteLoadingFiles } from './loading/loading-files.js';
import { loadHere } from './loading/open-load.js';
import { SqliteReader } from './reader.js';
import { SqliteWriter } from './writer.js';

/** What is written to the list of events alone. */
export type ListWrites = Pick<EventList, 'write' | 'settle'>;

export class SqliteViews implements Views {
  readonly control: SqliteControl;
  readonly loading: SqliteLoadingFiles;
  readonly list: ListWrites;
  readonly loader: SqliteLoader;
  readonly writer: SqliteWriter;
  readonly reader: SqliteReader;

  constructor(
    private readonly files: ViewsFiles,
    connect: (file: string) => Database,
  ) {
    this.control = new SqliteControl(files);
    this.loading = new SqliteLoadingFiles(files, this.control);
    this.loader = new SqliteLoader(this.loading, loadHere(connect));
    this.list = { write: (batch) => files.events.write(batch), settle: () => files.events.settle() };
    this.writer = new SqliteWriter(files);
    this.reader = new SqliteReader(files);
  }

  async close(): Promise<void> {
    await this.loader.close();
    await this.files.close();
  }
}
