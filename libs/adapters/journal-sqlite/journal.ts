/** The journal port over one SQLite connection. Calls are short and block; everything long yields between pages. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isSqliteError, RowDamaged, Soundness, translated, type Database, type LogSync } from '#adapters/sqlite';
import { positionOf, START, type Position, type StoredEntry, type Uuid } from '#contracts';
import {
  identityOf,
  measureInOrder,
  measureState,
  measureWrite,
  ReadRoom,
  requireLimit,
  requireRead,
  StoreDamaged,
  StoreUnavailable,
  type Journal,
  type NamedState,
  type StateOptions,
  type StreamRead,
  type StreamWrite,
  type WriteOutcome,
} from '#ports';
import { CommitQueue, type CommitLimits, type CommitOutcome, type Job, type QueueDepth } from './commits.js';
import { Sleepers } from './sleepers.js';
import { prepareStatements, type Statements, type StoredState } from './statements.js';
import { requireSeen, testimonyOf, Witness, type Testimony } from './witness.js';

export interface JournalLimits extends CommitLimits {
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  readonly maxReadEntries: number;
  /** A page of the whole journal, and a call that reads streams, ends once it has this many characters of JSON. */
  readonly maxPageCharacters: number;
  /** A read of many streams yields to the event loop after this many streams or entries. */
  readonly maxReadWork: number;
  /** A write of a state removes at most this many expired states. */
  readonly maxExpiredRemoved: number;
}

/** What a journal has around it. */
export interface JournalSurroundings {
  /** The file itself, not a link to it. */
  readonly file: string;
  /** Milliseconds after 1970. */
  readonly now: () => number;
  /** As the options of opening have them. */
  readonly damaged: ((reason: string) => void) | undefined;
  readonly unwitnessed: ((reason: string) => void) | undefined;
}

type SqliteWrite = Exclude<WriteOutcome, { readonly kind: 'failed' | 'unknown' }>;

export class SqliteJournal implements Journal {
  readonly identity: Uuid;
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  readonly maxReadEntries: number;
  readonly maxReadCharacters: number;
  readonly writesAtOnce = Infinity;
  private readonly statements: Statements;
  private readonly commits: CommitQueue;
  private readonly soundness: Soundness;
  private readonly witness: Witness;
  private readonly now: () => number;
  private readonly sleepers = new Sleepers();
  private closing: Promise<void> | undefined;

  /** Over a connection with the journal's layout; throws a StoreDamaged where the first entry is no identity, an Error where the witness saw another journal, or more of it. */
  constructor(
    private readonly database: Database,
    private readonly limits: JournalLimits,
    private readonly log: LogSync,
    { file, now, damaged, unwitnessed }: JournalSurroundings,
  ) {
    this.maxAppendEntries = limits.maxAppendEntries;
    this.maxAppendBytes = limits.maxAppendBytes;
    this.maxReadEntries = limits.maxReadEntries;
    this.maxReadCharacters = limits.maxPageCharacters;
    this.statements = prepareStatements(database);
    this.now = now;
    this.soundness = new Soundness('journal', damaged);
    this.identity = opening(() => identityIn(this.statements));
    requireSeen(testimonyOf(file), this.identity, (at) => opening(() => this.statements.at(at)));
    this.witness = new Witness(file, () => this.testimony(), unwitnessed);
    this.witness.moved();
    this.commits = new CommitQueue(database, limits, log, this.soundness, () => {
      this.sleepers.wake();
      this.witness.moved();
    });
  }

  foundDamaged(finding: string): void {
    this.soundness.translated(new StoreDamaged('journal', finding));
  }

  /** Depth of the queue before the disk. */
  waiting(): QueueDepth {
    return this.commits.depth;
  }

  async append(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    const outcomes = await this.commits.submit(writes.map((write) => this.job(write)));
    return outcomes.map(toWriteOutcome);
  }

  /** One transaction. */
  async appendInOrder(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    const { bytes, tooLarge } = measureInOrder(writes, this);
    if (tooLarge !== undefined) return [{ kind: 'too-large', reason: tooLarge }];
    const entries = writes.reduce((sum, write) => sum + write.entries.length, 0);
    const apply = () => {
      const outcomes: SqliteWrite[] = [];
      for (const write of writes) {
        const outcome = this.write(write);
        outcomes.push(outcome);
        if (outcome.kind !== 'appended') break;
      }
      return outcomes;
    };
    const [outcome] = await this.commits.submit([{ entries, bytes, apply }]);
    if (outcome === undefined) return [];
    return outcome.kind === 'done' ? outcome.value : [{ kind: outcome.kind, reason: outcome.reason }];
  }

  async read(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]> {
    for (const read of reads) requireRead(read, this.maxReadEntries);
    const answers: (readonly StoredEntry[])[] = [];
    const room = new ReadRoom(this);
    let work = 0;
    for (const read of reads) {
      if (room.isUsedUp) break;
      if (work >= this.limits.maxReadWork) {
        work = 0;
        await nextTurn();
      }
      const entries = await this.reading(() => this.statements.read(read, room));
      work += entries.length + 1;
      answers.push(entries);
    }
    this.requireOpen();
    return answers;
  }

  async readAll(after: Position, limit: number): Promise<readonly StoredEntry[]> {
    requireLimit(limit, this.maxReadEntries);
    // who reads page after page must not keep everybody else from their turn
    await nextTurn();
    return this.reading(() => this.statements.after(after, limit, this.limits.maxPageCharacters));
  }

  async entryAt(position: Position): Promise<StoredEntry | undefined> {
    return this.reading(() => this.statements.at(position));
  }

