/** Follows the feed, batch by batch per partition: drops what is known, reads over holes in the journal, moves progress (P3). */
import { partitionOf, type PartitionProgress, type Position, type StoredEntry } from '#contracts';
import { msOfInstant, type Instant } from '#domain';
import type { FeedBatch, FeedMessage, Journal } from '#ports';
import type { Clock } from '../clock.js';
import type { Meters } from '../meters.js';
import type { Applier } from './applier.js';
import { numberAfter, type Progress } from './progress.js';

export interface FollowerParts {
  readonly journal: Journal;
  readonly applier: Applier;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly meters: Pick<Meters, 'visible'>;
}

/** A tick that says nothing new is stored at most so often: it only shows that the partition was heard. */
const HEARD_EVERY_MS = 500;

/** Consecutive messages without a hole before them. */
interface Run {
  readonly entries: StoredEntry[];
  catalogueRevision: number;
  end: Omit<PartitionProgress, 'heardAtMs'>;
}

export class Follower {
  constructor(private readonly parts: FollowerParts) {}

  /** Resolves when the batch is wholly in the views. Throws where it is of another journal, and what the applier throws. */
  async handle({ partition, messages }: FeedBatch, signal: AbortSignal): Promise<void> {
    let run = this.runFrom(partition);
    for (const message of messages) {
      this.requireJournal(message);
      if (message.previous > run.end.position) {
        await this.store(run);
        await this.readOver(partition, message.previous, signal);
        run = this.runFrom(partition);
      }
      take(run, message);
      // the partition is another's: what it does not find done it does itself
      if (signal.aborted) return;
    }
    await this.store(run);
  }

  private runFrom(partition: number): Run {
    const { position, entryId, number } = this.parts.progress.of(partition);
    return { entries: [], catalogueRevision: 0, end: { partition, position, entryId, number } };
  }

  private async store({ entries, catalogueRevision, end }: Run): Promise<void> {
    const { applier, progress, clock } = this.parts;
    const heardAtMs = clock.nowMs();
    const before = progress.of(end.partition);
    if (entries.length === 0 && end.position <= before.position && heardAtMs - before.heardAtMs < HEARD_EVERY_MS)
      return;
    const moved = [{ ...end, heardAtMs }];
    await applier.apply(entries, {
      progress: moved,
      catalogueRevision,
      storedProgress: (partition) => progress.positionOf(partition),
    });
    progress.moved(moved);
    this.tell(entries);
  }

  /** Entries that are in the views now: how old they are. */
  private tell(entries: readonly StoredEntry[]): void {
    const { clock, meters } = this.parts;
    const nowMs = clock.nowMs();
    let recordedAt: Instant | undefined;
    let latencyMs = 0;
    for (const entry of entries) {
      // those of one request have the same time
      if (entry.recordedAt !== recordedAt) {
        ({ recordedAt } = entry);
        latencyMs = Math.max(0, nowMs - msOfInstant(recordedAt));
      }
      meters.visible(latencyMs);
    }
  }

  /** Applies what the journal holds of the partition up to `to`, page by page. */
  private async readOver(partition: number, to: Position, signal: AbortSignal): Promise<void> {
    const { journal, applier, progress, clock } = this.parts;
    while (progress.positionOf(partition) < to && !signal.aborted) {
      const before = progress.of(partition);
      const page = await journal.readAll(before.position, journal.maxReadEntries);
      const within = page.filter(({ position }) => position <= to);
      const last = within.at(-1);
      if (last === undefined) throw new Error(`the feed speaks of position ${to}, which the journal does not hold`);
      const moved = [
        {
          partition,
          position: last.position,
          entryId: last.id,
          number: numberAfter(before, within.length),
          heardAtMs: before.heardAtMs === 0 ? clock.nowMs() : before.heardAtMs,
        },
      ];
      const own = within.filter(({ stream }) => partitionOf(stream, progress.partitions) === partition);
      await applier.apply(own, { progress: moved, storedProgress: (each) => progress.positionOf(each) });
      progress.moved(moved);
      this.tell(own);
    }
  }

  private requireJournal(message: FeedMessage): void {
    const { identity } = this.parts.journal;
    if (message.journal === identity) return;
    throw new Error(
      `the feed carries entries of journal ${message.journal}, not of ${identity}: check what it is connected to`,
    );
  }
}

/** Messages at or below the run's end are repeats; there is no hole before any other. */
function take(run: Run, message: FeedMessage): void {
  const position = message.kind === 'entry' ? message.entry.position : message.position;
  if (position <= run.end.position) return;
  const entryId = message.kind === 'entry' ? message.entry.id : message.entryId;
  run.end = { partition: message.partition, position, entryId, number: message.number };
  if (message.kind === 'tick') return;
  run.entries.push(message.entry);
  run.catalogueRevision = Math.max(run.catalogueRevision, message.catalogueRevision);
}
