/** What the views have of hosts that a command names, in pieces: others have their turn between some and the next. */
import type { CursorKey } from '#contracts';
import type { HostName } from '#domain';
import type { HostRow } from '#ports';
import { inPieces, type LaborViews } from './labor-standings.js';

/** Of those of the hosts that somebody has heard of. */
export async function rowsOf(
  views: LaborViews,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, HostRow>> {
  const rows = new Map<HostName, HostRow>();
  for (const host of inPieces(hosts)) {
    for (let after: CursorKey | null = null; ;) {
      const page = { sort: 'host', limit: host.length, after, count: false } as const;
      const { items, next }: Awaited<ReturnType<LaborViews['hosts']>> = await views.hosts(generation, { host }, page);
      for (const row of items) rows.set(row.host, row);
      if (next === null) break;
      after = next;
    }
  }
  return rows;
}
