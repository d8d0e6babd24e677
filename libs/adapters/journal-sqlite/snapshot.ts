/**
 * A copy of a journal's file as of one moment, for backups: taken beside its writer, checked, and there
 * as a whole or not at all.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from '@photostructure/sqlite';
import { isSqliteError, reasonOf, syncFile, syncFolder, type Database } from '#adapters/sqlite';
import { START, type Position, type StoredEntry, type Uuid } from '#contracts';
import { StoreUnavailable } from '#ports';
import { requireJournal, upgrade } from './layout.js';
import { identityIn } from './journal.js';
import { prepareStatements, type Statements } from './statements.js';
import { removeWitness, requireSeen, testimonyOf, writeWitness, type Testimony } from './witness.js';

export interface SnapshotOptions {
  /** The journal's path; nothing is written to it, and other connections to it go on. */
  readonly file: string;
  /** The copy's path; no file may exist there. Its folder is made where it is missing. */
  readonly target: string;
}

/** The contents of the copy. */
export interface Snapshot {
  readonly identity: Uuid;
  readonly head: StoredEntry;
  readonly sizeBytes: number;
}

/** Longest wait for another process that has the file for itself, as while it recovers after a crash. */
const BUSY_TIMEOUT_MS = 5000;
/**
 * All of them in one step. SQLite restarts a copy in steps whenever another connection has written in between: beside a busy
 * Hermes it would never end. One step reads at one moment and holds up no writer, whose log grows meanwhile.
 */
const ALL_PAGES = 0x7fff_ffff;
/** Entries, and characters of their JSON, that are held at once while the copy is checked. */
const PAGE_ENTRIES = 1000;
const PAGE_CHARACTERS = 4 * 1_048_576;

/**
 * Everything acknowledged before the call is in the copy, entries and named states alike. Rejects with a StoreUnavailable
 * where the file cannot be read, else with an Error whose message says why there is no copy; then no file is left.
 */
export async function snapshotSqliteJournal({ file, target }: SnapshotOptions): Promise<Snapshot> {
  if (!existsSync(file)) throw new Error(`${file} is not there: name the data folder of a Hermes`);
  // before the copy, which is then at least as far
  const seen = testimonyOf(file);
  const source = openSource(file);
  try {
    return await inPlace(target, async (partial) => {
      await copy(source, file, partial);
      return inspect(partial, seen);
    });
  } finally {
    source.close();
  }
}

function openSource(file: string): Database {
  let source: Database | undefined;
  try {
    source = new DatabaseSync(file, { readOnly: true });
    source.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    requireJournal(source, file);
    return source;
  } catch (error) {
    source?.close();
    if (!isSqliteError(error)) throw error;
    throw new StoreUnavailable('journal', `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

async function copy(source: Database, file: string, partial: string): Promise<void> {
  try {
    await backup(source, partial, { rate: ALL_PAGES });
  } catch (error) {
    throw new Error(`${file} cannot be copied to ${partial}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Throws an Error where the copy is not sound, or is of a journal that has lost what its witness saw. */
function inspect(partial: string, seen: Testimony | undefined): Snapshot {
  const database = new DatabaseSync(partial);
  try {
    // one file with nothing beside it, which may be copied as it is
    database.exec('PRAGMA journal_mode = DELETE');
    const [first] = database.prepare('PRAGMA quick_check(1)').all() as { readonly quick_check: string }[];
    if (first?.quick_check !== 'ok') throw new Error(`SQLite finds "${String(first?.quick_check)}"`);
    requireJournal(database, partial);
    upgrade(database);
    const statements = prepareStatements(database);
    const identity = identityIn(statements);
    readThrough(statements);
    requireSeen(seen, identity, (position) => statements.at(position));
    return { identity, head: statements.last(), sizeBytes: statSync(partial).size };
  } catch (error) {
    throw new Error(`the copy is damaged, so the journal may be: ${reasonOf(error)}`, { cause: error });
  } finally {
    database.close();
  }
}

/** Throws a RowDamaged at the first entry, or state, that is not as it was written. */
function readThrough(statements: Statements): void {
  for (let after: Position | undefined = START; after !== undefined;) {
    after = statements.after(after, PAGE_ENTRIES, PAGE_CHARACTERS).at(-1)?.position;
  }
  statements.requireStates();
}

/** Lets `make` write a file beside the target, and gives it the target's name, and a witness, once it is whole and on the disk. */
async function inPlace(target: string, make: (partial: string) => Promise<Snapshot>): Promise<Snapshot> {
  const partial = `${target}.partial`;
  const folder = dirname(target);
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  let claimed = false;
  let witnessed = false;
  try {
    claim(partial);
    claimed = true;
    // the holder of the claim is alone from here on
    if (existsSync(target)) throw new Error(`${target} is there already: name another folder`);
    const snapshot = await make(partial);
    syncFile(partial);
    witnessed = true;
    const { identity, head } = snapshot;
    await writeWitness(target, { journal: identity, position: head.position, entry: head.id });
    renameSync(partial, target);
    syncFolders(folder, made === undefined ? folder : dirname(made));
    return snapshot;
  } catch (error) {
    if (witnessed) removeWitness(target);
    if (claimed) for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
    if (made !== undefined && readdirSync(folder).length === 0) rmdirSync(folder);
    throw error;
  }
}

function claim(partial: string): void {
  try {
    closeSync(openSync(partial, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(partial)) throw error;
    throw new Error(`${partial} is there: a backup is running, or was cut short; then remove it`, { cause: error });
  }
}

/** From the folder up to `last`: a new folder's name is stored in the one above it. */
function syncFolders(folder: string, last: string): void {
  for (let each = folder; ; each = dirname(each)) {
    syncFolder(each);
    if (each === last || each === dirname(each)) return;
  }
}
