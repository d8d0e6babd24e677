/** For wrappers of a journal: to measure it, to trace it, to make it fail. */
import type { Journal } from './journal.js';

/** The journal with some of its calls replaced, the rest handed on. Closing it closes the journal. */
export function wrapJournal(journal: Journal, replaced: Partial<Journal>): Journal {
  return {
    identity: journal.identity,
    maxAppendEntries: journal.maxAppendEntries,
    maxAppendBytes: journal.maxAppendBytes,
    maxReadEntries: journal.maxReadEntries,
    maxReadCharacters: journal.maxReadCharacters,
    writesAtOnce: journal.writesAtOnce,
    append: (writes) => journal.append(writes),
    appendInOrder: (writes) => journal.appendInOrder(writes),
    read: (reads) => journal.read(reads),
    readAll: (after, limit) => journal.readAll(after, limit),
    entryAt: (position) => journal.entryAt(position),
    head: () => journal.head(),
    subscribe: (options) => journal.subscribe(options),
    readState: (name) => journal.readState(name),
    writeState: (...call) => journal.writeState(...call),
    close: () => journal.close(),
    ...replaced,
  };
}
