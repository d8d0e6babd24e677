/** The progress of each partition, as this process knows it: never beyond the stored one, and never back. */
import { START, type PartitionProgress, type Position } from '#contracts';

export class Progress {
  private readonly byPartition = new Map<number, PartitionProgress>();

  constructor(readonly partitions: number) {}

  /** Takes progress that is stored. */
  moved(progress: readonly PartitionProgress[]): void {
    for (const each of progress) {
      const before = this.byPartition.get(each.partition);
      if (before === undefined || before.position <= each.position) this.byPartition.set(each.partition, each);
    }
  }

  of(partition: number): PartitionProgress {
    return this.byPartition.get(partition) ?? atStart(partition);
  }

  positionOf(partition: number): Position {
    return this.of(partition).position;
  }

  /** The partition that is least far. */
  least(): PartitionProgress {
    let least = this.of(0);
    for (let partition = 1; partition < this.partitions; partition += 1) {
      const each = this.of(partition);
      if (each.position < least.position) least = each;
    }
    return least;
  }
}

function atStart(partition: number): PartitionProgress {
  return { partition, position: START, entryId: null, number: 0, heardAtMs: 0 };
}

/** The number of the last of `entries` entries that follow the progress in the journal; null where it is not known. */
export function numberAfter({ position, number }: PartitionProgress, entries: number): number | null {
  const before = position === START ? 0 : number;
  return before === null ? null : before + entries;
}
