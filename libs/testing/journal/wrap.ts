/** A journal with some of its calls replaced, the rest handed on. */
import type { Journal } from '#ports';

export function wrapJournal(journal: Journal, replaced: Partial<Journal>): Journal {
  return {
    identity: journal.identity,
    maxAppendEntries: journal.maxAppendEntries,
    maxAppendBytes: journal.maxAppendBytes,
    maxReadEntries: journal.maxReadEntries,
    append: (writes) => journal.append(writes),
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
