/** Up to where the list of events is whole: a replay loads no events, and may only leave out those that are listed (R7). */
import { START, type PartitionProgress, type Position } from '#contracts';
import type { HostName } from '#domain';
import type { Journal, Views } from '#ports';
import { Progress } from './progress.js';

export interface ListedEvents {
  /** Every event up to there is listed, but for those of the hosts `apart`. */
  readonly to: Position;
  /** Hosts that a generation's writer has left, parked or behind: their later events are listed when they are judged. */
  readonly apart: ReadonlySet<HostName>;
}

/** Names that are read at once. */
const PAGE_HOSTS = 1000;
/** With more of them a replay saves little. */
const MOST_APART = 20_000;

/**
 * By the generation that is farthest: its writer has listed what it judged. Undefined where there is none, as in new views and
 * in those whose list is of another version (`resetEvents` gives every generation up), where the journal holds another entry at
 * its progress, and where too many of its hosts are parked or behind.
 */
export async function listedEvents(
  journal: Pick<Journal, 'entryAt'>,
  { control, writer }: Pick<Views, 'control' | 'writer'>,
): Promise<ListedEvents | undefined> {
  let farthest: { readonly number: number; readonly least: PartitionProgress } | undefined;
  for (const { number, partitions, state } of await control.generations()) {
    if (state === 'loading') continue;
    const progress = new Progress(partitions);
    progress.moved(await writer.progress(number));
    const least = progress.least();
    if (least.position > (farthest?.least.position ?? START)) farthest = { number, least };
  }
  if (farthest === undefined) return undefined;
  const { number, least } = farthest;
  if ((await journal.entryAt(least.position))?.id !== least.entryId) return undefined;
  const apart = new Set<HostName>();
  for (const read of [writer.parkedHosts.bind(writer), writer.behindHosts.bind(writer)]) {
    for (let after: HostName | null = null; ;) {
      const page: readonly { readonly host: HostName }[] = await read(number, after, PAGE_HOSTS);
      for (const { host } of page) apart.add(host);
      if (apart.size > MOST_APART) return undefined;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_HOSTS) break;
      after = last.host;
    }
  }
  return { to: least.position, apart };
}
