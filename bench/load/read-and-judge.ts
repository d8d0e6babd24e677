/** A floor for everything that reads history: read, decode and judge it, and keep nothing but the hosts' states. */
import { CatalogueTimeline } from '#application';
import { decodeHostEntry, START, streamKind } from '#contracts';
import { judge, newHost, type HostState } from '#domain';
import type { Journal } from '#ports';

/** In the order of the journal, every state in memory. */
export async function readAndJudge(journal: Journal): Promise<void> {
  const timeline = new CatalogueTimeline(journal);
  await timeline.refresh();
  const states = new Map<string, HostState>();
  for (let after = START; ;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.position;
    for (const stored of page) {
      const { stream, revision, position } = stored;
      if (!states.has(stream) && streamKind(stream).kind !== 'host') continue;
      const decoded = decodeHostEntry(stored);
      if (!decoded.ok) throw new Error(decoded.reason);
      const catalogue = timeline.loadedAsOf(position);
      states.set(stream, judge(states.get(stream) ?? newHost, decoded.entry, { revision, catalogue }).state);
    }
  }
}
