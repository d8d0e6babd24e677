/** One connection: prepared statements (a bounded number), transactions, errors, and the end of it all. */
import { closeWhole, Soundness, type Database } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';

export type SqlValue = string | number | bigint | null;

/** A statement whose rows come as arrays. */
export interface Statement {
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  run(...values: SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

/** Notified of writes. */
export interface WriteWatch {
  /** After each transaction. */
  committed(): void;
  /** Before the connection is closed. */
  close(): Promise<void>;
}

/** More than the shapes of lists that are asked for in practice; the oldest make way. */
const MAX_STATEMENTS = 1000;

export class Store {
  private readonly statements = new Map<string, Statement>();
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly soundness = new Soundness('views'),
    private readonly watch?: WriteWatch,
  ) {}

  /** Integers come as numbers, so they must be below 2^53. */
  statement(sql: string): Statement {
    return this.prepared(sql, false);
  }

  /** Integers come as bigints. */
  wide(sql: string): Statement {
    return this.prepared(sql, true);
  }

  /** For statements without values that are done once. */
  exec(sql: string): void {
    this.database.exec(sql);
  }

  /** Runs a read; SQLite's errors and damage come out as StoreUnavailable, as does the store's having been closed. */
  reading<T>(read: () => T): T {
    this.requireOpen();
    return this.soundness.reading(read);
  }

  /** A read whose statements all see one state of the file, also where another connection writes it. */
  snapshot<T>(read: () => T): T {
    return this.reading(() => {
      this.database.exec('BEGIN');
      try {
        return read();
      } finally {
        this.undo();
      }
    });
  }

  /** All of it or nothing. Nothing of the transaction outlasts the call, so that no other call ever runs within it. */
  transaction<T>(work: () => T): T {
    this.requireOpen();
    let value: T;
    try {
      this.database.exec('BEGIN IMMEDIATE');
      value = work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.undo();
      throw this.soundness.translated(error);
    }
    this.watch?.committed();
    return value;
  }

  /** From now on everything is refused. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.watch?.close();
    this.statements.clear();
    closeWhole(this.database);
  }

  /** Ends the transaction, if there is one, without its writes. Never throws. */
  undo(): void {
    // SQLite undoes by itself after some errors; where ROLLBACK fails, the first error says why
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
    } catch {
      // nothing was committed
    }
  }

  private prepared(sql: string, wide: boolean): Statement {
    const name = wide ? `wide ${sql}` : sql;
    const known = this.statements.get(name);
    if (known !== undefined) return known;
    const oldest = this.statements.size >= MAX_STATEMENTS ? this.statements.keys().next().value : undefined;
    if (oldest !== undefined) this.statements.delete(oldest);
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(true);
    if (wide) statement.setReadBigInts(true);
    this.statements.set(name, statement);
    return statement;
  }

  private requireOpen(): void {
    if (this.closed) throw new StoreUnavailable('views', 'they were closed');
  }
}
