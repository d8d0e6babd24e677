/**
 * The partitions that this projector owns (P5), as the feed assigns and revokes them. The views hold the work
 * of other processes on a partition: its progress is read again at every assignment.
 */
import type { ViewsWriter } from '#ports';
import type { Progress } from './progress.js';

export interface PartitionSetParts {
  readonly views: Pick<ViewsWriter, 'progress'>;
  readonly generation: number;
  readonly progress: Progress;
}

export class PartitionSet {
  /** Each with the turn in which it was assigned. */
  private readonly owned = new Map<number, number>();
  private readonly loaded = new Set<number>();
  private turn = 0;
  private loading: Promise<void> | undefined;

  constructor(private readonly parts: PartitionSetParts) {}

  get all(): readonly number[] {
    return [...this.owned.keys()];
  }

  owns(partition: number): boolean {
    return this.owned.has(partition);
  }

  assign(partitions: readonly number[]): void {
    this.turn += 1;
    for (const partition of partitions) {
      this.owned.set(partition, this.turn);
      this.loaded.delete(partition);
    }
  }

  revoke(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.owned.delete(partition);
      this.loaded.delete(partition);
    }
  }

  /**
   * Resolves when the progress is known that was stored when the partition was assigned, or later. One that is not
   * assigned may move without us: its progress is read each time. Rejects with StoreUnavailable.
   */
  async load(partition: number): Promise<void> {
    if (!this.owned.has(partition)) return this.read();
    while (this.owned.has(partition) && !this.loaded.has(partition)) {
      this.loading ??= this.read().finally(() => (this.loading = undefined));
      await this.loading;
    }
  }

  private async read(): Promise<void> {
    const { views, generation, progress } = this.parts;
    const asked = this.turn;
    progress.moved(await views.progress(generation));
    // one that was assigned while the answer was on its way needs a later answer
    for (const [partition, turn] of this.owned) if (turn <= asked) this.loaded.add(partition);
  }
}
