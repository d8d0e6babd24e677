/**
 * What each look at the changes reads: all from where the partitions are that are not far behind, and a bounded step of the sweep
 * for those that are. So a partition that is stalled costs nothing, and one that catches up costs each look that step at most.
 */
import { START, type Position } from '#contracts';
import type { Catalogue, Instant } from '#domain';
import type { ReadContext } from '../read-context.js';
import type { Looked } from '../seen.js';
import { changedPages, settledPages, type ChangedPage } from './changed-pages.js';
import { KnownDocuments } from './known-documents.js';
import { PartitionReach, type Sweep } from './partition-reach.js';

/** Pages of a sweep in one look. */
const SWEPT_PAGES = 10;

interface Facts {
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

interface Sweeping {
  readonly sweep: Sweep;
  readonly pages: AsyncGenerator<ChangedPage, void>;
}

export class Looks {
  private reach: PartitionReach | null = null;
  private sweeping: Sweeping | null = null;
  /** Of the last look. */
  private progress = '';

  constructor(
    private readonly context: Pick<ReadContext, 'views'>,
    private readonly known = new KnownDocuments(),
  ) {}

  /** Up to where all of every partition was read. */
  get reached(): Position {
    return this.reach?.least ?? START;
  }

  /** The greatest place that looks leave out because its partition was beyond it: who resumes reads up to there by itself. */
  get furthest(): Position {
    return this.reach?.furthest ?? START;
  }

  /** Where the first look begins. */
  begin({ progress }: Looked): void {
    this.reach ??= new PartitionReach(progress);
  }

  /** The first look begins with all partitions where the one is that is the farthest behind. */
  beginLevel({ progress, position }: Pick<Looked, 'progress' | 'position'>): void {
    this.reach ??= new PartitionReach(progress.map((each) => ({ ...each, position })));
  }

  /** To be read to the end; with {@link failed} where that fails. */
  async *pages(seen: Looked, facts: Facts): AsyncGenerator<ChangedPage, void, undefined> {
    this.begin(seen);
    const { reach, known } = this;
    if (reach === null || this.isHeld(seen)) return;
    const { generation, progress } = seen;
    const common = { views: this.context.views, generation, ...facts };
    yield* changedPages({
      ...common,
      from: reach.front,
      isKnown: (found) => reach.hasRead(found.stream, found.seenAt) || known.isKnown(found),
    });
    reach.looked(progress);
    const { front } = reach;
    known.forget((stream, seenAt) => seenAt < front || reach.hasRead(stream, seenAt));
    const sweep = this.sweeping === null ? reach.sweep(progress) : null;
    if (sweep !== null) this.sweeping = { sweep, pages: sweptPages(sweep, reach, common) };
    yield* this.swept(reach);
  }

  /** What is left to be read of the generation, by who follows another one from now on: what its partitions have changed that are far behind, too. */
  async *rest(generation: number, facts: Facts): AsyncGenerator<ChangedPage, void, undefined> {
    const { reach, known } = this;
    if (reach === null) return;
    yield* changedPages({
      ...{ views: this.context.views, generation, ...facts, from: reach.least },
      isKnown: (found) => reach.hasRead(found.stream, found.seenAt) || known.isKnown(found),
    });
  }

  /** Goes on in another generation, at the position in each partition. What was sent as it is there is still known. */
  goOn({ progress }: Looked, position: Position): void {
    this.reach = null;
    this.sweeping = null;
    this.progress = '';
    this.beginLevel({ progress, position });
  }

  /** Nothing is known to have been sent of what a look read that failed. */
  failed(): void {
    this.known.clear();
    this.sweeping = null;
  }

  clear(): void {
    this.failed();
    this.reach = null;
    this.progress = '';
  }

  /** A look would send again what could not be remembered, and nothing has moved that would let it be forgotten. */
  private isHeld({ progress }: Looked): boolean {
    const now = progress.map(({ position }) => position).join();
    const isSame = now === this.progress;
    this.progress = now;
    return isSame && this.known.isFull;
  }

  private async *swept(reach: PartitionReach): AsyncGenerator<ChangedPage, void, undefined> {
    const { sweeping } = this;
    if (sweeping === null) return;
    for (let n = 0; n < SWEPT_PAGES; n += 1) {
      const { value: page } = await sweeping.pages.next();
      if (page === undefined) {
        reach.swept(sweeping.sweep);
        this.sweeping = null;
        return;
      }
      yield page;
    }
  }
}

function sweptPages(
  sweep: Sweep,
  reach: PartitionReach,
  common: Omit<Parameters<typeof settledPages>[0], 'from' | 'until' | 'isKnown'>,
): AsyncGenerator<ChangedPage, void> {
  const { from, until } = sweep;
  return settledPages({
    ...common,
    from,
    until,
    isKnown: ({ stream, seenAt }) => !reach.isSwept(sweep, stream, seenAt),
  });
}
