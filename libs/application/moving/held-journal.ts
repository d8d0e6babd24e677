/** The journal as those see it who publish what stands in it: nothing, while an import is not complete. */
import type { StoredEntry } from '#contracts';
import { wrapJournal, type Journal } from '#ports';
import type { Imports } from './imports.js';

export function heldJournal(journal: Journal, imports: Pick<Imports, 'whenOpen'>): Journal {
  async function* subscribe(options: Parameters<Journal['subscribe']>[0]): AsyncGenerator<readonly StoredEntry[]> {
    for await (const batch of journal.subscribe(options)) {
      await imports.whenOpen(options.signal);
      if (options.signal.aborted) return;
      yield batch;
    }
  }
  return wrapJournal(journal, { subscribe });
}
