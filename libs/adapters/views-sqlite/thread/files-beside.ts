/**
 * The files of views that another thread has open: connections of this thread to the generations that it reads and folds by itself,
 * so that neither waits for the other's computing. One thread at a time writes a generation; files are made and removed by the
 * other one alone, and it alone writes the list of events.
 */
import { Soundness, type Database } from '#adapters/sqlite';
import { GenerationGone, StoreUnavailable } from '#ports';
import { readCounting, type Counting } from '../control-writes.js';
import type { ListedBatch } from '../event-list.js';
import { eventsFile, generationFile } from '../file-names.js';
import type { OpenFiles } from '../files.js';
import { GenerationFile } from '../generation-file.js';
import { LongReads } from '../long-reads.js';
import { placeOf } from '../positions.js';
import { attached, damaged, fitted, GENERATION, letGo, READING, recognised } from '../prepare.js';
import { toMs } from '../lists/instants.js';
import { Store } from '../store.js';
import type { ListWrites } from '../views.js';

export interface FilesBesideOptions {
  /** That of control. */
  readonly file: string;
  /** Of pages that the connection to a generation keeps in memory. */
  readonly cacheBytes: number;
  /** Of the thread that has the files. */
  readonly list: ListWrites;
  readonly connect: (file: string) => Database;
  /** Called once, where damage is found, with what was found. */
  readonly damaged?: ((finding: string) => void) | undefined;
}

/** What SQLite calls a database without a file. */
const MEMORY = ':memory:';

export class FilesBeside implements OpenFiles {
  private readonly controlled: Store;
  private closing: Promise<void> | undefined;
  private list: { readonly number: number; readonly events: EventsBeside } | undefined;
  private readonly generations = new Map<number, GenerationFile>();
  private readonly attached: Database[] = [];
  private readonly soundness: Soundness;

  /** Throws a StoreUnavailable where a file cannot be opened. */
  constructor(private readonly options: FilesBesideOptions) {
    this.soundness = new Soundness('views', (_, finding) => options.damaged?.(finding));
    this.controlled = this.reading(options.file);
  }

  get control(): Store {
    if (this.closing !== undefined) throw new StoreUnavailable('views', 'they were closed');
    return this.controlled;
  }

  get events(): EventsBeside {
    const { control } = this;
    const row = control.reading(() => control.statement('SELECT events FROM views').get());
    const [number] = row as readonly [number];
    if (this.list?.number === number) return this.list.events;
    // the one before is gone, and so is all that could ask it
    void this.list?.events.longReads.close();
    const file = eventsFile(this.options.file, number);
    const events = new EventsBeside(this.reading(file), this.longReads(file), this.options.list);
    this.list = { number, events };
    return events;
  }

  of(number: number): GenerationFile {
    if (!this.isThere(number)) throw new GenerationGone(number);
    const known = this.generations.get(number);
    if (known !== undefined) return known;
    const file = generationFile(this.options.file, number);
    const opened = new GenerationFile(new Store(this.writing(file), this.soundness), this.longReads(file));
    this.generations.set(number, opened);
    return opened;
  }

  countingOf(number: number): Counting {
    const { store } = this.of(number);
    return store.reading(() => readCounting(store));
  }

  /** May be called twice. */
  async close(): Promise<void> {
    this.closing ??= this.closeAll();
    await this.closing;
  }

  /** All of them, whichever cannot be closed. */
  private async closeAll(): Promise<void> {
    const reads = this.list === undefined ? [] : [this.list.events.longReads];
    const opened = [...reads, ...this.generations.values()];
    const closed = await Promise.allSettled(opened.map((each) => each.close()));
    for (const each of this.attached) letGo(each);
    for (const each of closed) if (each.status === 'rejected') throw each.reason;
  }

  private isThere(number: number): boolean {
    const sql = "SELECT 1 FROM generations WHERE number = ? AND state <> 'loading'";
    return this.control.reading(() => this.control.statement(sql).get(number)) !== undefined;
  }

  private writing(file: string): Database {
    const database = this.options.connect(file);
    try {
      if (recognised(database, file, fitted(GENERATION, this.options.cacheBytes)) !== 'ready') throw damaged(file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private reading(file: string): Store {
    const database = attached(this.options.connect(MEMORY), file, fitted(READING, this.options.cacheBytes));
    this.attached.push(database);
    return new Store(database, this.soundness);
  }

  private longReads(file: string): LongReads {
    const { connect, cacheBytes } = this.options;
    return new LongReads(() => attached(connect(MEMORY), file, fitted(READING, cacheBytes)));
  }
}

/** The list of events, to which the other thread adds what is missing: nearly always it has everything by the time it is asked. */
class EventsBeside {
  constructor(
    readonly store: Store,
    readonly longReads: LongReads,
    private readonly list: ListWrites,
  ) {}

  /** Resolves when the list has all of it on the disk. */
  async write({ events = [], redactions = [], times = [] }: ListedBatch): Promise<void> {
    if (events.length + redactions.length + times.length === 0) return;
    const missing = this.store.reading(() => this.missing({ events, times }));
    if (missing.events.length + missing.times.length + redactions.length > 0)
      await this.list.write({ ...missing, redactions });
    // what was there may not have been on the disk
    await this.list.settle();
  }

  private missing({
    events,
    times,
  }: Required<Omit<ListedBatch, 'redactions'>>): Required<Omit<ListedBatch, 'redactions'>> {
    const event = this.store.statement('SELECT 1 FROM events WHERE place = ?');
    const time = this.store.statement('SELECT 1 FROM entry_times WHERE recorded_ms = ? AND place <= ?');
    return {
      events: events.filter(({ position }) => event.get(placeOf(position)) === undefined),
      times: times.filter(({ recordedAt, position }) => time.get(toMs(recordedAt), placeOf(position)) === undefined),
    };
  }
}
