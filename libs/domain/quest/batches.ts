/** The hosts of a quest, as its stream lists them: for going on with embarking (rule 19), for adding hosts and taking them out (rule 22). */
import type { ClaimFrom } from '../host/entries.js';
import { parseLaborId } from '../host/ids.js';
import type { HostName } from '../names.js';
import type { QuestEntry, QuestHostsListed } from './entries.js';

/** From its acceptance on every host of it gets its event. */
export interface AcceptedBatch {
  readonly batch: string;
  /** Each once, in the order listed; none that the quest named already, unless they are claimed. */
  readonly hosts: readonly HostName[];
  /** Of those that had been taken out before, the removal that did it last. */
  readonly after: ReadonlyMap<HostName, string>;
  /** Whose open labors it claims; undefined where each host gets an event. */
  readonly claim: ClaimFrom | undefined;
  /** Whether every host has its event, or is claimed. */
  readonly embarked: boolean;
}

export interface QuestHosts {
  /** The accepted ones, in that order. What was listed but never accepted is no batch. */
  readonly batches: readonly AcceptedBatch[];
  /** The hosts that are in by a batch, with that batch. */
  readonly named: ReadonlyMap<HostName, string>;
  /** The hosts of which it adopted labors since they were taken out last. */
  readonly adopted: ReadonlySet<HostName>;
  /** The hosts that were ever taken out, with the removal that did it last: some may be in again. */
  readonly removed: ReadonlyMap<HostName, string>;
}

/**
 * From the entries of the quest's stream from its beginning. Takes memory in proportion to the quest's hosts, and a step for each
 * chunk of them: between two steps the caller may let others have the thread.
 */
export function* questHosts(entries: Iterable<QuestEntry>): Generator<void, QuestHosts, void> {
  const listed = new Map<string, QuestHostsListed[]>();
  const batches = new Map<string, AcceptedBatch>();
  const named = new Map<HostName, string>();
  const adopted = new Set<HostName>();
  const removed = new Map<HostName, string>();
  for (const entry of entries) {
    if (entry.kind === 'QuestHostsListed') {
      const chunks = listed.get(entry.batch);
      if (chunks === undefined) listed.set(entry.batch, [entry]);
      else chunks.push(entry);
    } else if (entry.kind === 'QuestHostsAccepted' && !batches.has(entry.batch)) {
      const { batch, claim } = entry;
      const hosts = new Set<HostName>();
      const after = new Map<HostName, string>();
      for (const chunk of listed.get(batch) ?? []) {
        for (const host of chunk.hosts) {
          const isNew = !named.has(host);
          if (isNew) named.set(host, batch);
          if (!isNew && claim === undefined) continue;
          hosts.add(host);
          const removal = removed.get(host);
          if (removal !== undefined) after.set(host, removal);
        }
        yield;
      }
      batches.set(batch, { batch, hosts: [...hosts], after, claim, embarked: false });
      // a listing after the acceptance is not part of it
      listed.delete(batch);
    } else if (entry.kind === 'QuestHostsEmbarked') {
      const batch = batches.get(entry.batch);
      if (batch) batches.set(entry.batch, { ...batch, embarked: true });
    } else if (entry.kind === 'QuestLaborsAccepted') {
      for (const labor of entry.labors) {
        const host = parseLaborId(labor)?.host;
        if (host !== undefined) adopted.add(host);
      }
      yield;
    } else if (entry.kind === 'QuestRemovalAccepted') {
      for (const host of entry.hosts) {
        named.delete(host);
        adopted.delete(host);
        removed.set(host, entry.removal);
      }
      yield;
    }
  }
  return { batches: [...batches.values()], named, adopted, removed };
}
