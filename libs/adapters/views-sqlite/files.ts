/**
 * The files of the views: one of control, one with the list of events, one for each generation. Giving up a generation or
 * a list removes its file, and writing one keeps nobody who reads another. What control names is there as a whole: a file
 * is made and on the disk before control names it, and removed after control has stopped to.
 */
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { closeWhole, reasonOf, Soundness, syncFolder, type Database, type LogSync } from '#adapters/sqlite';
import type { PartitionProgress } from '#contracts';
import { GenerationGone, StoreUnavailable } from '#ports';
import { countPartitions, putProgress } from './control-writes.js';
import { EventList } from './event-list.js';
import { GenerationFile } from './generation-file.js';
import { LongReads } from './long-reads.js';
import {
  attached,
  CONTROL,
  damaged,
  EVENTS,
  fitted,
  GENERATION,
  make,
  READING,
  recognised,
  requireOurs,
  type FileKind,
} from './prepare.js';
import { Store, type WriteWatch } from './store.js';

export interface Disk {
  /** Of pages that the writer of a generation keeps in memory. */
  readonly cacheBytes: number;
  /** Opens a connection; throws a StoreUnavailable where it cannot be. */
  readonly connect: (file: string) => Database;
  /** Brings a file's log to the disk. */
  readonly logSync: (file: string) => LogSync;
  /** Made over each connection that writes much. */
  readonly watch?: (database: Database, file: string, kind: FileKind) => WriteWatch;
  /** Called once, where damage is found in any of the files, with a sentence for the operator. */
  readonly damaged?: (reason: string) => void;
}

/** What SQLite calls a database without a file. */
const MEMORY = ':memory:';

/** The control file's record of the other files. */
interface Named {
  readonly events: number;
  readonly generations: readonly number[];
}

export class ViewsFiles {
  private list: { readonly file: string; readonly events: EventList } | undefined;
  private readonly generations = new Map<number, GenerationFile>();

  private constructor(
    private readonly file: string,
    private readonly disk: Disk,
    readonly control: Store,
    private readonly soundness: Soundness,
  ) {}

