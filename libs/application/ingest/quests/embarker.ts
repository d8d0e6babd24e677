/** Embarking a batch that was accepted (rules 18 and 19): an event on each host, or the entry that claims its labors, exactly once, then the batch's end. */
import {
  encodeEntry,
  hostStream,
  questClaimUuid,
  questEventUuid,
  type NewEntry,
  type Outcome,
  type Position,
  type Uuid,
} from '#contracts';
import type { ClaimFrom, EventType, HostName, Instant, LaborsClaimed, QuestHostsEmbarked, TypeName } from '#domain';
import { StoreUnavailable } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Appender } from '../appending/appender.js';
import { AppendJob, lookBackTo } from '../appending/job.js';
import { append, decideOn, nothing, type Decided } from '../deciding/decide-on.js';
import type { AcceptedHosts, EmbarkingBatch } from './acceptance.js';
import type { EmbarkingTypes } from './embarking-types.js';
import type { KnownQuests } from './known-quests.js';
import { runOnHosts } from './on-hosts.js';

/** What became of a batch, as seen from a position: all its hosts have their event, or the quest was abandoned first. */
export interface EmbarkingEnd {
  readonly position: Position;
  readonly isAbandoned: boolean;
}

/** A batch as its quest's stream has it up to a revision; what became of it counts where it `isOpen` no longer. */
interface BatchSeen extends EmbarkingEnd {
  readonly revision: number;
  readonly isOpen: boolean;
}

export class Embarker {
  constructor(
    /** By whose identity the UUIDs of quests are derived. */
    private readonly origin: () => Uuid,
    private readonly known: KnownQuests,
    private readonly types: EmbarkingTypes,
    private readonly timeline: CatalogueTimeline,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /** All hosts of the batch at once, and its end; answers and rejects as {@link log} and {@link end} do. For a few hosts. */
  async embark(accepted: AcceptedHosts, holder: string): Promise<EmbarkingEnd> {
    await this.log(accepted, accepted.hosts, (host) => accepted.after.get(host), holder);
    return this.end(accepted);
  }

  /**
   * Logs the event on some hosts of the batch, or claims them, together, in the share of `holder`; answers a position from which all of it
   * is seen. `after`: the removal that took the host out before it was listed. Rejects with StoreUnavailable, {@link NoRoom} among them; then it may be called again.
   */
  async log(
    batch: EmbarkingBatch,
    hosts: readonly HostName[],
    after: (host: HostName) => string | undefined,
    holder: string,
  ): Promise<Position> {
    const { claim } = batch;
    const type = claim === undefined ? await this.typeAt(batch.type, batch.position) : undefined;
    const jobs = hosts.map((host) => {
      const job = new AppendJob(hostStream(host), lookBackTo(batch.since));
      if (type !== undefined) job.add(this.event(batch, type, host, after(host)));
      else if (claim !== undefined) job.add(this.claim(batch, claim, host));
      return job;
    });
    return runOnHosts(this.appender, batch.quest, jobs, holder);
  }

  /**
   * The type as it was when the batch was accepted, whatever bears the name by now; rejects with an Error where there was
   * none, which acceptance rules out.
   */
  private async typeAt(name: TypeName, position: Position): Promise<EventType> {
    // read on only where the type is not known here yet: acceptance has read the catalogue
    const type =
      this.timeline.loadedAsOf(position).types.get(name) ?? (await this.timeline.asOf(position)).types.get(name);
    if (type === undefined) throw new Error(`there was no event type "${name}" when a quest of it was accepted`);
    return type;
  }

  /** States that every host has its event, once. Rejects with StoreUnavailable; then it may be called again. */
  async end({ quest, batch, by, cause, revision, position }: EmbarkingBatch): Promise<EmbarkingEnd> {
    const subject = this.known.subject(quest);
    const load = async (): Promise<BatchSeen> => {
      const stream = await subject.load();
      const isOpen = stream.batches.some((each) => each.batch === batch && !each.embarked);
      const isAbandoned = stream.abandonment !== undefined;
      return { ...stream, isOpen: isOpen && !isAbandoned, isAbandoned };
    };
    const decide = ({ isOpen, isAbandoned, position: at }: BatchSeen): Outcome<Decided<EmbarkingEnd>> => {
      if (!isOpen) return nothing({ position: at, isAbandoned });
      const entry: QuestHostsEmbarked = { kind: 'QuestHostsEmbarked', batch, by, recordedAt: this.now() };
      const encoded = encodeEntry(entry, this.newId(), cause);
      return append([[encoded]], (appended) => ({ position: appended.position, isAbandoned: false }));
    };
    // a quest may be large: it is read only where others have written to it since
    const seen: BatchSeen = { revision, position, isOpen: true, isAbandoned: false };
    const ended = await decideOn({ ...subject, load }, decide, seen);
    if (!ended.ok) throw new StoreUnavailable('journal', ended.problem.detail);
    this.types.leave(batch);
    return ended.value;
  }

  private event(
    { quest, reporter, cause }: EmbarkingBatch,
    { name, category, state }: EventType,
    host: HostName,
    after: string | undefined,
  ): NewEntry {
    const now = this.now();
    return encodeEntry(
      {
        ...{ kind: 'EventLogged', host, type: name, category, state, at: now, recordedAt: now },
        ...{ by: reporter, key: null, note: null, attributes: null, quest },
      },
      questEventUuid(this.origin(), quest, host, after),
      cause,
    );
  }

  private claim({ quest, type, batch, by, cause }: EmbarkingBatch, from: ClaimFrom, host: HostName): NewEntry {
    const entry: LaborsClaimed = {
      kind: 'LaborsClaimed',
      host,
      quest,
      laborType: type,
      from,
      by,
      recordedAt: this.now(),
    };
    return encodeEntry(entry, questClaimUuid(batch, host), cause);
  }
}
