/** Which tables there are now: made, given up and, where a crash came between, cleared away. */
import type { Generation } from '#contracts';
import {
  eventLayout,
  eventNames,
  generationLayout,
  generationNames,
  ownerOf,
  type EventNames,
  type GenerationNames,
} from './layout.js';
import type { Store } from './store.js';

/** A large table is emptied in steps, each a moment's work, so that others get their turn. */
const ROWS_AT_ONCE = 5000;

type Columns = readonly [number, number, number, number, number, Generation['state'], Generation['createdAt']];

export class Tables {
  private generations = new Map<number, GenerationNames>();
  private list: EventNames;
  /** Ends when nothing is being cleared away; never rejects. */
  private clearing: Promise<unknown> = Promise.resolve();

  /** Over a file with the layout of today. */
  constructor(private readonly store: Store) {
    for (const { number } of this.stored()) this.generations.set(number, generationNames(number));
    this.list = this.listNow();
  }

  get events(): EventNames {
    return this.list;
  }

  /** Throws a RangeError where there is no such generation (any more). */
  of(generation: number): GenerationNames {
    const names = this.generations.get(generation);
    if (names === undefined) throw new RangeError(`the views have no generation ${generation}: it was dropped`);
    return names;
  }

  stored(): readonly Generation[] {
    const rows = this.store
      .statement(
        'SELECT number, documents_version, fold_version, partitions, hash_version, state, created_at FROM generations ORDER BY number',
      )
      .all() as readonly Columns[];
    return rows.map(([number, documentsVersion, foldVersion, partitions, hashVersion, state, createdAt]) => ({
      number,
      documentsVersion,
      foldVersion,
      partitions,
      hashVersion,
      state,
      createdAt,
    }));
  }

  /** Within a transaction, whose end makes it so. */
  makeGeneration(number: number): void {
    this.store.exec(generationLayout(generationNames(number)));
  }

  /** Within a transaction: new, empty tables for the events; the old ones are left to {@link clear}. */
  makeEvents(): void {
    this.store.statement('UPDATE views SET events = events + 1').run();
    this.store.exec(eventLayout(this.listNow()));
  }

  /** After a transaction that made or gave up some. */
  refresh(): void {
    this.generations = new Map(this.stored().map(({ number }) => [number, generationNames(number)]));
    this.list = this.listNow();
  }

  /** Removes the tables that nothing names any more, index by index and some rows at a time; one call after the other. */
  async clear(pause: () => Promise<unknown>): Promise<void> {
    const cleared = this.clearing.then(() => this.clearNow(pause));
    this.clearing = cleared.catch(() => undefined);
    await cleared;
  }

  private async clearNow(pause: () => Promise<unknown>): Promise<void> {
    for (const table of this.store.reading(() => this.orphans())) {
      for (const index of this.store.reading(() => this.indexesOf(table))) {
        this.store.transaction(() => {
          this.store.exec(`DROP INDEX ${index}`);
        });
        await pause();
      }
      while (this.store.transaction(() => this.removeSome(table)) > 0) await pause();
      this.store.transaction(() => {
        this.store.exec(`DROP TABLE ${table}`);
      });
    }
  }

  private orphans(): readonly string[] {
    const tables = this.store.statement("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const events = this.listNow().events;
    return (tables as readonly (readonly [string])[])
      .map(([name]) => name)
      .filter((name) => {
        const owner = ownerOf(name);
        if (owner === undefined) return false;
        return owner.kind === 'events'
          ? eventNames(owner.number).events !== events
          : !this.generations.has(owner.number);
      });
  }

  private indexesOf(table: string): readonly string[] {
    const rows = this.store
      .statement("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
      .all(table) as readonly (readonly [string])[];
    return rows.map(([name]) => name);
  }

  private removeSome(table: string): number {
    const columns = this.store
      .statement('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
      .all(table) as readonly (readonly [string])[];
    const keys = columns.join(', ');
    const sql = `DELETE FROM ${table} WHERE (${keys}) IN (SELECT ${keys} FROM ${table} LIMIT ${ROWS_AT_ONCE})`;
    return this.store.statement(sql).run().changes;
  }

  private listNow(): EventNames {
    const [number] = this.store.statement('SELECT events FROM views').get() as readonly [number];
    return eventNames(number);
  }
}
