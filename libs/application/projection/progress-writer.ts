/**
 * Stores progress: that of all partitions of this projector in one write, and not more often than the views' distance
 * makes sensible. A caller that hands in progress waits until it is stored.
 */
import type { PartitionProgress } from '#contracts';
import type { ViewsWriter } from '#ports';
import type { Progress } from './progress.js';

export interface ProgressWriterParts {
  readonly views: Pick<ViewsWriter, 'apply'>;
  readonly generation: number;
  /** Stored progress is known here from then on. */
  readonly progress: Progress;
  /** Least time between two writes, in milliseconds. */
  readonly everyMs: number;
}

interface Write {
  readonly moved: Map<number, PartitionProgress>;
  readonly stored: Promise<void>;
}

export class ProgressWriter {
  private next: Write | undefined;
  private running: Promise<void> = Promise.resolve();
  private beganAtMs = -Infinity;

  constructor(private readonly parts: ProgressWriterParts) {}

  /** Resolves when it is stored. Rejects as the views do; then none of that write is known to be stored. */
  async store(progress: readonly PartitionProgress[]): Promise<void> {
    const write = (this.next ??= this.begin());
    for (const each of progress) {
      const before = write.moved.get(each.partition);
      if (before === undefined || before.position <= each.position) write.moved.set(each.partition, each);
    }
    await write.stored;
  }

  /** The next write takes the moves that come until the one before has ended and its pause is over. */
  private begin(): Write {
    const moved = new Map<number, PartitionProgress>();
    const stored = this.running.then(async () => {
      await this.rest();
      this.next = undefined;
      await this.write([...moved.values()]);
    });
    this.running = stored.catch(() => undefined);
    return { moved, stored };
  }

  private async rest(): Promise<void> {
    const waitMs = this.beganAtMs + this.parts.everyMs - performance.now();
    // also without a wait: moves of one turn are stored together
    await new Promise<void>((resolve) => {
      if (waitMs > 0) setTimeout(resolve, waitMs);
      else setImmediate(resolve);
    });
    this.beganAtMs = performance.now();
  }

  private async write(moved: readonly PartitionProgress[]): Promise<void> {
    const { views, generation, progress } = this.parts;
    await views.apply(generation, { progress: { partitions: progress.partitions, moved } });
    progress.moved(moved);
  }
}
