/**
 * How far the changes of each partition have been read. All documents of a partition below its reach were read as they were
 * published, so they need not be remembered one by one. A partition that is far behind the others is left out of what each look
 * reads: the documents that it publishes there lie among all those of the others, and a sweep over them is made in steps, once
 * its progress has moved.
 */
import { maxPosition, minPosition, partitionOf, START, type PartitionProgress, type Position } from '#contracts';

/** In entries: a partition that lacks more of those that another one has is far behind. */
export const FAR_BEHIND_ENTRIES = 10_000;

interface Reach {
  readonly position: Position;
  /** Of entries up to there; null where not known. */
  readonly number: number | null;
}

/** What one sweep reads: documents from a place on, up to where looks read. */
export interface Sweep {
  readonly from: Position;
  readonly until: Position;
  readonly to: readonly PartitionProgress[];
}

export class PartitionReach {
  private reached: readonly Reach[] = [];

  constructor(progress: readonly PartitionProgress[]) {
    this.begin(progress);
  }

  /** Where all of every partition was read. */
  get least(): Position {
    return leastOf(this.reached);
  }

  /** The greatest reach of a partition: looks read all beyond it, and leave out what lies before it in some partition. */
  get furthest(): Position {
    return this.reached.map(({ position }) => position).reduce(maxPosition, START);
  }

  /** Where a look begins: what the partitions have changed that are not far behind lies there or beyond. */
  get front(): Position {
    return leastOf(this.reached.filter((each) => !this.isFarBehind(each)));
  }

  /** Whether a document at this place was read before: of a partition whose reach is beyond. */
  hasRead(stream: string, seenAt: Position): boolean {
    return seenAt < this.reachOf(stream).position;
  }

  /** A look that began at {@link front}, with this progress, has read all. */
  looked(progress: readonly PartitionProgress[]): void {
    if (progress.length !== this.reached.length) {
      this.begin(progress);
      return;
    }
    const { front } = this;
    this.raise(progress, (reach) => reach.position >= front);
  }

  /** The sweep that must follow a look with this progress; null where no partition that is far behind has moved. */
  sweep(progress: readonly PartitionProgress[]): Sweep | null {
    const { least, front } = this;
    const hasMoved = this.reached.some((reach, partition) => {
      const { position = START } = progress.find((each) => each.partition === partition) ?? {};
      return reach.position < front && position > reach.position;
    });
    return hasMoved ? { from: least, until: front, to: progress } : null;
  }

  /** Whether the sweep reads a document: those at the place that it leads to, too, and a later one again; only that reads what lies beyond. */
  isSwept({ to }: Sweep, stream: string, seenAt: Position): boolean {
    const partition = partitionOf(stream, this.reached.length);
    const { position = START } = to.find((each) => each.partition === partition) ?? {};
    return seenAt <= position && !this.hasRead(stream, seenAt);
  }

  swept({ to }: Sweep): void {
    if (to.length === this.reached.length) this.raise(to, () => true);
  }

  /** With another number of partitions each may have documents of every former one. */
  private begin(progress: readonly PartitionProgress[]): void {
    const least = leastOf([...progress, ...this.reached]);
    const ordered = [...progress].sort((a, b) => a.partition - b.partition);
    this.reached = ordered.map(({ position, number }) =>
      this.reached.length === 0 ? { position, number } : { position: least, number: null },
    );
  }

  private raise(progress: readonly PartitionProgress[], isRaised: (reach: Reach) => boolean): void {
    const reached = [...this.reached];
    for (const { partition, position, number } of progress) {
      const reach = reached[partition];
      if (reach !== undefined && isRaised(reach) && position > reach.position)
        reached[partition] = { position, number };
    }
    this.reached = reached;
  }

  private isFarBehind({ number }: Reach): boolean {
    const greatest = Math.max(...this.reached.map((each) => each.number ?? 0));
    return number !== null && greatest - number > FAR_BEHIND_ENTRIES;
  }

  private reachOf(stream: string): Reach {
    const { length } = this.reached;
    return this.reached[partitionOf(stream, length)] ?? { position: START, number: null };
  }
}

function leastOf(reached: readonly Pick<Reach, 'position'>[]): Position {
  return reached.map(({ position }) => position).reduce(minPosition);
}
