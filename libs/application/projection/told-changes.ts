/**
 * R14: whether followers of changes may go on in a generation that was proved equal (R8). What an entry changed has a place among the
 * changes of each generation by when that one has written it: so a follower's place in the served one says nothing of the next one.
 * It goes on where both have been told: from a place of the next one, read before a moment up to whose entries the served one has
 * written all that is told of them. What the served one has not written by its end is of later entries, which the next one has at
 * that place or beyond; what it has, its followers read there to the end.
 */
import { isDirty, minPosition, viewsPosition, type Continued, type Position } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal, Views } from '#ports';

export interface ToldChangesParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly views: Pick<Views, 'reader' | 'writer'>;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: (() => number) | undefined;
}

/** So long the served generation is waited for: its quests whose numbers are expensive may rest for half a minute. */
export const TOLD_WITHIN_MS = 45_000;
/** Quests that are waited for; where more are not counted yet, followers begin with a reset. */
const MOST_QUESTS = 5000;
const PAGE = 200;

/** What the served generation must have told. */
interface Moment {
  /** A place of the next one: all it wrote before is of entries up to `head`. */
  readonly from: Position;
  readonly head: Position;
  readonly untilMs: number;
  /** Those that were to be counted once all entries up to `head` were written; null before. */
  waiting: readonly QuestId[] | null;
}

export class ToldChanges {
  private moment: Moment | undefined;

  constructor(
    private readonly parts: ToldChangesParts,
    /** `served` is null where none was: then nobody follows. */
    private readonly generations: { readonly served: number | null; readonly next: number },
  ) {}

  /**
   * How the next generation continues the served one; null where its followers have to begin with a reset; undefined where that is
   * not known yet: ask again, keeping it level meanwhile. Rejects as the stores do.
   */
  async look(): Promise<Continued | null | undefined> {
    const { served } = this.generations;
    if (served === null) return null;
    this.moment ??= await this.begun();
    const { moment } = this;
    if (moment === undefined) return null;
    if (await this.isTold(served, moment)) return { generation: served, from: moment.from };
    return this.nowMs() < moment.untilMs ? undefined : null;
  }

  private nowMs(): number {
    return (this.parts.monotonicMs ?? (() => performance.now()))();
  }

  private async begun(): Promise<Moment | undefined> {
    const { journal, views } = this.parts;
    // read before the head
    const from = viewsPosition(await views.writer.progress(this.generations.next));
    const { position: head } = await journal.head();
    return from && { from: minPosition(from, head), head, untilMs: this.nowMs() + TOLD_WITHIN_MS, waiting: null };
  }

  private async isTold(served: number, moment: Moment): Promise<boolean> {
    const { reader, writer } = this.parts.views;
    const position = viewsPosition(await writer.progress(served));
    if (position === undefined || position < moment.head) return false;
    // its hosts that are behind lack entries that its progress has passed
    if ((await reader.hostsBehind(served)) > 0) return false;
    moment.waiting ??= await this.dirty(served);
    moment.waiting = await this.uncounted(served, moment.waiting, moment.head);
    return moment.waiting.length === 0;
  }

  /** One more than are waited for at most, so that these are never all counted. */
  private async dirty(served: number): Promise<readonly QuestId[]> {
    const quests: QuestId[] = [];
    for (let after: QuestId | null = null; quests.length <= MOST_QUESTS;) {
      const page: readonly { readonly quest: QuestId }[] = await this.parts.views.writer.dirtyQuests(
        served,
        after,
        PAGE,
      );
      for (const { quest } of page) quests.push(quest);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.quest;
    }
    return quests;
  }

  /** Those whose numbers still lack entries up to `head`, perhaps. */
  private async uncounted(served: number, quests: readonly QuestId[], head: Position): Promise<readonly QuestId[]> {
    if (quests.length > MOST_QUESTS) return quests;
    const left: QuestId[] = [];
    for (let start = 0; start < quests.length; start += PAGE) {
      const wanted = quests.slice(start, start + PAGE);
      const { quests: found } = await this.parts.views.writer.load(served, { quests: wanted });
      for (const document of found)
        if (isDirty(document) && (document.recount === null || document.recount.label < head))
          left.push(document.quest);
    }
    return left;
  }
}
