/** Embarking a batch that was accepted (rule 19): an event on each host, exactly once, then the batch's end. */
import { encodeEntry, hostStream, questEventUuid, type Position, type Uuid } from '#contracts';
import type { EventType, HostName, Instant, QuestHostsEmbarked, TypeName } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Appender } from '../appending/appender.js';
import { AppendJob, lookBackTo } from '../appending/job.js';
import { append, decideOn, nothing } from '../deciding/decide-on.js';
import type { AcceptedHosts } from './acceptance.js';
import { NO_HOSTS, questSubject } from './quest-stream.js';

/** The appender has no room: requests go first. */
export class NoRoom extends StoreUnavailable {}

/** Hosts that are logged together, before others get their turn. */
const CHUNK_HOSTS = 1000;

export class Embarker {
  constructor(
    private readonly journal: Journal,
    private readonly timeline: CatalogueTimeline,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /**
   * Logs the event on the hosts from the place `first` on and states the end; answers a position from which that is seen.
   * `mayGoOn` is asked before each chunk, with the place that all before have their event: undefined where it says no.
   * Its events are counted in the share of `holder`. Rejects with StoreUnavailable, {@link NoRoom} among them; then it may be
   * called again.
   */
  async embark(
    accepted: AcceptedHosts,
    holder: string,
    first = 0,
    mayGoOn: (place: number) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Position | undefined> {
    const type = await this.typeAt(accepted.type, accepted.position);
    for (let place = first; place < accepted.hosts.length; place += CHUNK_HOSTS) {
      if (!(await mayGoOn(place))) return undefined;
      await this.logChunk(accepted, type, place, holder);
    }
    return this.end(accepted);
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

  private async logChunk(accepted: AcceptedHosts, type: EventType, place: number, holder: string): Promise<void> {
    const hosts = accepted.hosts.slice(place, place + CHUNK_HOSTS);
    const jobs = hosts.map((host) => this.job(accepted, type, host));
    const taken = await this.appender.run(jobs, holder);
    if (!taken) throw new NoRoom('journal', 'too much is waiting for it');
    const failed = jobs.findIndex((job) => job.failure !== undefined);
    const failure = jobs[failed]?.failure;
    if (failure === undefined) return;
    throw new StoreUnavailable('journal', `quest ${accepted.quest} waits for ${hosts[failed]}: ${failure.reason}`);
  }

  /** States that every host has its event, once. */
  private async end({ quest, batch, by, cause, revision, position }: AcceptedHosts): Promise<Position> {
    const subject = questSubject(this.journal, quest, NO_HOSTS);
    let seen: { readonly revision: number; readonly position: Position; readonly isOpen: boolean } | undefined;
    seen = { revision, position, isOpen: true };
    const load = async () => {
      // a quest may be large: it is read again only where others have written to it
      const known = seen;
      seen = undefined;
      if (known !== undefined) return known;
      const stream = await subject.load();
      return { ...stream, isOpen: stream.batches.some((each) => each.batch === batch && !each.embarked) };
    };
    const ended = await decideOn({ ...subject, load }, (stream) => {
      if (!stream.isOpen) return nothing(stream.position);
      const entry: QuestHostsEmbarked = { kind: 'QuestHostsEmbarked', batch, by, recordedAt: this.now() };
      return append([[encodeEntry(entry, this.newId(), cause)]], (appended) => appended.position);
    });
    if (!ended.ok) throw new StoreUnavailable('journal', ended.problem.detail);
    return ended.value;
  }

  private job({ quest, reporter, position, cause }: AcceptedHosts, type: EventType, host: HostName): AppendJob {
    const now = this.now();
    const job = new AppendJob(hostStream(host), lookBackTo(position));
    const { name, category, state } = type;
    const entry = encodeEntry(
      {
        ...{ kind: 'EventLogged', host, type: name, category, state, at: now, recordedAt: now },
        ...{ by: reporter, key: null, note: null, attributes: null, quest },
      },
      questEventUuid(this.journal.identity, quest, host),
      cause,
    );
    job.add(entry);
    return job;
  }
}
