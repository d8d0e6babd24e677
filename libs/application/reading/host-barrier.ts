/**
 * Reads that name a host, or a quest in which it is, wait while the host is behind their position (P9). Other lists do not:
 * their answers say how many hosts are behind.
 */
import type { HostName, QuestId } from '#domain';
import type { ViewsReader } from '#ports';
import type { ReadBarrier } from './read-barrier.js';

/** A read that names more hosts than this, or more quests, is a list like any: it does not wait for them. */
const MOST_NAMED = 20;

export interface Named {
  /** By any of their names. */
  readonly hosts?: readonly HostName[] | undefined;
  /** As they were called before that was an alias. */
  readonly formerHosts?: readonly HostName[] | undefined;
  readonly quests?: readonly (QuestId | 'none')[] | undefined;
}

/** The own names of the hosts, in a generation. */
type Own = (generation: number, hosts: readonly HostName[]) => Promise<readonly HostName[]>;

const AS_NAMED: Own = (_, hosts) => Promise.resolve(hosts);

/** Null where nothing is named that could be waited for. Without `own`, hosts are named by their own names. */
export function hostsJudged(
  views: Pick<ViewsReader, 'behindAmong'>,
  named: Named,
  own: Own = AS_NAMED,
): ReadBarrier | null {
  const [hosts, former] = [few(named.hosts), few(named.formerHosts)];
  const quests = few(named.quests).filter((quest) => quest !== 'none');
  if (hosts.length + former.length + quests.length === 0) return null;
  return {
    key: `hosts ${hosts.join(' ')} or ${former.join(' ')} of quests ${quests.join(' ')}`,
    behind: async (generation, position) => {
      const meant = [...(await own(generation, hosts)), ...former];
      const found = await views.behindAmong(generation, { hosts: meant, quests });
      return found.some(({ behind }) => behind.position <= position);
    },
    pending: 'entries of a host that is asked for are being judged step by step and not all there yet up to',
  };
}

/** Both, in one. */
export function both(first: ReadBarrier | null, second: ReadBarrier): ReadBarrier {
  if (first === null) return second;
  return {
    key: `${first.key} and ${second.key}`,
    behind: async (generation, position) =>
      (await first.behind(generation, position)) || (await second.behind(generation, position)),
    pending: `${first.pending}, or ${second.pending}`.replace(' up to, or', ', or'),
  };
}

function few<T>(named: readonly T[] = []): readonly T[] {
  return named.length > MOST_NAMED ? [] : named;
}