  /**
   * Opens the views, or makes them; `rebuild` removes them first. Rejects with a StoreUnavailable where a file cannot be opened
   * or made, with an Error where one is another application's or damaged. Views of another layout are replaced by empty ones.
   */
  static async open(file: string, disk: Disk, rebuild: boolean): Promise<ViewsFiles> {
    const soundness = new Soundness('views', disk.damaged);
    const control = new Store(openedControl(file, disk, rebuild), soundness);
    // all lie beside the file itself, not beside a link to it
    const files = new ViewsFiles(realpathSync(file), disk, control, soundness);
    try {
      await files.settleControl();
      files.openNamed();
      return files;
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  get events(): EventList {
    if (this.list === undefined) throw new StoreUnavailable('views', 'they are not open');
    return this.list.events;
  }

  /** Throws {@link GenerationGone}. */
  of(number: number): GenerationFile {
    const generation = this.generations.get(number);
    if (generation === undefined) throw new GenerationGone(number);
    return generation;
  }

  /** A file for a generation that control is about to name. */
  makeGeneration(number: number, progress: readonly PartitionProgress[], hashVersion: number): void {
    const file = generationFile(this.file, number);
    const database = makeFile(file, this.disk, GENERATION, (made) => {
      const store = new Store(made);
      countPartitions(store, progress.length, hashVersion);
      for (const each of progress) putProgress(store, each);
    });
    this.addGeneration(number, database);
  }

  /** Closes and removes it, once control does not name it. */
  async removeGeneration(number: number): Promise<void> {
    const generation = this.generations.get(number);
    this.generations.delete(number);
    await generation?.close();
    await removeFile(generationFile(this.file, number));
  }

  /** A file for the next list of events, which control is about to name. */
  makeEvents(number: number): EventList {
    const file = eventsFile(this.file, number);
    const database = makeFile(file, this.disk, EVENTS);
    return this.eventList(file, this.store(database, file, EVENTS));
  }

  /** From now on `events` is written; what control does not name any more is closed and removed. */
  async replaceEvents(number: number, events: EventList): Promise<void> {
    const before = this.list;
    this.list = { file: eventsFile(this.file, number), events };
    const { generations } = this.named();
    const gone = [...this.generations.keys()].filter((each) => !generations.includes(each));
    await Promise.all(gone.map((each) => this.removeGeneration(each)));
    if (before === undefined) return;
    await before.events.close();
    await removeFile(before.file);
  }

  async close(): Promise<void> {
    await Promise.all([this.list?.events.close(), ...[...this.generations.values()].map((each) => each.close())]);
    await this.control.close();
  }

  /**
   * What a killed process committed to control may not be on the disk yet. Files are removed by what control names: a power
   * failure must not bring back a control that names them.
   */
  private async settleControl(): Promise<void> {
    const log = this.disk.logSync(this.file);
    try {
      await log.sync();
    } catch (error) {
      throw new StoreUnavailable('views', `the log of ${this.file} cannot be synced: ${reasonOf(error)}`, {
        cause: error,
      });
    } finally {
      await log.close();
    }
  }

  private openNamed(): void {
    const { events, generations } = this.named();
    const file = eventsFile(this.file, events);
    this.list = { file, events: this.eventList(file, this.existing(file, EVENTS)) };
    for (const number of generations) this.openGeneration(number);
    // remains of a crash: files that were dropped, or made and not named
    const named = [file, ...generations.map((number) => generationFile(this.file, number))];
    removeSiblings(this.file, (sibling) => !named.includes(sibling));
  }

  private openGeneration(number: number): void {
    const file = generationFile(this.file, number);
    this.generations.set(number, new GenerationFile(this.existing(file, GENERATION), this.longReads(file)));
  }

  private addGeneration(number: number, database: Database): void {
    const file = generationFile(this.file, number);
    this.generations.set(number, new GenerationFile(this.store(database, file, GENERATION), this.longReads(file)));
  }

  /** A file that control names. */
  private existing(file: string, kind: FileKind): Store {
    if (!existsSync(file)) throw damaged(file);
    const database = this.disk.connect(file);
    try {
      if (recognised(database, file, fitted(kind, this.disk.cacheBytes)) !== 'ready') throw damaged(file);
      return this.store(database, file, kind);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private eventList(file: string, store: Store): EventList {
    return new EventList(store, this.longReads(file), this.disk.logSync(file));
  }

  private longReads(file: string): LongReads {
    return new LongReads(() => attached(this.disk.connect(MEMORY), file, fitted(READING, this.disk.cacheBytes)));
  }

  private store(database: Database, file: string, kind: FileKind): Store {
    return new Store(database, this.soundness, this.disk.watch?.(database, file, kind));
  }

  private named(): Named {
    return this.control.reading(() => {
      const [events] = this.control.statement('SELECT events FROM views').get() as readonly [number];
      const rows = this.control.statement('SELECT number FROM generations').all() as readonly (readonly [number])[];
      return { events, generations: rows.map(([number]) => number) };
    });
  }
}

function openedControl(file: string, disk: Disk, rebuild: boolean): Database {
  let database = disk.connect(file);
  try {
    if (rebuild) requireOurs(database, file);
    const found = rebuild ? 'other' : recognised(database, file, CONTROL);
    if (found === 'ready') return database;
    const real = realpathSync(file);
    if (found === 'other') {
      closeWhole(database);
      removeNow(real);
      database = disk.connect(file);
      recognised(database, file, CONTROL);
    }
    // whatever lies there is of views that are gone
    removeSiblings(real, () => true);
    closeWhole(makeFile(eventsFile(real, 0), disk, EVENTS));
    make(database, file, CONTROL);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** A new file, on the disk with its name. */
function makeFile(
  file: string,
  { connect, cacheBytes }: Disk,
  kind: FileKind,
  fill?: (database: Database) => void,
): Database {
  removeNow(file);
  const database = connect(file);
  try {
    make(
      database,
      file,
      fitted(kind, cacheBytes),
      fill &&
        (() => {
          fill(database);
        }),
    );
    syncFolder(dirname(file));
    return database;
  } catch (error) {
    database.close();
    removeNow(file);
    throw error;
  }
}

export function eventsFile(file: string, number: number): string {
  return siblingOf(file, `events-${number}`);
}

export function generationFile(file: string, number: number): string {
  return siblingOf(file, `generation-${number}`);
}

function siblingOf(file: string, name: string): string {
  const { dir, name: own, ext } = parse(file);
  return join(dir, `${own}-${name}${ext}`);
}

function removeSiblings(file: string, isGone: (sibling: string) => boolean): void {
  const { name, ext } = parse(file);
  for (const each of readdirSync(dirname(file))) {
    const sibling = basename(each, ext);
    if (!each.endsWith(ext) || !sibling.startsWith(`${name}-`)) continue;
    if (!/^(events|generation)-\d+$/.test(sibling.slice(name.length + 1))) continue;
    const path = join(dirname(file), each);
    if (isGone(path)) removeNow(path);
  }
}

const SUFFIXES = ['', '-wal', '-shm', '-journal'];

function removeNow(file: string): void {
  for (const suffix of SUFFIXES) rmSync(file + suffix, { force: true });
}

/** Beside this thread: giving up the room of a large file takes the system a while. */
async function removeFile(file: string): Promise<void> {
  // a connection that still has it open does not keep its room
  await truncate(file).catch(() => undefined);
  for (const suffix of SUFFIXES) await rm(file + suffix, { force: true });
}
