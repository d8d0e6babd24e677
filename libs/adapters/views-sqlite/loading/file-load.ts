/**
 * Fills the file of one generation that is loading: a unit is a transaction, so it is there as a whole or not at all. Rows go to
 * the ends of their tables, which change no page that was there: the rollback journal stays small, and each page is written once.
 * All of it blocks the thread that does it, which is one of its own.
 */
import type { Database } from '#adapters/sqlite';
import type { PartitionProgress } from '#contracts';
import type { QuestId } from '#domain';
import { StoreDamaged, type EncodedDocuments, type FinishStep } from '#ports';
import { countPartitions, insertFollowed, putProgress, readCounting } from '../control-writes.js';
import { GENERATION_INDEXES } from '../layout.js';
import { positionAt } from '../positions.js';
import { damaged, FileDamaged, fitted, LOADING, recognised, setUpLoading } from '../prepare.js';
import { insertQuestEntries } from '../quest-entries.js';
import { raiseMarks, writeRecords } from '../quest-writes.js';
import { Store } from '../store.js';
import { rowsIn } from './encoding.js';
import {
  ABSORPTIONS,
  ATTRIBUTES,
  FORMER_QUESTS,
  HOSTS,
  insertRows,
  LABORS,
  PARTS,
  type LoadRows,
  type Values,
} from './rows.js';

/** Tables whose rows wait in one of their own, with the order in which they lie there. Of rows with the same key the first stays. */
const ORDERED = [
  ['parts', 'quest, host'],
  ['host_attributes', 'attribute, host'],
  ['former_quests', 'quest, labor'],
] as const;

export class FileLoad {
  private readonly store: Store;
  /** The greatest number of a labor's row. */
  private labors = 0;
  private inUnit = false;

  /** Takes the connection over; no other may have the file open. Throws as opening views does. */
  constructor(database: Database, file: string, cacheBytes: number) {
    try {
      if (recognised(database, file, fitted(LOADING, cacheBytes), setUpLoading) !== 'ready') throw damaged(file);
      this.store = new Store(database);
      if (!this.store.reading(() => this.has('table', 'loaded_units'))) throw damaged(file);
    } catch (error) {
      database.close();
      throw error instanceof FileDamaged
        ? new StoreDamaged('views', `${file} is not as it was loaded`, { cause: error })
        : error;
    }
  }

  units(): readonly string[] {
    return this.store.reading(() => {
      const rows = this.store.statement('SELECT unit FROM loaded_units ORDER BY unit').all();
      return (rows as readonly (readonly [string])[]).map(([unit]) => unit);
    });
  }

  /** Begins the unit, unless it is there. */
  begin(unit: string): boolean {
    return this.store.reading(() => {
      if (this.store.statement('SELECT 1 FROM loaded_units WHERE unit = ?').get(unit) !== undefined) return false;
      this.store.exec('BEGIN IMMEDIATE');
      this.inUnit = true;
      [this.labors] = this.store.statement('SELECT coalesce(max(number), 0) FROM labors').get() as [number];
      return true;
    });
  }

  add(given: LoadRows | EncodedDocuments['bytes']): void {
    const { store } = this;
    store.reading(() => {
      const rows = ArrayBuffer.isView(given) ? rowsIn(given) : given;
      const { labors, absorptions, formerQuests, fates, parts, hosts, attributes, marks, few } = rows;
      const before = this.labors;
      insertRows(store, LABORS, labors);
      this.labors += labors.length / LABORS.values;
      // rows are numbered as they come, from 1
      insertRows(
        store,
        ABSORPTIONS,
        pairs(absorptions, (index, place) => [before + 1 + index, place]),
      );
      insertRows(
        store,
        FORMER_QUESTS,
        pairs(formerQuests, (index, quest) => [quest, before + 1 + index]),
      );
      insertRows(store, PARTS, parts);
      insertRows(store, HOSTS, hosts);
      insertRows(store, ATTRIBUTES, attributes);
      const fire = store.statement('INSERT INTO fired_fates VALUES (?) ON CONFLICT DO NOTHING');
      for (const fate of fates) fire.run(fate);
      const mark = store.statement(
        'INSERT INTO loaded_marks VALUES (?, ?) ON CONFLICT DO UPDATE SET place = max(place, excluded.place)',
      );
      for (let at = 0; at < marks.length; at += 2) mark.run(...marks.slice(at, at + 2));
      writeRecords(store, few.quests ?? []);
      insertQuestEntries(store, few.questEntries ?? []);
      insertFollowed(store, 'catalogue', few.catalogue);
      insertFollowed(store, 'names', few.names);
    });
  }

