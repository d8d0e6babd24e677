/**
 * Brings followers that resume up to the present: each reads what had changed when it joined, a page each time its turn comes, and
 * few of them at once. What changes from then on is sent to it as to all others, without a place; the place that it gets at the end was
 * read when it was one of them. One whose place is in a generation that is served no longer is brought to the end of that, and then up
 * to the present of the one that continues it (R14).
 */
import { FairQueue, minPosition, type PartitionProgress, type Position } from '#contracts';
import type { Catalogue } from '#domain';
import { GenerationGone, StoreUnavailable, type ViewsReader } from '#ports';
import type { Log } from '../../log.js';
import type { ReadContext } from '../read-context.js';
import type { ChangesPlace, Notice } from './change.js';
import { changedPages, type ChangedPage } from './changed-pages.js';
import type { Member } from './followers.js';
import { placeAfter, type NextLeg } from './going-on.js';
import type { HeldLabors } from './held-labors.js';
import { judgePage } from './judge-page.js';

/** Read for at once: the views are for all readers. */
const MOST_AT_ONCE = 4;

interface Resuming {
  readonly member: Member;
  readonly from: ChangesPlace;
  /** What lies beyond, it is sent with the others. */
  readonly until: Position;
  /** What it is brought up with after that, in the generation that continues the one of `from`. */
  readonly next: NextLeg | null;
  /** Null until its first turn. */
  reading: Reading | null;
}

interface Reading {
  readonly views: ViewsReader;
  readonly pages: AsyncGenerator<ChangedPage, void>;
  readonly catalogue: Catalogue;
  /** It was read before what is judged. */
  readonly progress: readonly PartitionProgress[];
  /** Whether the generation is served no longer. */
  readonly isFormer: boolean;
  /** Where it will be at the end: all before has come then, and what is written late has places there or beyond. */
  readonly end: Position;
  /** The place that was sent to it last. */
  said: Position;
}

export class CatchUp {
  private readonly waiting = new FairQueue<Resuming>();
  private running = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly log: Log,
    /** What cannot be judged yet comes with the others' later. */
    private readonly held: HeldLabors,
    /** Where the others went on from a generation, if they did so without a reset: they have been sent all of it. */
    private readonly wentOn: (former: number) => ChangesPlace | undefined = () => undefined,
  ) {}

  /** `until`: at least the greatest place that others were sent things of, and that the next look leaves out. */
  begin(member: Member, from: ChangesPlace, until: Position, next: NextLeg | null = null): void {
    this.wait({ member, from, until, next, reading: null });
  }

  private wait(resuming: Resuming): void {
    this.waiting.put(resuming.member.holder, resuming);
    this.next();
  }

  private next(): void {
    while (this.running < MOST_AT_ONCE) {
      const resuming = this.waiting.take();
      if (resuming === undefined) return;
      if (!isResuming(resuming.member)) continue;
      this.running += 1;
      void this.run(resuming);
    }
  }

  /** Never rejects. */
  private async run(resuming: Resuming): Promise<void> {
    const { member } = resuming;
    let read: Notice | 'next leg' | undefined;
    try {
      read = await this.read(resuming);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.log.error('changes could not be read', { err: error });
      if (!member.hasLeft) member.follower.end('unavailable');
    }
    // another one has its turn while this one takes what it got
    this.running -= 1;
    this.next();
    if (read === undefined || !isResuming(member)) return;
    if (read === 'next leg') {
      const { next } = resuming;
      if (next !== null) this.begin(member, next.from, next.until);
      return;
    }
    const isEmpty = read.changes.length === 0 && read.place === null;
    if (isEmpty || (await member.follower.bring(read))) this.wait(resuming);
  }

  /** What comes next; undefined where nothing more is brought. */
  private async read(resuming: Resuming): Promise<Notice | 'next leg' | undefined> {
    try {
      resuming.reading ??= await this.begun(resuming);
      return resuming.reading === null ? undefined : await this.page(resuming, resuming.reading);
    } catch (error) {
      if (!(error instanceof GenerationGone)) throw error;
      // else the next look finds the other one, and begins with a reset for all
      const { member, from, next } = resuming;
      const place = next?.from ?? this.wentOn(from.generation);
      if (place === undefined || !isResuming(member)) return undefined;
      member.isCatchingUp = false;
      member.follower.take({ reset: true, changes: [], place });
      return undefined;
    }
  }

  /** Null where there is nothing to read, also since the next look finds another generation, and begins with a reset for all. */
  private async begun({ member, from, until }: Resuming): Promise<Reading | null> {
    const { context } = this;
    const { generation, position } = from;
    const views = context.views.for(member.holder);
    const seen = await context.gate.look();
    if (!seen.ok) {
      member.follower.end('unavailable');
      return null;
    }
    const isFormer = seen.value.generation !== generation;
    if (isFormer && placeAfter(seen.value, generation) === undefined) return null;
    const catalogue = await context.catalogues.read(generation);
    const isKnown = (): boolean => false;
    const pages = changedPages({ views, generation, from: position, until, isKnown, catalogue, now: context.now() });
    const { progress } = seen.value;
    const end = minPosition(seen.value.position, until);
    return { views, pages, catalogue, progress, isFormer, end, said: position };
  }

  private async page(
    { member, from, next: nextLeg }: Resuming,
    reading: Reading,
  ): Promise<Notice | 'next leg' | undefined> {
    const { follower, group } = member;
    const { generation } = from;
    const { views, catalogue, isFormer, end, said } = reading;
    const next = await reading.pages.next();
    // the other generation has come, and was sent
    if (!isResuming(member)) return undefined;
    const placeOf = (reached: Position): Position =>
      minPosition(minPosition(reached, end), this.held.least(group.judge.looksAt) ?? end);
    if (next.done === true) {
      if (nextLeg !== null) return 'next leg';
      member.isCatchingUp = false;
      const place = this.wentOn(generation) ?? { generation, position: placeOf(end) };
      follower.take({ reset: false, changes: [], place });
      return undefined;
    }
    const page = next.value;
    const at = { generation, catalogue, now: this.context.now(), progress: reading.progress };
    const { names } = this.context;
    // of a generation that is served no longer, nothing more comes that they could wait for
    const room = isFormer || this.wentOn(generation) !== undefined ? 0 : this.held.room;
    const { passing, early } = await judgePage({ views, names }, at, page.changes, [group.judge], room);
    if (!isResuming(member)) return undefined;
    this.held.hold(early, said);
    const changes = passing.get(group.judge) ?? [];
    const reached = page.seenAt === null ? said : placeOf(page.seenAt);
    // at the place that it came with, it would begin again
    const place = reached > said ? { generation, position: reached } : null;
    if (place !== null) reading.said = reached;
    return { reset: false, changes, place };
  }
}

function isResuming({ hasLeft, isCatchingUp }: Member): boolean {
  return !hasLeft && isCatchingUp;
}
