/** The steps of embarking a batch that was accepted (rule 19): an event on each host, exactly once, then the batch's end. */
import {
  encodeEntry,
  hostStream,
  questEventUuid,
  questStream,
  type NewEntry,
  type Position,
  type Uuid,
} from '#contracts';
import type { EventType, HostName, Instant, QuestHostsEmbarked, QuestId, TypeName } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Appender } from '../appending/appender.js';
import { writeExactly } from '../appending/exact-write.js';
import { AppendJob } from '../appending/job.js';
import { readQuest } from './quest-stream.js';

/** Hosts that are logged together, before others get their turn. */
export const CHUNK_HOSTS = 1000;
const MAX_ENDINGS = 8;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

/** A batch that was accepted. */
export interface AcceptedHosts {
  readonly quest: QuestId;
  readonly batch: Uuid;
  readonly type: EventType;
  /** Who the events are reported by. */
  readonly by: string | null;
  /** Of the acceptance: none of the events stands before it. */
  readonly accepted: Position;
  /** That of the request which the batch came with: its events are its doing, whoever logs them. */
  readonly trace: string | undefined;
  readonly hosts: readonly HostName[];
}

export class Embarker {
  constructor(
    private readonly journal: Journal,
    private readonly timeline: CatalogueTimeline,
    private readonly appender: Appender,
    private readonly newId: () => Uuid,
    private readonly now: () => Instant,
  ) {}

  /** The type as of a place in the journal; rejects with an Error where there was none, which acceptance rules out. */
  async typeAt(name: TypeName, position: Position): Promise<EventType> {
    const type = this.timeline.latest.catalogue.types.get(name) ?? (await this.timeline.asOf(position)).types.get(name);
    if (type === undefined) throw new Error(`there was no event type "${name}" when a quest of it was accepted`);
    return type;
  }

  /** Logs the event on the hosts from `first` on, at most {@link CHUNK_HOSTS}. Rejects with StoreUnavailable where one has none yet. */
  async logChunk(accepted: AcceptedHosts, first: number): Promise<void> {
    const jobs = accepted.hosts.slice(first, first + CHUNK_HOSTS).map((host) => this.job(accepted, host));
    const taken = await this.appender.run(jobs);
    if (!taken) throw new StoreUnavailable('journal', 'too much is waiting for it');
    const failure = jobs.find((job) => job.failure !== undefined)?.failure;
    if (failure !== undefined) throw new StoreUnavailable('journal', failure.reason);
  }

  /**
   * States that every host has its event, once; answers a position from which that is seen. `last` is the stream's last
   * revision where the caller knows it.
   */
  async end(
    { quest, batch, trace }: Pick<AcceptedHosts, 'quest' | 'batch' | 'trace'>,
    by: string | null,
    last?: number,
  ): Promise<Position> {
    let revision = last;
    for (let nth = 1; nth <= MAX_ENDINGS; nth += 1) {
      if (revision === undefined) {
        const stream = await readQuest(this.journal, quest);
        if (!stream.batches.some((each) => each.batch === batch && !each.embarked)) return stream.position;
        ({ revision } = stream);
      }
      const outcome = await writeExactly(this.journal, questStream(quest), revision, [this.ending(batch, by, trace)]);
      if (outcome.kind === 'stored') return outcome.position;
      if (outcome.kind !== 'conflict') throw new StoreUnavailable('journal', outcome.reason);
      revision = undefined;
      await sleep(pauseMs(nth, PAUSES));
    }
    throw new StoreUnavailable('journal', `others keep writing to quest ${quest}`);
  }

  private ending(batch: Uuid, by: string | null, trace: string | undefined): NewEntry {
    const entry: QuestHostsEmbarked = { kind: 'QuestHostsEmbarked', batch, by, recordedAt: this.now() };
    return encodeEntry(entry, this.newId(), trace);
  }

  private job({ quest, type, by, accepted, trace }: AcceptedHosts, host: HostName): AppendJob {
    const now = this.now();
    const job = new AppendJob(hostStream(host), accepted);
    const { name, category, state } = type;
    const entry = encodeEntry(
      {
        kind: 'EventLogged',
        host,
        type: name,
        category,
        state,
        at: now,
        recordedAt: now,
        by,
        key: null,
        note: null,
        attributes: null,
        quest,
      },
      questEventUuid(this.journal.identity, quest, host),
      trace,
    );
    job.add(entry);
    return job;
  }
}