  async head(): Promise<StoredEntry> {
    return this.reading(() => this.statements.last());
  }

  async *subscribe(options: {
    readonly after: Position;
    readonly batchSize: number;
    readonly signal: AbortSignal;
  }): AsyncGenerator<readonly StoredEntry[]> {
    requireLimit(options.batchSize, this.maxReadEntries);
    this.requireOpen();
    let { after } = options;
    for (;;) {
      await this.settled();
      if (!this.goesOn(options.signal)) return;
      const page = this.page(after, options.batchSize);
      const last = page.at(-1);
      if (last === undefined) {
        await this.sleepers.sleep(options.signal);
      } else {
        after = last.position;
        yield page;
        // a reader that asks again at once must not keep the appends from their turn
        await nextTurn();
      }
    }
  }

  async readState(name: string): Promise<NamedState | undefined> {
    const state = await this.reading(() => this.statements.state(name));
    return state && this.isLive(state) ? { value: state.value, version: state.version } : undefined;
  }

  async writeState(
    name: string,
    value: string,
    expectedVersion: number,
    options: StateOptions = {},
  ): Promise<'written' | 'conflict' | 'unknown'> {
    this.requireOpen();
    const bytes = measureState(name, value, expectedVersion, this.maxAppendBytes, options);
    const apply = () => {
      const present = this.statements.state(name);
      if ((present && this.isLive(present) ? present.version : 0) !== expectedVersion) return 'conflict';
      const version = present ? present.version + 1 : this.statements.nextVersion();
      const nowMs = this.now();
      this.statements.putState(name, { value, version, expiresAtMs: nowMs + (options.ttlMs ?? Infinity) });
      this.statements.removeExpired(nowMs, name, this.limits.maxExpiredRemoved);
      return 'written';
    };
    const [outcome] = await this.commits.submit([{ entries: 1, bytes, apply }]);
    if (outcome?.kind === 'done') return outcome.value;
    if (outcome?.kind === 'failed') {
      this.soundness.require();
      throw new StoreUnavailable('journal', outcome.reason, { cause: outcome.cause });
    }
    return 'unknown';
  }

  /** In the turn in which it resolves, everything that a read would show is durable. Rejects with a StoreUnavailable. */
  async settled(): Promise<void> {
    for (let wait = this.commits.unsettled(); wait !== undefined; wait = this.commits.unsettled()) await wait;
  }

  async close(): Promise<void> {
    this.closing ??= this.finish();
    await this.closing;
  }

  private async finish(): Promise<void> {
    this.sleepers.wake();
    await this.commits.drain();
    await this.witness.close();
    await this.log.close();
    this.emptyLog();
    this.database.close();
  }

  /** SQLite does it by itself only where no statement outlives the connection, and the driver's do: a copy of the file alone is whole. */
  private emptyLog(): void {
    try {
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // then everything is in the log still
      if (!isSqliteError(error)) throw error;
    }
  }

  private job(write: StreamWrite): Job<SqliteWrite> {
    const { bytes, tooLarge } = measureWrite(write, this);
    if (tooLarge !== undefined) {
      return { entries: 0, bytes: 0, apply: () => ({ kind: 'too-large', reason: tooLarge }) };
    }
    return { entries: write.entries.length, bytes, apply: () => this.write(write) };
  }

  private write({ stream, expected, entries }: StreamWrite): SqliteWrite {
    const end = this.statements.endOf(stream);
    const actual = end?.revision ?? -1;
    if (entries.length === 0) {
      return { kind: 'appended', firstRevision: actual + 1, position: end ? positionOf(BigInt(end.position)) : START };
    }
    if (expected !== 'any' && actual !== (expected === 'none' ? -1 : expected)) return { kind: 'conflict', actual };
    const number = end?.stream ?? this.statements.addStream(stream);
    let revision = actual;
    let position = 0;
    for (const entry of entries) position = this.statements.addEntry(number, stream, (revision += 1), entry);
    return { kind: 'appended', firstRevision: actual + 1, position: positionOf(BigInt(position)) };
  }

  private page(after: Position, limit: number): readonly StoredEntry[] {
    return this.soundness.reading(() => this.statements.after(after, limit, this.limits.maxPageCharacters));
  }

  private async reading<T>(read: () => T): Promise<T> {
    this.requireOpen();
    await this.settled();
    this.requireOpen();
    return this.soundness.reading(read);
  }

  /** How far the journal is on the disk. */
  private async testimony(): Promise<Testimony> {
    await this.settled();
    this.soundness.require();
    const { position, id } = this.soundness.reading(() => this.statements.last());
    return { journal: this.identity, position, entry: id };
  }

  private isLive({ expiresAtMs }: StoredState): boolean {
    return expiresAtMs > this.now();
  }

  private goesOn(signal: AbortSignal): boolean {
    return !signal.aborted && this.closing === undefined;
  }

  private requireOpen(): void {
    if (this.closing !== undefined) throw new StoreUnavailable('journal', 'it was closed');
  }
}

function toWriteOutcome(outcome: CommitOutcome<SqliteWrite>): WriteOutcome {
  return outcome.kind === 'done' ? outcome.value : { kind: outcome.kind, reason: outcome.reason };
}

/** Runs a read before the journal is open: damage is thrown, and refuses the start. */
function opening<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw translated('journal', error);
  }
}

/** Throws as the statements do, and a RowDamaged where the first entry is no identity. */
export function identityIn(statements: Statements): Uuid {
  const [first] = statements.after(START, 1, 1);
  const identity = first && identityOf(first);
  if (identity === undefined) throw new RowDamaged('it does not begin with its identity');
  return identity;
}
