/** Opens the journal of one SQLite file, making it where it is not there. */
import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { connect, logSyncOf, type Database, type LogSync } from '#adapters/sqlite';
import type { Journal } from '#ports';
import { SqliteJournal, type JournalLimits } from './journal.js';
import { LIMITS } from './limits.js';
import { prepareLayout } from './layout.js';

export interface SqliteJournalOptions {
  /** Made where it is not there; its folder must be there. One process at a time: the caller holds the folder's lock. */
  readonly file: string;
  /** Gives the UUID of a new journal (J6). */
  readonly newId?: () => string;
  /** Milliseconds after 1970, for a new journal's first entry and for states that expire. The system's clock where absent. */
  readonly now?: () => number;
  /** Called once, where damage is found in the file, with a sentence for the operator; from then on nothing is written to it. */
  readonly damaged?: (reason: string) => void;
  /** Called where the witness beside the file cannot be written any more, with the reason. */
  readonly unwitnessed?: (reason: string) => void;
  /** How long an append may wait for its turn; after it the answer is `failed`. 10 s where absent. */
  readonly appendTimeoutMs?: number;
}

/** The journal, and the depth of the queue before its disk. */
export interface OpenedJournal extends Journal {
  waiting(): { readonly entries: number; readonly bytes: number };
  /** Another connection has found damage: from now on nothing is written. */
  foundDamaged(finding: string): void;
}

/** Longest that a statement waits, and blocks this process, while another process holds the file. */
const BUSY_TIMEOUT_MS = 250;
/** Rejects with a StoreUnavailable where the file cannot be opened or made, or the disk refuses to sync it, with an Error where it is no journal of this layout, or not what its witness saw (see witness.ts). */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<OpenedJournal> {
  const journal = openJournal(options, connect('journal', options.file));
  try {
    await journal.settled();
    return journal;
  } catch (error) {
    // closing waits for the disk, which may never answer
    void journal.close().catch(() => undefined);
    throw error;
  }
}

/** The same over a connection and a log given; the connection is closed where opening fails. For specs, which count and break. */
export function openJournal(
  options: SqliteJournalOptions,
  database: Database,
  limits: Partial<JournalLimits> = {},
  log?: LogSync,
): SqliteJournal {
  const { file, newId = randomUUID, now = Date.now, appendTimeoutMs = LIMITS.timeoutMs } = options;
  let sync: LogSync | undefined;
  try {
    prepareLayout(database, file, { newId, now }, BUSY_TIMEOUT_MS);
    const all = { ...LIMITS, timeoutMs: appendTimeoutMs, ...limits };
    const { damaged, unwitnessed } = options;
    sync = log ?? logSyncOf('journal', file);
    return new SqliteJournal(database, all, sync, { file: realpathSync(file), now, damaged, unwitnessed });
  } catch (error) {
    void sync?.close();
    database.close();
    throw error;
  }
}
