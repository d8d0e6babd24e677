/** The hosts of a quest, as its stream lists them: for going on with embarking (rule 19) and for adding hosts (rule 22). */
import type { HostName } from '../names.js';
import type { QuestEntry } from './entries.js';

/** From its acceptance on every host of it gets its event. */
export interface AcceptedBatch {
  readonly batch: string;
  /** Each once, in the order listed; none that an earlier batch has. */
  readonly hosts: readonly HostName[];
  /** Whether every host has its event. */
  readonly embarked: boolean;
}

/**
 * The batches that were accepted, in that order, from the entries of the quest's stream from its beginning. Takes memory
 * in proportion to the quest's hosts. A list that was never accepted is no batch.
 */
export function acceptedBatches(entries: Iterable<QuestEntry>): readonly AcceptedBatch[] {
  const listed = new Map<string, HostName[]>();
  const accepted = new Map<string, AcceptedBatch>();
  const present = new Set<HostName>();
  for (const entry of entries) {
    if (entry.kind === 'QuestHostsListed') {
      const hosts = listed.get(entry.batch) ?? [];
      for (const host of entry.hosts) hosts.push(host);
      listed.set(entry.batch, hosts);
    } else if (entry.kind === 'QuestHostsAccepted' && !accepted.has(entry.batch)) {
      const hosts = (listed.get(entry.batch) ?? []).filter((host) => !present.has(host) && present.add(host));
      accepted.set(entry.batch, { batch: entry.batch, hosts, embarked: false });
      // a listing after the acceptance is not part of it
      listed.delete(entry.batch);
    } else if (entry.kind === 'QuestHostsEmbarked') {
      const batch = accepted.get(entry.batch);
      if (batch) accepted.set(entry.batch, { ...batch, embarked: true });
    }
  }
  return [...accepted.values()];
}