  /** Once it returns, the unit outlasts a power failure. */
  commit(unit: string): void {
    this.store.reading(() => {
      this.store.statement('INSERT INTO loaded_units VALUES (?)').run(unit);
      this.store.exec('COMMIT');
      this.inUnit = false;
    });
  }

  /** Nothing of the unit is left. */
  rollback(): void {
    this.inUnit = false;
    this.store.undo();
  }

  /**
   * Each step is a transaction; those that an interrupted call has done are not done again. The units stay known until the
   * generation is opened as a loaded one: the process may end between this and the record of it in the control file.
   */
  finish(progress: readonly PartitionProgress[], moved: (step: FinishStep) => void): void {
    const { store } = this;
    const steps = this.finishSteps(progress);
    for (const [done, { name, work }] of steps.entries()) {
      moved({ name, done, steps: steps.length });
      store.transaction(work);
    }
  }

  async close(): Promise<void> {
    if (this.inUnit) this.rollback();
    await this.store.close();
  }

  private finishSteps(
    progress: readonly PartitionProgress[],
  ): readonly { readonly name: string; readonly work: () => void }[] {
    const { store } = this;
    // the last step removes them
    if (!this.has('table', 'loaded_marks')) return [];
    const order = ORDERED.filter(([table]) => this.has('table', `loaded_${table}`)).map(([table, columns]) => ({
      name: table,
      work: () => {
        store.exec(
          `INSERT OR IGNORE INTO ${table} SELECT * FROM loaded_${table} ORDER BY ${columns}, rowid; DROP TABLE loaded_${table}`,
        );
      },
    }));
    const indexes = INDEXES.filter(({ name }) => !this.has('index', name)).map(({ name, sql }) => ({
      name,
      work: () => {
        store.exec(sql);
      },
    }));
    const rest = (): void => {
      this.raiseMarks();
      store.exec(`
        INSERT INTO labor_counts SELECT type, class, count(*) FROM labors GROUP BY type, class;
        INSERT INTO labor_terms SELECT type, term, count(*) FROM labors GROUP BY type, term;
        INSERT INTO part_tallies SELECT quest, tally, count(*) FROM parts GROUP BY quest, tally;
        DELETE FROM progress;
        DROP TABLE loaded_marks;
      `);
      countPartitions(store, progress.length, readCounting(store).hashVersion);
      for (const each of progress) putProgress(store, each);
    };
    return [...order, ...indexes, { name: 'counts', work: rest }];
  }

  private raiseMarks(): void {
    const rows = this.store.wide('SELECT quest, place FROM loaded_marks').all() as readonly (readonly [
      bigint,
      bigint,
    ])[];
    const marks = rows.map(([quest, place]) => ({ quest: Number(quest) as QuestId, position: positionAt(place) }));
    raiseMarks(this.store, marks);
  }

  private has(kind: 'table' | 'index', name: string): boolean {
    const sql = 'SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?';
    return this.store.statement(sql).get(kind, name) !== undefined;
  }
}

/** In the order in which they are made where a generation is made empty: so that questions find the same ones. */
const INDEXES = GENERATION_INDEXES.split(/;$/m).flatMap((sql) => {
  const [, name] = /^\s*CREATE (?:UNIQUE )?INDEX (\w+)/m.exec(sql) ?? [];
  return name === undefined ? [] : [{ name, sql }];
});

function pairs(
  values: Values,
  row: (index: number, value: Values[number]) => [Values[number], Values[number]],
): Values {
  const rows: Values = [];
  for (let at = 0; at < values.length; at += 2) rows.push(...row(Number(values[at]), values[at + 1] ?? null));
  return rows;
}
