/**
 * Brings followers that resume up to the present: each reads what changed since its place, few of them at once. What changes
 * meanwhile is sent to it as to all others, without a place; the place that it gets at the end was read when it was one of them.
 */
import { FairQueue, minPosition } from '#contracts';
import { GenerationGone, StoreUnavailable } from '#ports';
import type { Log } from '../../log.js';
import type { ReadContext } from '../read-context.js';
import type { ChangesPlace } from './change.js';
import { changedPages, overdueAmong } from './changed-pages.js';
import type { Member } from './followers.js';

/** Read for at once: the views are for all readers. */
const MOST_AT_ONCE = 4;

interface Resuming {
  readonly member: Member;
  readonly from: ChangesPlace;
}

export class CatchUp {
  private readonly waiting = new FairQueue<Resuming>();
  private running = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly log: Log,
  ) {}

  begin(member: Member, from: ChangesPlace): void {
    this.waiting.put(member.holder, { member, from });
    this.next();
  }

  private next(): void {
    while (this.running < MOST_AT_ONCE) {
      const resuming = this.waiting.take();
      if (resuming === undefined) return;
      if (resuming.member.hasLeft) continue;
      this.running += 1;
      void this.run(resuming).finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }

  /** Never rejects. */
  private async run({ member, from }: Resuming): Promise<void> {
    try {
      await this.read(member, from);
    } catch (error) {
      // who follows learns of the other generation like all others
      if (error instanceof GenerationGone) return;
      if (!(error instanceof StoreUnavailable)) this.log.error('changes could not be read', { err: error });
      if (!member.hasLeft) member.follower.end('unavailable');
    }
  }

  private async read(member: Member, from: ChangesPlace): Promise<void> {
    const { context } = this;
    const { generation } = from;
    const views = context.views.for(member.holder);
    const { follower, group } = member;
    const seen = await context.gate.look();
    if (!seen.ok) {
      follower.end('unavailable');
      return;
    }
    if (seen.value.generation !== generation) return;
    const end = seen.value.position;
    let said = from.position;
    const catalogue = await context.catalogues.read(generation);
    const now = context.now();
    const isKnown = (): boolean => false;
    const pages = changedPages({ views, generation, from: from.position, isKnown, catalogue, now });
    for await (const { changes, seenAt } of pages) {
      // the other generation has come, and was sent, or it has gone
      if (member.hasLeft || !member.isCatchingUp) return;
      const overdue = group.judge.asksForOverdue
        ? await overdueAmong(views, generation, changes, now)
        : new Set<never>();
      const passing = group.judge.passing(changes, { catalogue, now, overdue });
      // all before it has come, and late writes from now on have places at the end or beyond
      const reached = seenAt === null ? said : minPosition(seenAt, end);
      // at the place that it came with, it would begin again
      const place = reached > said ? { generation, position: reached } : null;
      said = reached;
      if (passing.length === 0 && place === null) continue;
      if (!(await follower.bring({ reset: false, changes: passing, place }))) return;
    }
    if (member.hasLeft || !member.isCatchingUp) return;
    member.isCatchingUp = false;
    follower.take({ reset: false, changes: [], place: { generation, position: end } });
  }
}
