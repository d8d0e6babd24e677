/** Entries of an import as the writes that store them: as few as keep their order over the whole journal. */
import type { StoredEntry } from '#contracts';
import type { StreamWrite } from '#ports';

export interface Pending {
  readonly line: number;
  readonly entry: StoredEntry;
}

export interface Run {
  readonly write: StreamWrite;
  readonly first: number;
  readonly last: number;
}

/** Entries of one stream that follow each other, each at its exact revision: one write. */
export function runsOf(pending: readonly Pending[]): readonly Run[] {
  const runs: { stream: string; entries: StoredEntry[]; first: number; last: number }[] = [];
  for (const { line, entry } of pending) {
    const run = runs.at(-1);
    const goesOn = run?.stream === entry.stream && run.entries.at(-1)?.revision === entry.revision - 1;
    if (run !== undefined && goesOn) {
      run.entries.push(entry);
      run.last = line;
    } else runs.push({ stream: entry.stream, entries: [entry], first: line, last: line });
  }
  return runs.map(({ stream, entries, first, last }) => {
    const revision = entries[0]?.revision ?? 0;
    const expected = revision === 0 ? 'none' : revision - 1;
    return { write: { stream, expected, entries: entries.map(newEntry) }, first, last };
  });
}

function newEntry({ stream: _, revision: __, position: ___, ...entry }: StoredEntry): StreamWrite['entries'][number] {
  return entry;
}
