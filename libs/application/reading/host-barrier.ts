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
  readonly hosts?: readonly HostName[] | undefined;
  readonly quests?: readonly (QuestId | 'none')[] | undefined;
}

/** Null where nothing is named that could be waited for. */
export function hostsJudged(views: Pick<ViewsReader, 'behindAmong'>, named: Named): ReadBarrier | null {
  const hosts = few(named.hosts);
  const quests = few(named.quests).filter((quest) => quest !== 'none');
  if (hosts.length === 0 && quests.length === 0) return null;
  return {
    key: `hosts ${hosts.join(' ')} of quests ${quests.join(' ')}`,
    behind: async (generation, position) => {
      const found = await views.behindAmong(generation, { hosts, quests });
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
