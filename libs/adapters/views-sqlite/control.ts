/** Setting up, generations, progress as a whole. */
import { START, type Continued, type Generation, type PartitionProgress, type Uuid } from '#contracts';
import { GenerationGone, type ViewsControl, type ViewsIdentity } from '#ports';
import { textOf } from './documents.js';
import { countPartitions, putProgress, readPointer } from './control-writes.js';
import type { ViewsFiles } from './files.js';
import { storedGeneration, storedGenerations } from './stored-generations.js';

/** journal, events_version, events, last_generation */
type ViewsRow = readonly [Uuid | null, number, number, number];

export class SqliteControl implements ViewsControl {
  constructor(private readonly files: ViewsFiles) {}

  async identity(): Promise<ViewsIdentity | undefined> {
    const [journal, eventsVersion] = this.files.control.reading(() => this.row());
    return journal === null ? undefined : { journal, eventsVersion };
  }

  async claim({ journal, eventsVersion }: ViewsIdentity): Promise<void> {
    const { control } = this.files;
    control.transaction(() => {
      const [stored] = this.row();
      if (stored === journal) return;
      if (stored !== null) throw new RangeError(`the views are of journal ${stored}, not of ${journal}`);
      control.statement('UPDATE views SET journal = ?, events_version = ?').run(journal, eventsVersion);
    });
  }

  async reset(): Promise<void> {
    await this.giveUp('UPDATE views SET journal = NULL, events_version = ?', 0);
  }

  async resetEvents(eventsVersion: number): Promise<void> {
    await this.giveUp('UPDATE views SET events_version = ?', eventsVersion);
  }

  async generations(): Promise<readonly Generation[]> {
    return storedGenerations(this.files);
  }

  async current(documentsVersion: number): Promise<number | null> {
    const { control } = this.files;
    return control.reading(() => readPointer(control, documentsVersion));
  }

  async createGeneration(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    return this.create(of, 'folding');
  }

  /** Makes the next generation, empty, in that state. */
  async create(of: Omit<Generation, 'number' | 'state'>, state: Generation['state']): Promise<Generation> {
    const { control } = this.files;
    const number = control.reading(() => this.row())[3] + 1;
    const { documentsVersion, foldVersion, partitions, hashVersion, createdAt } = of;
    const progress = Array.from({ length: partitions }, (_, partition) => ({
      ...{ partition, position: START, entryId: null, number: null, heardAtMs: 0 },
    }));
    this.files.makeGeneration(number, progress, hashVersion, state);
    try {
      control.transaction(() => {
        control.statement('UPDATE views SET last_generation = ?').run(number);
        control
          .statement('INSERT INTO generations VALUES (?, ?, ?, ?, ?, NULL, NULL)')
          .run(number, documentsVersion, foldVersion, state, createdAt);
      });
    } catch (error) {
      await this.files.removeGeneration(number);
      throw error;
    }
    return { number, documentsVersion, foldVersion, partitions, hashVersion, createdAt, state };
  }

  async activate(generation: number, continued?: Continued): Promise<'activated' | 'superseded'> {
    const { control } = this.files;
    return control.transaction(() => {
      this.files.of(generation);
      const { documentsVersion, foldVersion } = this.generation(generation);
      const current = readPointer(control, documentsVersion);
      if (current !== null && this.generation(current).foldVersion > foldVersion) return 'superseded';
      const kept = continued?.generation === current ? continued : undefined;
      control
        .statement("UPDATE generations SET state = 'ready', continued = ?, continued_from = ? WHERE number = ?")
        .run(kept?.generation ?? null, kept === undefined ? null : textOf(kept.from), generation);
      control.statement('INSERT OR REPLACE INTO pointers VALUES (?, ?)').run(documentsVersion, generation);
      return 'activated';
    });
  }

  async dropGeneration(generation: number): Promise<void> {
    const { control } = this.files;
    control.transaction(() => {
      const { documentsVersion } = this.generation(generation);
      if (readPointer(control, documentsVersion) === generation && !this.servesMoreThan(documentsVersion)) {
        throw new RangeError(`generation ${generation} is served: activate another one first`);
      }
      control.statement('DELETE FROM pointers WHERE generation = ?').run(generation);
      control.statement('DELETE FROM generations WHERE number = ?').run(generation);
    });
    await this.files.removeGeneration(generation);
  }

  async repartition(generation: number, progress: readonly PartitionProgress[], hashVersion: number): Promise<void> {
    const { store } = this.files.of(generation);
    store.transaction(() => {
      countPartitions(store, progress.length, hashVersion);
      store.statement('DELETE FROM progress').run();
      for (const each of progress) putProgress(store, each);
    });
  }

  /** Every generation and all events, with a change of the one row in the same transaction. */
  private async giveUp(change: string, eventsVersion: number): Promise<void> {
    const { control } = this.files;
    const next = control.reading(() => this.row())[2] + 1;
    const list = this.files.makeEvents(next);
    try {
      control.transaction(() => {
        for (const table of ['generations', 'pointers']) control.statement(`DELETE FROM ${table}`).run();
        control.statement(change).run(eventsVersion);
        control.statement('UPDATE views SET events = ?').run(next);
      });
    } catch (error) {
      await list.close();
      throw error;
    }
    await this.files.replaceEvents(next, list);
  }

  /** Throws {@link GenerationGone}. */
  private generation(number: number): Generation {
    const found = storedGeneration(this.files, number);
    if (found === undefined) throw new GenerationGone(number);
    return found;
  }

  private servesMoreThan(documentsVersion: number): boolean {
    const sql = 'SELECT 1 FROM pointers WHERE documents_version > ?';
    return this.files.control.statement(sql).get(documentsVersion) !== undefined;
  }

  private row(): ViewsRow {
    const sql = 'SELECT journal, events_version, events, last_generation FROM views';
    return this.files.control.statement(sql).get() as ViewsRow;
  }
}
