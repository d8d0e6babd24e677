/**
 * The files of the views: one of control, one with the list of events, one for each generation. Giving up a generation or
 * a list removes its file, and writing one keeps nobody who reads another. What control names is there as a whole: a file
 * is made and on the disk before control names it, and removed after control has stopped to.
 */
import { existsSync, realpathSync } from 'node:fs';
import { closeWhole, reasonOf, Soundness, type Database } from '#adapters/sqlite';
import type { Generation, PartitionProgress } from '#contracts';
import { GenerationGone, StoreDamaged, StoreUnavailable } from '#ports';
import { countPartitions, putProgress, readCounting, type Counting } from './control-writes.js';
import { EventList } from './event-list.js';
import { eventsFile, generationFile, removeFile, removeSiblings } from './file-names.js';
import { GenerationFile } from './generation-file.js';
import { LongReads } from './long-reads.js';
import { makeFile, openedControl, type Disk } from './making.js';
import {
  attached,
  damaged,
  EVENTS,
  FileDamaged,
  fitted,
  GENERATION,
  LOADING,
  READING,
  recognised,
  setUp,
  setUpLoaded,
  setUpLoading,
  type FileKind,
} from './prepare.js';
import { Store } from './store.js';

/** What SQLite calls a database without a file. */
const MEMORY = ':memory:';

/** The control file's record of the other files. */
interface Named {
  readonly events: number;
  readonly generations: readonly Pick<Generation, 'number' | 'state'>[];
}
type GenerationRow = readonly [Generation['number'], Generation['state']];

/** The files as readers of documents and folds see them. */
export interface OpenFiles {
  readonly control: Store;
  readonly events: Pick<EventList, 'store' | 'longReads' | 'write'>;
  /** Throws {@link GenerationGone}. */
  of(number: number): GenerationFile;
  /** By how many partitions and which hash its progress counts. Throws {@link GenerationGone}. */
  countingOf(number: number): Counting;
}

export class ViewsFiles implements OpenFiles {
  private list: { readonly file: string; readonly events: EventList } | undefined;
  private readonly generations = new Map<number, GenerationFile>();
  /** Generations that are loading: their files are the loader's alone. */
  private readonly loading = new Map<number, Counting>();

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

  /** By how many partitions and which hash its progress counts, also of one that is loading. Throws {@link GenerationGone}. */
  countingOf(number: number): Counting {
    const loading = this.loading.get(number);
    if (loading !== undefined) return loading;
    const { store } = this.of(number);
    return store.reading(() => readCounting(store));
  }

  /** A file for a generation that control is about to name. */
  makeGeneration(
    number: number,
    progress: readonly PartitionProgress[],
    hashVersion: number,
    state: Generation['state'] = 'folding',
  ): void {
    const file = generationFile(this.file, number);
    const isLoading = state === 'loading';
    const database = makeFile(file, this.disk, isLoading ? LOADING : GENERATION, (made) => {
      const store = new Store(made);
      countPartitions(store, progress.length, hashVersion);
      for (const each of progress) putProgress(store, each);
    });
    if (!isLoading) {
      this.addGeneration(number, database);
      return;
    }
    closeWhole(database);
    this.loading.set(number, { partitions: progress.length, hashVersion });
  }

  /** The file of a generation that is loading, and the bytes of pages that its connection may keep; undefined of any other. */
  loadingFile(number: number): { readonly file: string; readonly cacheBytes: number } | undefined {
    if (!this.loading.has(number)) return undefined;
    return { file: generationFile(this.file, number), cacheBytes: this.disk.cacheBytes };
  }

  /** Opens one that is loaded, and that its loader has let go of. */
  openLoaded(number: number): void {
    if (!this.loading.has(number)) return;
    this.openGeneration(number);
    this.loading.delete(number);
  }

  /** Closes and removes it, once control does not name it. */
  async removeGeneration(number: number): Promise<void> {
    const generation = this.generations.get(number);
    this.generations.delete(number);
    this.loading.delete(number);
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
    const known = [...this.generations.keys(), ...this.loading.keys()];
    const gone = known.filter((each) => generations.every((named) => named.number !== each));
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
    this.forgetBroken();
    const { events, generations } = this.named();
    const file = eventsFile(this.file, events);
    this.list = { file, events: this.eventList(file, this.store(this.existing(file, EVENTS), file, EVENTS)) };
    for (const { number, state } of generations) {
      if (state === 'loading') this.loading.set(number, this.countedIn(generationFile(this.file, number)));
      else this.openGeneration(number);
    }
    // remains of a crash: files that were dropped, or made and not named
    const named = [file, ...generations.map(({ number }) => generationFile(this.file, number))];
    removeSiblings(this.file, (sibling) => !named.includes(sibling));
  }

  /** What is loading and cannot be read is given up: it is only loaded again. Its file goes with the other remains. */
  private forgetBroken(): void {
    for (const { number, state } of this.named().generations) {
      if (state !== 'loading' || this.isSound(number)) continue;
      this.control.transaction(() => {
        this.control.statement('DELETE FROM generations WHERE number = ?').run(number);
      });
    }
  }

  private isSound(number: number): boolean {
    try {
      this.countedIn(generationFile(this.file, number));
      return true;
    } catch (error) {
      if (error instanceof FileDamaged || error instanceof StoreDamaged) return false;
      throw error;
    }
  }

  private openGeneration(number: number): void {
    const file = generationFile(this.file, number);
    this.addGeneration(number, this.existing(file, GENERATION, setUpLoaded));
  }

  private addGeneration(number: number, database: Database): void {
    const file = generationFile(this.file, number);
    this.generations.set(number, new GenerationFile(this.store(database, file, GENERATION), this.longReads(file)));
  }

  /** Of one that is loading: nothing is left open. */
  private countedIn(file: string): Counting {
    const database = this.existing(file, LOADING, setUpLoading);
    try {
      // its damage is not that of the views
      const store = new Store(database);
      return store.reading(() => readCounting(store));
    } finally {
      closeWhole(database);
    }
  }

  /** A file that control names. */
  private existing(file: string, kind: FileKind, connection = setUp): Database {
    if (!existsSync(file)) throw damaged(file);
    const database = this.disk.connect(file);
    try {
      if (recognised(database, file, fitted(kind, this.disk.cacheBytes), connection) !== 'ready') throw damaged(file);
      return database;
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
      const rows = this.control.statement('SELECT number, state FROM generations').all() as readonly GenerationRow[];
      return { events, generations: rows.map(([number, state]) => ({ number, state })) };
    });
  }
}
