/**
 * Brings followers that resume up to the present: each reads what had changed when it joined, a page each time its turn comes, and
 * few of them at once. What changes from then on is sent to it as to all others, without a place; the place that it gets at the end was
 * read when it was one of them.
 */
import { FairQueue, minPosition, type PartitionProgress, type Position } from '#contracts';
import type { Catalogue } from '#domain';
import { GenerationGone, StoreUnavailable, type ViewsReader } from '#ports';
import type { Log } from '../../log.js';
import { sleep } from '../../pauses.js';
import type { ReadContext } from '../read-context.js';
import type { ChangesPlace, Notice } from './change.js';
import { changedPages, type ChangedPage } from './changed-pages.js';
import type { Member } from './followers.js';
import { judgePage } from './judge-page.js';

/** Read for at once: the views are for all readers. */
const MOST_AT_ONCE = 4;
/** The pause before a page is judged again that could not be judged yet. */
const EARLY_PAUSE_MS = 100;

interface Resuming {
  readonly member: Member;
  readonly from: ChangesPlace;
  /** What lies beyond, it is sent with the others. */
  readonly until: Position;
  /** Null until its first turn. */
  reading: Reading | null;
}

interface Reading {
  readonly views: ViewsReader;
  readonly pages: AsyncGenerator<ChangedPage, void>;
  readonly catalogue: Catalogue;
  /** It was read before what is judged. */
  progress: readonly PartitionProgress[];
  /** The page that was read and cannot be judged yet: what is beside its labors is about to be written. */
  early: ChangedPage | null;
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
  ) {}

  /** `until`: at least the greatest place that others were sent things of, and that the next look leaves out. */
  begin(member: Member, from: ChangesPlace, until: Position): void {
    this.wait({ member, from, until, reading: null });
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
    let read: Notice | undefined;
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
    if (resuming.reading?.early) await sleep(EARLY_PAUSE_MS);
    const isEmpty = read.changes.length === 0 && read.place === null;
    if (isEmpty || (await member.follower.bring(read))) this.wait(resuming);
  }

  /** What comes next; undefined where nothing more is brought. */
  private async read(resuming: Resuming): Promise<Notice | undefined> {
    try {
      resuming.reading ??= await this.begun(resuming);
      return resuming.reading === null ? undefined : await this.page(resuming, resuming.reading);
    } catch (error) {
      if (!(error instanceof GenerationGone)) throw error;
      await this.reset(resuming.member);
      return undefined;
    }
  }

  /** Null where there is nothing to read. */
  private async begun({ member, from, until }: Resuming): Promise<Reading | null> {
    const { context } = this;
    const { generation, position } = from;
    const views = context.views.for(member.holder);
    const seen = await context.gate.look();
    if (!seen.ok) {
      member.follower.end('unavailable');
      return null;
    }
    if (seen.value.generation !== generation) {
      await this.reset(member);
      return null;
    }
    const catalogue = await context.catalogues.read(generation);
    const isKnown = (): boolean => false;
    const pages = changedPages({ views, generation, from: position, until, isKnown, catalogue, now: context.now() });
    const { progress } = seen.value;
    const end = minPosition(seen.value.position, until);
    return { views, pages, catalogue, progress, early: null, end, said: position };
  }

  private async page({ member, from }: Resuming, reading: Reading): Promise<Notice | undefined> {
    const { follower, group } = member;
    const { generation } = from;
    const { views, catalogue, end } = reading;
    const page = await this.nextPage(reading);
    // the other generation has come, and was sent, or it has gone
    if (!isResuming(member)) return undefined;
    if (page === undefined) {
      member.isCatchingUp = false;
      follower.take({ reset: false, changes: [], place: { generation, position: end } });
      return undefined;
    }
    const at = { generation, catalogue, now: this.context.now(), progress: reading.progress };
    const { names } = this.context;
    const { passing, early } = await judgePage({ views, names }, at, page.changes, [group.judge]);
    reading.early = early.length > 0 ? page : null;
    if (reading.early !== null) return { reset: false, changes: [], place: null };
    const changes = passing.get(group.judge) ?? [];
    const reached = page.seenAt === null ? reading.said : minPosition(page.seenAt, end);
    // at the place that it came with, it would begin again
    const place = reached > reading.said ? { generation, position: reached } : null;
    if (place !== null) reading.said = reached;
    return { reset: false, changes, place };
  }

  /** The one that could not be judged, or the next one. */
  private async nextPage(reading: Reading): Promise<ChangedPage | undefined> {
    const { early } = reading;
    if (early === null) {
      const next = await reading.pages.next();
      return next.done === true ? undefined : next.value;
    }
    const seen = await this.context.gate.look();
    if (seen.ok) reading.progress = seen.value.progress;
    return early;
  }

  /** Its generation is gone. The others perhaps got it before it joined. */
  private async reset(member: Member): Promise<void> {
    const seen = await this.context.gate.look();
    if (!isResuming(member)) return;
    if (!seen.ok) {
      member.follower.end('unavailable');
      return;
    }
    const { generation, position } = seen.value;
    member.isCatchingUp = false;
    member.follower.take({ reset: true, changes: [], place: { generation, position } });
  }
}

function isResuming({ hasLeft, isCatchingUp }: Member): boolean {
  return !hasLeft && isCatchingUp;
}
