/**
 * Carrying a removal to its hosts (rule 22): on each the entry by which it leaves the quest, then the entry of the quest that says
 * so. Of a host that may lack its event the entry stands under the event's UUID, too: where that is free, the event can no longer
 * be added; where it is taken, the event is there, and the host leaves behind it.
 */
import {
  encodeEntry,
  hostStream,
  questEventUuid,
  questRemovalUuid,
  type NewEntry,
  type Position,
  type Uuid,
} from '#contracts';
import type { HostName, Instant, QuestHostsRemoved, QuestId, QuestLeft } from '#domain';
import { StoreUnavailable } from '#ports';
import type { Appender } from '../appending/appender.js';
import { AppendJob, lookBackTo } from '../appending/job.js';
import { append, decideOn, nothing } from '../deciding/decide-on.js';
import type { HostsOfBatch, ListedBatches } from './batch-hosts.js';
import type { KnownQuests } from './known-quests.js';
import { runOnHosts } from './on-hosts.js';
import type { PlacedRemoval } from './placed.js';

/** An acceptance without its hosts. */
export interface Removal extends PlacedRemoval {
  readonly quest: QuestId;
}

/** Where its hosts stand. */
export function listedIn({ quest, removal, revision }: Removal): ListedBatches {
  return { quest, batches: new Set([removal]), adoptions: false, from: revision, to: revision + 1 };
}

export class Remover {
  constructor(
    /** By whose identity the UUIDs of quests are derived. */
    private readonly origin: () => Uuid,
    private readonly known: KnownQuests,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /** Takes some hosts out; answers and rejects as `runOnHosts` does. */
  log(removal: Removal, { hosts, after }: Pick<HostsOfBatch, 'hosts' | 'after'>, holder: string): Promise<Position> {
    const { quest, since } = removal;
    const jobs = hosts.map((host) => {
      const job = new AppendJob(hostStream(host), lookBackTo(since));
      if (removal.isAwaited) job.add(this.entry(removal, host, questEventUuid(this.origin(), quest, host, after)));
      job.add(this.entry(removal, host, questRemovalUuid(removal.removal, host)));
      return job;
    });
    return runOnHosts(this.appender, quest, jobs, holder);
  }

  /** States that every host has its entry, once. Rejects with StoreUnavailable; then it may be called again. */
  async end({ quest, removal, by, cause }: Removal): Promise<Position> {
    const ended = await decideOn(this.known.subject(quest), ({ state, position }) => {
      if (state?.removing.includes(removal) !== true) return nothing(position);
      const entry: QuestHostsRemoved = { kind: 'QuestHostsRemoved', removal, by, recordedAt: this.now() };
      return append([[encodeEntry(entry, this.newId(), cause)]], (appended) => appended.position);
    });
    if (!ended.ok) throw new StoreUnavailable('journal', ended.problem.detail);
    return ended.value;
  }

  private entry({ quest, by, reason, cause }: Removal, host: HostName, id: Uuid): NewEntry {
    const entry: QuestLeft = { kind: 'QuestLeft', host, quest, by, reason, recordedAt: this.now() };
    return encodeEntry(entry, id, cause);
  }
}
