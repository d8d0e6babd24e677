/**
 * Carrying an abandonment to the hosts of its quest (rule 22): the quest's end on each, then the entry that says so. The quest's
 * stream has decided it: whatever else comes to a host of it meanwhile, an event of a late embarking or another try of this,
 * what remains is that nothing of the quest is open.
 */
import {
  adoptionEndUuid,
  batchEndUuid,
  encodeEntry,
  hostStream,
  questClaimUuid,
  questEndUuid,
  questEventUuid,
  type Cause,
  type NewEntry,
  type Position,
  type Uuid,
} from '#contracts';
import type { HostName, Instant, LaborId, QuestEnded, QuestHostsEnded, QuestId, QuestLaborsEnded } from '#domain';
import { StoreUnavailable } from '#ports';
import type { Appender } from '../appending/appender.js';
import { AppendJob, lookBackTo } from '../appending/job.js';
import { append, decideOn, nothing } from '../deciding/decide-on.js';
import { adoptionEntry, type Adoption } from './adopter.js';
import type { HostsOfBatch, ListedBatches } from './batch-hosts.js';
import type { KnownQuests } from './known-quests.js';
import { runOnHosts } from './on-hosts.js';
import type { QuestStream } from './quest-stream.js';

/** A batch of which hosts may lack their entry, and a position before all of these. */
interface Unembarked {
  readonly batch: Uuid;
  readonly isClaim: boolean;
  readonly since: Position;
}

/** An abandoned quest of which some hosts may not have its end yet. */
export interface EndingQuest {
  readonly quest: QuestId;
  readonly by: string | null;
  readonly reason: string;
  /** The request that abandoned it. */
  readonly cause: Cause;
  /** Of the decision: no host has the end before it. */
  readonly position: Position;
  /** Of each batch that was not embarked, a position before all its events; hosts of the others have theirs. */
  readonly unembarked: ReadonlyMap<string, Unembarked>;
  /** The adoptions of which hosts may lack entries. */
  readonly adopting: ReadonlyMap<string, Adoption>;
  readonly listed: ListedBatches;
  /** It has taken hosts out: its end does not name those that have had their event. */
  readonly removes: boolean;
}

/** Undefined where it is not abandoned, or all its hosts have its end. */
export function endingOf({ state, abandonment, batches, adoptions, revision }: QuestStream): EndingQuest | undefined {
  if (state === null || !state.ending || abandonment === undefined) return undefined;
  const { by, reason, cause, position } = abandonment;
  const unembarked = new Map<string, Unembarked>();
  for (const { batch, claim, embarked, listedAt } of batches)
    if (!embarked) unembarked.set(batch, { batch, isClaim: claim !== undefined, since: listedAt.position });
  const { quest } = state;
  const adopting = new Map<string, Adoption>();
  for (const each of adoptions) if (!each.isCarried) adopting.set(each.adoption, { quest, ...each });
  const ids = new Set(batches.map(({ batch }) => batch));
  const from = batches.reduce((least, { listedAt }) => Math.min(least, listedAt.revision), revision);
  const listed = { quest, batches: ids, adoptions: true, from, to: revision };
  const { removes } = state;
  return { quest, by, reason, cause, position, unembarked, adopting, listed, removes };
}

export class Ender {
  constructor(
    /** By whose identity the UUIDs of quests are derived. */
    private readonly origin: () => Uuid,
    private readonly known: KnownQuests,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /** Gives some hosts the quest's end; answers and rejects as `runOnHosts` does. */
  log(ending: EndingQuest, { batch, hosts, labors, after }: HostsOfBatch, holder: string): Promise<Position> {
    const jobs = hosts.map((host) => {
      const adopted = labors.get(host);
      return adopted === undefined
        ? this.job(ending, ending.unembarked.get(batch), host, after)
        : this.adoptionJob(ending, batch, host, adopted);
    });
    return runOnHosts(this.appender, ending.quest, jobs, holder);
  }

  /** States that every host has it, once. Rejects with StoreUnavailable; then it may be called again. */
  async end({ quest, by, cause }: EndingQuest): Promise<Position> {
    const ended = await decideOn(this.known.subject(quest), ({ state, position }) => {
      if (state === null || !state.ending) return nothing(position);
      const entry: QuestHostsEnded = { kind: 'QuestHostsEnded', by, recordedAt: this.now() };
      return append([[encodeEntry(entry, this.newId(), cause)]], (appended) => appended.position);
    });
    if (!ended.ok) throw new StoreUnavailable('journal', ended.problem.detail);
    return ended.value;
  }

  /**
   * Of a host that may lack its event, or the entry that claims it, the end stands under the event's UUID, too: where that is free,
   * the event can no longer be added; where it is taken, the event is there, or the host was taken out, and the end comes behind it
   * under a UUID of this batch, since another that lists the host may have its end already.
   */
  private job(
    ending: EndingQuest,
    awaited: Unembarked | undefined,
    host: HostName,
    after: string | undefined,
  ): AppendJob {
    const { quest, removes } = ending;
    const identity = this.origin();
    const job = new AppendJob(hostStream(host), lookBackTo(awaited?.since ?? ending.position));
    let id = questEndUuid(identity, quest, host);
    if (awaited !== undefined) {
      const { batch, isClaim } = awaited;
      const event = isClaim ? questClaimUuid(batch, host) : questEventUuid(identity, quest, host, after);
      job.add(this.entry('QuestEnded', ending, host, event));
      id = batchEndUuid(batch, host, after);
    }
    job.add(this.entry(removes ? 'QuestLaborsEnded' : 'QuestEnded', ending, host, id));
    return job;
  }

  /** What was accepted before the abandonment comes before the end: the labors that the host may not have adopted yet. */
  private adoptionJob(ending: EndingQuest, adoption: Uuid, host: HostName, labors: readonly LaborId[]): AppendJob {
    const pending = ending.adopting.get(adoption);
    const job = new AppendJob(hostStream(host), lookBackTo(pending?.since ?? ending.position));
    if (pending !== undefined) for (const labor of labors) job.add(adoptionEntry(pending, host, labor, this.now()));
    job.add(this.entry('QuestLaborsEnded', ending, host, adoptionEndUuid(adoption, host)));
    return job;
  }

  private entry(
    kind: (QuestEnded | QuestLaborsEnded)['kind'],
    { quest, by, reason, cause }: EndingQuest,
    host: HostName,
    id: Uuid,
  ): NewEntry {
    return encodeEntry({ kind, host, quest, by, reason, recordedAt: this.now() }, id, cause);
  }
}
