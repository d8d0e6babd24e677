/** All writers of one generation: they judge the feed's entries, read over holes, count quests, release what is parked and bring hosts on. */
import {
  LAST_POSITION,
  minPosition,
  partitionOf,
  questStream,
  START,
  type Generation,
  type Position,
  type StoredEntry,
} from '#contracts';
import { msOfInstant, type HostName, type Instant, type TypeName } from '#domain';
import { StoreUnavailable, type FeedBatch, type ReadJournal, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { FeedAtOdds } from '../relay/own-feed.js';
import { noMeters, type Meters } from '../meters.js';
import { Applier } from './applier.js';
import { BehindHosts } from './behind-hosts.js';
import type { Beside, MakeBeside } from './beside.js';
import { Follower } from './follower.js';
import { JournalReader } from './journal-reader.js';
import { PartitionSet } from './partition-set.js';
import { ProgressWriter } from './progress-writer.js';
import { Progress } from './progress.js';
import { Recounter } from './recounter.js';
import { Releaser } from './releaser.js';
import { StallDetector } from './stall-detector.js';

export interface GenerationWriterParts {
  readonly journal: ReadJournal;
  readonly views: Views;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  readonly meters?: Pick<Meters, 'visible' | 'withoutEffect'>;
  /** Whether the entry there came with an import: it is judged here, and no figure of live work (R14). None where absent. */
  readonly isImported?: (position: Position) => boolean;
  /** For how long the views may lack the same entry while nothing moves, before readiness says so. */
  readonly maxLagMs: number;
  /** Least time between two writes of progress, in milliseconds. */
  readonly progressEveryMs: number;
  /** The audit of what is stored. */
  readonly audit?: MakeBeside;
}

export class GenerationWriter {
  readonly progress: Progress;
  readonly releaser: Releaser;
  private readonly behind: BehindHosts;
  readonly reader: JournalReader;
  private readonly partitions: PartitionSet;
  private readonly follower: Follower;
  private readonly recounter: Recounter;
  private readonly stalls: StallDetector;
  private readonly audit: Beside | undefined;
  /** Whether it follows the feed: a rebuild judges what was judged, and counted, before. */
  private isLive = false;
  /** Changes by entries beyond it are published: somebody may follow the generation by then. */
  private publishedBeyond: Position;
  /** Why a partition is halted. */
  private readonly halted = new Map<number, string>();

  constructor(
    private readonly parts: GenerationWriterParts,
    readonly generation: Generation,
  ) {
    const { journal, clock, maxLagMs, monotonicMs = () => performance.now() } = parts;
    this.publishedBeyond = generation.state === 'ready' ? START : LAST_POSITION;
    const common = { ...parts, views: parts.views.writer, generation: generation.number };
    const owns = (stream: string): boolean => this.partitions.owns(partitionOf(stream, generation.partitions));
    const applied = (entries: readonly StoredEntry[]): void => {
      this.measure(entries);
    };
    this.progress = new Progress(generation.partitions);
    this.partitions = new PartitionSet({ ...common, progress: this.progress });
    const isPublished = (position: Position): boolean => position > this.publishedBeyond;
    this.recounter = new Recounter({ ...common, isPublished, owns: (quest) => owns(questStream(quest)) });
    const { touched } = this.recounter;
    const setBehind = (host: HostName): void => {
      this.behind.add(host);
    };
    const idle = (types: readonly TypeName[], last: Position): void => {
      if (this.isLive && !this.isImported(last))
        for (const type of types) (parts.meters ?? noMeters).withoutEffect(type);
    };
    const applier = new Applier({
      ...common,
      partitions: generation.partitions,
      isPublished: ({ position }) => isPublished(position),
      touched,
      idle,
      setBehind,
    });
    const writer = new ProgressWriter({ ...common, progress: this.progress, everyMs: parts.progressEveryMs });
    const moving = { journal, applier, progress: this.progress, writer, clock, applied };
    this.reader = new JournalReader(moving);
    this.follower = new Follower({ ...moving, partitions: this.partitions, reader: this.reader, monotonicMs });
    this.releaser = new Releaser({ ...common, applier, touched, owns });
    this.behind = new BehindHosts({ ...common, applier, releaser: this.releaser, owns });
    this.stalls = new StallDetector({ journal, progress: this.progress, maxLagMs, monotonicMs });
    this.audit = parts.audit?.({ generation: generation.number, owns, touched });
  }

  /** Quests whose numbers may be behind, as far as known. */
  get questsToCount(): number {
    return this.recounter.due;
  }

  assign(partitions: readonly number[]): void {
    this.partitions.assign(partitions);
    this.stalls.assign(partitions);
  }

  revoke(partitions: readonly number[]): void {
    this.partitions.revoke(partitions);
    this.stalls.revoke(partitions);
    for (const partition of partitions) this.halted.delete(partition);
  }

  /** Resolves when the batch is wholly in the views (F2). */
  async handle(batch: FeedBatch, signal: AbortSignal): Promise<void> {
    try {
      await this.stalls.during(batch.partition, () => this.follower.handle(batch, signal));
      this.halted.delete(batch.partition);
    } catch (error) {
      if (!signal.aborted) this.halted.set(batch.partition, reasonOf(error));
      throw error;
    }
  }

  /** Publishes what entries beyond the position change, from now on. */
  publishBeyond(position: Position): void {
    this.publishedBeyond = minPosition(this.publishedBeyond, position);
  }

  /** As {@link BehindHosts.bringReplayedOn}. */
  bringReplayedOn(...args: Parameters<BehindHosts['bringReplayedOn']>): ReturnType<BehindHosts['bringReplayedOn']> {
    return this.behind.bringReplayedOn(...args);
  }

  /** Begins the work beside the feed: recounts of quests, unfinished releases, hosts that are behind, the audit. */
  start(): void {
    this.isLive = true;
    this.recounter.start();
    this.releaser.start();
    this.behind.start();
    this.audit?.start();
  }

  /** Why a partition of this projector is halted, as a sentence. */
  whyHalted(): string | null {
    const [first] = this.halted.values();
    return first ?? null;
  }

  notReady(): string | null {
    const halted = this.whyHalted();
    if (halted !== null) return halted;
    const { lagMs } = this.reader;
    if (lagMs !== null && lagMs > this.parts.maxLagMs) {
      return `the views are ${Math.round(lagMs / 1000)} s behind: entries that the feed did not bring are read from the journal`;
    }
    return this.stalls.silent();
  }

  stalled(): Promise<string | null> {
    return this.stalls.stalled();
  }

  async close(): Promise<void> {
    await Promise.all([this.recounter.close(), this.releaser.close(), this.behind.close(), this.audit?.close()]);
  }

  private isImported(position: Position): boolean {
    return this.parts.isImported?.(position) ?? false;
  }

  /** Entries that are in the views now: how old they are. */
  private measure(entries: readonly StoredEntry[]): void {
    const { clock, meters = noMeters } = this.parts;
    const nowMs = clock.nowMs();
    let recordedAt: Instant | undefined;
    let latencyMs = 0;
    for (const entry of entries) {
      if (this.isImported(entry.position)) continue;
      // those of one request have the same time
      if (entry.recordedAt !== recordedAt) {
        ({ recordedAt } = entry);
        latencyMs = Math.max(0, nowMs - msOfInstant(recordedAt));
      }
      meters.visible(latencyMs);
    }
  }
}

/** The part of a failure that is shown to operators; the log has the rest. */
export function reasonOf(error: unknown): string {
  const known = error instanceof StreamUnreadable || error instanceof StoreUnavailable || error instanceof FeedAtOdds;
  return known ? error.message : 'a batch cannot be brought into the views; the log says why';
}
