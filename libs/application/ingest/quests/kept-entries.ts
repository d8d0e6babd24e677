/** What of a quest's entries is kept to find its hosts. */
import type { Steps, Uuid } from '#contracts';
import { parseLaborId, type HostName, type LaborId, type QuestEntry, type QuestHosts } from '#domain';

/** Of many hosts or labors: others have their turn after each. */
export function isLong({ kind }: QuestEntry): boolean {
  return kind === 'QuestHostsListed' || kind === 'QuestLaborsAccepted' || kind === 'QuestRemovalAccepted';
}

/** The quest's hosts are found by these. */
export function isKept(entry: QuestEntry): boolean {
  switch (entry.kind) {
    case 'QuestHostsListed':
    case 'QuestRemovalAccepted':
      return entry.hosts.length > 0;
    case 'QuestLaborsAccepted':
      return entry.labors.length > 0;
    case 'QuestLaborsAdopted':
    case 'QuestHostsRemoved':
      return false;
    default:
      return true;
  }
}

/** Of its hosts those that are named, and the labors on them. */
export function withHosts(entry: QuestEntry, named: ReadonlySet<HostName>): QuestEntry {
  switch (entry.kind) {
    case 'QuestHostsListed':
    case 'QuestRemovalAccepted':
      return { ...entry, hosts: entry.hosts.filter((host) => named.has(host)) };
    case 'QuestLaborsAccepted':
      if (named.size === 0) return { ...entry, labors: [] };
      return { ...entry, labors: entry.labors.filter((labor) => isOn(labor, named)) };
    default:
      return entry;
  }
}

function isOn(labor: LaborId, named: ReadonlySet<HostName>): boolean {
  const host = parseLaborId(labor)?.host;
  return host !== undefined && named.has(host);
}

/** The hosts that are listed as they would be now: one that was taken out since is listed again. */
export function* listedIn(
  entries: readonly QuestEntry[],
  batch: Uuid,
  removed: QuestHosts['removed'],
): Steps<ReadonlySet<HostName>> {
  const hosts = new Set<HostName>();
  for (const entry of entries) {
    if (entry.kind !== 'QuestHostsListed' || entry.batch !== batch) continue;
    for (const host of entry.hosts) if (removed.get(host) === entry.after) hosts.add(host);
    yield;
  }
  return hosts;
}

/** The hosts of the request's removals. */
export function* takenOutIn(entries: readonly QuestEntry[], request: Uuid): Steps<ReadonlySet<HostName>> {
  const hosts = new Set<HostName>();
  for (const entry of entries) {
    if (entry.kind !== 'QuestRemovalAccepted' || entry.request !== request) continue;
    for (const host of entry.hosts) hosts.add(host);
    yield;
  }
  return hosts;
}
