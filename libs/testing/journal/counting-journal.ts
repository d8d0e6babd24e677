/** Counts the calls to a journal: how often a use case waits for its store. */
import { wrapJournal, type Journal } from '#ports';

export interface JournalCalls {
  append: number;
  appendInOrder: number;
  read: number;
  readAll: number;
  entryAt: number;
  head: number;
  subscribe: number;
  readState: number;
  writeState: number;
}

export interface CountingJournal extends Journal {
  /** Calls since the beginning or the last reset. */
  readonly calls: Readonly<JournalCalls>;
  resetCalls(): void;
}

export function countingJournal(journal: Journal): CountingJournal {
  const calls = { ...NONE };
  const counted = wrapJournal(journal, {
    append: (writes) => ((calls.append += 1), journal.append(writes)),
    appendInOrder: (writes) => ((calls.appendInOrder += 1), journal.appendInOrder(writes)),
    read: (reads) => ((calls.read += 1), journal.read(reads)),
    readAll: (after, limit) => ((calls.readAll += 1), journal.readAll(after, limit)),
    entryAt: (position) => ((calls.entryAt += 1), journal.entryAt(position)),
    head: () => ((calls.head += 1), journal.head()),
    subscribe: (options) => ((calls.subscribe += 1), journal.subscribe(options)),
    readState: (name) => ((calls.readState += 1), journal.readState(name)),
    writeState: (...call) => ((calls.writeState += 1), journal.writeState(...call)),
  });
  return { ...counted, calls, resetCalls: () => void Object.assign(calls, NONE) };
}

const NONE: JournalCalls = {
  append: 0,
  appendInOrder: 0,
  read: 0,
  readAll: 0,
  entryAt: 0,
  head: 0,
  subscribe: 0,
  readState: 0,
  writeState: 0,
};
