/** Follows the feed, batch by batch per partition: drops known entries, fills holes from the journal, moves progress (P3). */
import type { PartitionProgress, StoredEntry } from '#contracts';
import { feedPlaceOf, type FeedBatch, type FeedMessage, type Journal } from '#ports';
import type { Clock } from '../clock.js';
import { FeedAtOdds } from '../relay/own-feed.js';
import type { Applier } from './applier.js';
import type { JournalReader } from './journal-reader.js';
import type { PartitionSet } from './partition-set.js';
import type { ProgressWriter } from './progress-writer.js';
import type { Progress } from './progress.js';

export interface FollowerParts {
  readonly journal: Pick<Journal, 'identity'>;
  readonly applier: Applier;
  readonly partitions: PartitionSet;
  readonly progress: Progress;
  readonly writer: ProgressWriter;
  readonly reader: JournalReader;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** Gets the entries that are in the views now. */
  readonly applied: (entries: readonly StoredEntry[]) => void;
}

/** A tick that says nothing new is stored at most this often: it only shows that the partition was heard. */
const HEARD_EVERY_MS = 500;

/** Consecutive messages without a hole before them. */
interface Run {
  readonly entries: StoredEntry[];
  catalogueRevision: number;
  end: Omit<PartitionProgress, 'heardAtMs'>;
}

export class Follower {
  /** By partition: when its progress was last stored, in monotonic milliseconds. */
  private readonly storedAtMs = new Map<number, number>();

  constructor(private readonly parts: FollowerParts) {}

  /** Resolves when the batch is wholly in the views. Throws FeedAtOdds where it is of another journal, and the applier's errors. */
  async handle({ partition, messages }: FeedBatch, signal: AbortSignal): Promise<void> {
    const { partitions, reader } = this.parts;
    await partitions.load(partition);
    let run = this.runFrom(partition);
    for (const message of messages) {
      this.requireJournal(message);
      if (message.previous > run.end.position) {
        await this.store(run);
        await reader.readTo(partition, message.previous, signal);
        run = this.runFrom(partition);
      }
      take(run, message);
      // the partition is another's, which does the rest itself
      if (signal.aborted) return;
    }
    await this.store(run);
  }

  private runFrom(partition: number): Run {
    const { position, entryId, number } = this.parts.progress.of(partition);
    return { entries: [], catalogueRevision: 0, end: { partition, position, entryId, number } };
  }

  private async store({ entries, catalogueRevision, end }: Run): Promise<void> {
    const { applier, progress, writer, clock, applied, monotonicMs } = this.parts;
    const { partition } = end;
    const before = progress.of(partition);
    const nowMs = monotonicMs();
    const storedMs = this.storedAtMs.get(partition) ?? -Infinity;
    if (entries.length === 0 && end.position <= before.position && nowMs - storedMs < HEARD_EVERY_MS) return;
    await applier.apply(entries, {
      catalogueRevision,
      storedProgress: (partition) => progress.positionOf(partition),
    });
    // readers see by it that the partition was heard: it moves, also while the clock is behind it
    await writer.store([{ ...end, heardAtMs: Math.max(clock.nowMs(), before.heardAtMs + 1) }]);
    this.storedAtMs.set(partition, nowMs);
    applied(entries);
  }

  private requireJournal(message: FeedMessage): void {
    const { identity } = this.parts.journal;
    if (message.journal === identity) return;
    throw new FeedAtOdds(`the feed carries entries of journal ${message.journal}, not of ${identity}`);
  }
}

/** Messages at or below the run's end are repeats; there is no hole before any other. */
function take(run: Run, message: FeedMessage): void {
  const { position, entryId } = feedPlaceOf(message);
  if (position <= run.end.position) return;
  run.end = { partition: message.partition, position, entryId, number: message.number };
  if (message.kind === 'tick') return;
  run.entries.push(message.entry);
  run.catalogueRevision = Math.max(run.catalogueRevision, message.catalogueRevision);
}
