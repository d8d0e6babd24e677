/** The journal as ingest writes to it: an entry above the allowed entries version is refused, before anything of it is stored (R13). */
import { ENTRIES_VERSION, entriesVersionOf } from '#contracts';
import { wrapJournal, type Journal, type StreamWrite, type WriteOutcome } from '#ports';

/** Which entries may be written; `EntriesVersion` of the process says so. */
export interface AllowedEntries {
  /** Whether those of that entries version may be. Rejects with StoreUnavailable. */
  allows(version: number): Promise<boolean>;
}

const REASON = 'not every process reads such an entry yet: it can be stored once all run the new version of Hermes';

/**
 * A write that holds such entries is `refused`, and names them: the others of the write may be written without them. Later writes
 * of the call to its stream are `failed`, which would stand before it.
 */
export function allowedEntriesJournal(journal: Journal, versions: AllowedEntries): Journal {
  return wrapJournal(journal, {
    append: async (writes) => {
      if (await versions.allows(ENTRIES_VERSION)) return journal.append(writes);
      const held = new Set<string>();
      const outcomes: (WriteOutcome | undefined)[] = [];
      for (const { stream, entries } of writes) {
        const refused = await refusedOf(entries, versions);
        if (refused.length > 0) outcomes.push({ kind: 'refused', reason: REASON, entries: refused });
        else outcomes.push(held.has(stream) ? { kind: 'failed', reason: REASON } : undefined);
        if (refused.length > 0) held.add(stream);
      }
      const allowed = writes.filter((_, index) => outcomes[index] === undefined);
      const stored = allowed.length === 0 ? [] : await journal.append(allowed);
      let next = 0;
      return outcomes.map((outcome) => outcome ?? stored[next++] ?? { kind: 'unknown', reason: 'it was not answered' });
    },
    // for imports, of what any build wrote: what this one does not read either stands there as it stood, and waits for one that does
    appendInOrder: async (writes) => {
      for (const [index, { entries }] of writes.entries()) {
        const refused = await refusedOf(entries, {
          allows: async (version) => !Number.isFinite(version) || (await versions.allows(version)),
        });
        if (refused.length === 0) continue;
        const before = index === 0 ? [] : await journal.appendInOrder(writes.slice(0, index));
        const isWhole = before.length === index && before.every(({ kind }) => kind === 'appended');
        return isWhole ? [...before, { kind: 'refused', reason: REASON, entries: refused }] : before;
      }
      return journal.appendInOrder(writes);
    },
  });
}

/** The indexes of the entries that may not be written. */
async function refusedOf(entries: StreamWrite['entries'], versions: AllowedEntries): Promise<readonly number[]> {
  const refused: number[] = [];
  for (const [index, entry] of entries.entries()) {
    if (!(await versions.allows(entriesVersionOf(entry)))) refused.push(index);
  }
  return refused;
}
