/** The journal as ingest writes to it: an entry above the allowed entries version is refused, before anything of it is stored (R13). */
import { ENTRIES_VERSION, entriesVersionOf } from '#contracts';
import { wrapJournal, type Journal, type StreamWrite } from '#ports';

/** Which entries may be written; `EntriesVersion` of the process says so. */
export interface AllowedEntries {
  /** Whether those of that entries version may be. Rejects with StoreUnavailable. */
  allows(version: number): Promise<boolean>;
}

const REFUSED = {
  kind: 'failed',
  reason: 'not every process reads such an entry yet: it can be stored once all run the new version of Hermes',
} as const;

/** A refused write is `failed`; so are later ones of the call to its stream, which would stand before it. */
export function allowedEntriesJournal(journal: Journal, versions: AllowedEntries): Journal {
  return wrapJournal(journal, {
    append: async (writes) => {
      if (await versions.allows(ENTRIES_VERSION)) return journal.append(writes);
      const refused = new Set<string>();
      for (const write of writes) {
        if (!refused.has(write.stream) && !(await versions.allows(versionOf(write)))) refused.add(write.stream);
      }
      const stored = writes.map(({ stream }) => !refused.has(stream));
      const outcomes = await journal.append(writes.filter((_, index) => stored[index]));
      let next = 0;
      return stored.map((isStored) => (isStored ? outcomes[next++] : undefined) ?? REFUSED);
    },
  });
}

function versionOf({ entries }: StreamWrite): number {
  return entries.reduce((greatest, entry) => Math.max(greatest, entriesVersionOf(entry)), 0);
}
