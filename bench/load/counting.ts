/** Counts what is asked of stores: statements run on a connection, entries read from a journal. */
import { DatabaseSync } from '@photostructure/sqlite';
import type { StoredEntry } from '#contracts';
import type { Journal } from '#ports';
import type { Database } from './copy-layout.js';

type Method = (...values: unknown[]) => unknown;

export interface CountingConnection {
  readonly connect: (file: string) => Database;
  /** Statements run so far on all connections made. */
  readonly count: () => number;
}

export function countingConnection(): CountingConnection {
  let statements = 0;
  // defined on the single object rather than assigned: a driver's methods are read-only
  const before = (target: object, name: string, hook: (answer: unknown) => void): void => {
    const original = ((target as Record<string, unknown>)[name] as Method).bind(target);
    const value: Method = (...values) => {
      const answer = original(...values);
      hook(answer);
      return answer;
    };
    Object.defineProperty(target, name, { value });
  };
  const count = (): void => {
    statements += 1;
  };
  return {
    connect(file) {
      const database = new DatabaseSync(file);
      before(database, 'prepare', (statement) => {
        for (const name of ['run', 'get', 'all']) before(statement as object, name, count);
      });
      return database;
    },
    count: () => statements,
  };
}

/** The journal, with each entry that it hands out counted. */
export function countingJournal(journal: Journal): { readonly journal: Journal; readonly read: () => number } {
  let entries = 0;
  const counted = Object.create(journal) as Journal;
  const note = <T extends readonly StoredEntry[] | StoredEntry | undefined>(found: T): T => {
    entries += found === undefined ? 0 : 'length' in found ? found.length : 1;
    return found;
  };
  counted.read = async (reads) => (await journal.read(reads)).map(note);
  counted.readAll = async (after, limit) => note(await journal.readAll(after, limit));
  counted.entryAt = async (position) => note(await journal.entryAt(position));
  counted.head = async () => note(await journal.head());
  counted.subscribe = async function* (options) {
    for await (const page of journal.subscribe(options)) yield note(page);
  };
  return { journal: counted, read: () => entries };
}
