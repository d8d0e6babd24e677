/** Setting up, generations, progress as a whole. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { START, type Generation, type PartitionProgress, type Uuid } from '#contracts';
import type { ViewsControl, ViewsIdentity } from '#ports';
import { putProgress, readPointer } from './control-writes.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';

/** journal, events_version, last_generation */
type ViewsRow = readonly [Uuid | null, number, number];

export class SqliteControl implements ViewsControl {
  constructor(
    private readonly store: Store,
    private readonly tables: Tables,
  ) {}

  async identity(): Promise<ViewsIdentity | undefined> {
    const [journal, eventsVersion] = this.store.reading(() => this.row());
    return journal === null ? undefined : { journal, eventsVersion };
  }

  async claim({ journal, eventsVersion }: ViewsIdentity): Promise<void> {
    this.store.transaction(() => {
      const [stored] = this.row();
      if (stored === journal) return;
      if (stored !== null) throw new RangeError(`the views are of journal ${stored}, not of ${journal}`);
      this.store.statement('UPDATE views SET journal = ?, events_version = ?').run(journal, eventsVersion);
    });
  }

  async reset(): Promise<void> {
    await this.giveUp('UPDATE views SET journal = NULL, events_version = ?', 0);
  }

  async resetEvents(eventsVersion: number): Promise<void> {
    await this.giveUp('UPDATE views SET events_version = ?', eventsVersion);
  }

  async generations(): Promise<readonly Generation[]> {
    return this.store.reading(() => this.tables.stored());
  }

  async current(documentsVersion: number): Promise<number | null> {
    return this.store.reading(() => readPointer(this.store, documentsVersion));
  }

  async createGeneration(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    const generation = this.store.transaction((): Generation => {
      const number = this.row()[2] + 1;
      const { documentsVersion, foldVersion, partitions, hashVersion, createdAt } = of;
      this.store.statement('UPDATE views SET last_generation = ?').run(number);
      this.store
        .statement('INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(number, documentsVersion, foldVersion, partitions, hashVersion, 'folding', createdAt);
      this.tables.makeGeneration(number);
      for (let partition = 0; partition < partitions; partition += 1) {
        putProgress(this.store, number, { partition, position: START, entryId: null, number: null, heardAtMs: 0 });
      }
      return { number, documentsVersion, foldVersion, partitions, hashVersion, createdAt, state: 'folding' };
    });
    this.tables.refresh();
    return generation;
  }

  async activate(generation: number): Promise<'activated' | 'superseded'> {
    return this.store.transaction(() => {
      const { documentsVersion, foldVersion } = this.generation(generation);
      const current = readPointer(this.store, documentsVersion);
      if (current !== null && this.generation(current).foldVersion > foldVersion) return 'superseded';
      this.store.statement("UPDATE generations SET state = 'ready' WHERE number = ?").run(generation);
      this.store.statement('INSERT OR REPLACE INTO pointers VALUES (?, ?)').run(documentsVersion, generation);
      return 'activated';
    });
  }

  async dropGeneration(generation: number): Promise<void> {
    this.store.transaction(() => {
      const { documentsVersion } = this.generation(generation);
      if (readPointer(this.store, documentsVersion) === generation && !this.servesMoreThan(documentsVersion)) {
        throw new RangeError(`generation ${generation} is served: activate another one first`);
      }
      this.store.statement('DELETE FROM pointers WHERE generation = ?').run(generation);
      this.store.statement('DELETE FROM generations WHERE number = ?').run(generation);
      this.store.statement('DELETE FROM progress WHERE generation = ?').run(generation);
      this.store.statement('DELETE FROM catalogues WHERE generation = ?').run(generation);
    });
    await this.clear();
  }

  async repartition(generation: number, progress: readonly PartitionProgress[], hashVersion: number): Promise<void> {
    this.store.transaction(() => {
      this.tables.of(generation);
      this.store
        .statement('UPDATE generations SET partitions = ?, hash_version = ? WHERE number = ?')
        .run(progress.length, hashVersion, generation);
      this.store.statement('DELETE FROM progress WHERE generation = ?').run(generation);
      for (const each of progress) putProgress(this.store, generation, each);
    });
  }

  /** Every generation and all events, with a change of the one row in the same transaction. */
  private async giveUp(change: string, eventsVersion: number): Promise<void> {
    this.store.transaction(() => {
      for (const table of ['generations', 'progress', 'catalogues', 'pointers']) {
        this.store.statement(`DELETE FROM ${table}`).run();
      }
      this.store.statement(change).run(eventsVersion);
      this.tables.makeEvents();
    });
    await this.clear();
  }

  /** Throws a RangeError where there is no such generation (any more). */
  private generation(number: number): Generation {
    this.tables.of(number);
    const found = this.tables.stored().find((each) => each.number === number);
    if (found === undefined) throw new RangeError(`the views have no generation ${number}: it was dropped`);
    return found;
  }

  private servesMoreThan(documentsVersion: number): boolean {
    const sql = 'SELECT 1 FROM pointers WHERE documents_version > ?';
    return this.store.statement(sql).get(documentsVersion) !== undefined;
  }

  private async clear(): Promise<void> {
    this.tables.refresh();
    await this.tables.clear(nextTurn);
  }

  private row(): ViewsRow {
    return this.store.statement('SELECT journal, events_version, last_generation FROM views').get() as ViewsRow;
  }
}
