/**
 * Carrying what a quest adopts to the hosts of the labors (rules 15 and 22): the labor's entry on each, then the entry of the
 * quest that says so.
 *
 * No order of what processes do leaves a labor open in an abandoned quest: each acceptance stands in the quest's stream before
 * the abandonment, for behind that every command is refused; and the end of the quest comes, on every host that an acceptance
 * names, behind the entries of that acceptance, which `ender.ts` adds before it where they are missing. Each of these has one
 * UUID, whichever process adds it, so none is added again behind the end.
 */
import { encodeEntry, hostStream, laborAdoptionUuid, type NewEntry, type Position, type Uuid } from '#contracts';
import {
  parseLaborId,
  type HostName,
  type Instant,
  type LaborAdopted,
  type LaborId,
  type QuestId,
  type QuestLaborsAdopted,
} from '#domain';
import { StoreUnavailable } from '#ports';
import type { Appender } from '../appending/appender.js';
import { AppendJob, lookBackTo } from '../appending/job.js';
import { append, decideOn, nothing } from '../deciding/decide-on.js';
import type { KnownQuests } from './known-quests.js';
import { runOnHosts } from './on-hosts.js';
import type { PlacedAdoption } from './placed.js';

/** An acceptance without its labors. */
export interface Adoption extends Pick<PlacedAdoption, 'adoption' | 'request' | 'since' | 'by' | 'cause'> {
  readonly quest: QuestId;
}

export class Adopter {
  constructor(
    private readonly known: KnownQuests,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /** Whether the labors' entries would be taken now. */
  hasRoom({ length: entries }: readonly LaborId[], holder: string): boolean {
    return this.appender.hasRoom(holder, entries);
  }

  /** Gives some labors their entries; answers and rejects as `runOnHosts` does. */
  log(adoption: Adoption, labors: readonly LaborId[], holder: string): Promise<Position> {
    const jobs = [...laborsByHost(labors)].map(([host, its]) => {
      const job = new AppendJob(hostStream(host), lookBackTo(adoption.since));
      for (const labor of its) job.add(adoptionEntry(adoption, host, labor, this.now()));
      return job;
    });
    return runOnHosts(this.appender, adoption.quest, jobs, holder);
  }

  /** States that every labor has its entry, once. Rejects with StoreUnavailable; then it may be called again. */
  async end({ quest, adoption, by, cause }: Adoption): Promise<Position> {
    const ended = await decideOn(this.known.subject(quest), ({ state, position }) => {
      if (state?.adopting.includes(adoption) !== true) return nothing(position);
      const entry: QuestLaborsAdopted = { kind: 'QuestLaborsAdopted', adoption, by, recordedAt: this.now() };
      return append([[encodeEntry(entry, this.newId(), cause)]], (appended) => appended.position);
    });
    if (!ended.ok) throw new StoreUnavailable('journal', ended.problem.detail);
    return ended.value;
  }
}

export function adoptionEntry(
  { quest, request, by, cause }: Adoption,
  host: HostName,
  labor: LaborId,
  recordedAt: Instant,
): NewEntry {
  const entry: LaborAdopted = { kind: 'LaborAdopted', host, labor, quest, by, recordedAt };
  return encodeEntry(entry, laborAdoptionUuid(request, labor), cause);
}

/** In the order first named. */
export function laborsByHost(labors: readonly LaborId[]): ReadonlyMap<HostName, readonly LaborId[]> {
  const byHost = new Map<HostName, LaborId[]>();
  for (const labor of labors) {
    const host = parseLaborId(labor)?.host;
    if (host === undefined) throw new TypeError(`"${labor}" was accepted, and is no labor`);
    const its = byHost.get(host);
    if (its === undefined) byHost.set(host, [labor]);
    else its.push(labor);
  }
  return byHost;
}
