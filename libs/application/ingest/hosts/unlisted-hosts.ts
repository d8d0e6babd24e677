/** The hosts that the views know and an inventory does not name. */
import { done, turn, type CursorKey, type Outcome, type Page, type Position } from '#contracts';
import { GenerationGone, type HostRow } from '#ports';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import type { StandingParts } from '../labor-standings.js';
import type { NameSet } from './name-set.js';

const PAGE = 1000;
/** The generation may be dropped while hosts are listed. */
const MAX_LISTINGS = 3;

/**
 * Page by page, of views that know all up to `since`. Ends with the problem where there are none. Where the generation is
 * dropped, another one is read from there on: no host comes twice.
 */
export async function* unlistedHosts(
  { gate, views }: Pick<StandingParts, 'gate' | 'views'>,
  named: Pick<NameSet, 'has'>,
  caller: Caller,
  since: Position,
): AsyncGenerator<Outcome<readonly HostRow[]>> {
  const reader = views.for(holderOf(caller));
  let after: CursorKey | null = null;
  for (let tries = 1; ; tries += 1) {
    const seen = await gate.pass({ minPosition: since });
    if (!seen.ok) {
      yield seen;
      return;
    }
    try {
      do {
        const page = { sort: 'host', limit: PAGE, after, count: false } as const;
        const { items, next }: Page<HostRow> = await reader.hosts(seen.value.generation, {}, page);
        yield done(items.filter(({ host }) => !named.has(host)));
        after = next;
        await turn();
      } while (after !== null);
      return;
    } catch (error) {
      if (!(error instanceof GenerationGone) || tries === MAX_LISTINGS) throw error;
    }
  }
}
