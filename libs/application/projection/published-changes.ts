/**
 * R14: whether followers of changes may go on in a generation that was proved equal (R8). The place of a change says when its own
 * generation has written it, so a place in the served one is none in the next. Followers go on from a place of the next one that is
 * read first; then this waits until the served one has published all entries that the journal held by then. What it publishes after
 * that is of later entries, which the next one has at that place or beyond; what it has published, its followers read in it.
 */
import { isDirty, minPosition, viewsPosition, type Continued, type Position } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal, Views } from '#ports';

export interface PublishedChangesParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly views: Pick<Views, 'reader' | 'writer'>;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: (() => number) | undefined;
}

/** So long the served generation is waited for: its quests whose numbers are expensive may rest for half a minute. */
export const PUBLISHED_WITHIN_MS = 45_000;
/** Quests that are waited for; where more are not counted yet, followers begin with a reset. */
const MOST_QUESTS = 5000;
const PAGE = 200;

/** What the served generation must have published, and by when. */
interface Moment {
  /** A place of the next one: all it wrote before is of entries up to `head`. */
  readonly from: Position;
  readonly head: Position;
  readonly untilMs: number;
  /** Quests that must be counted since all entries up to `head` are written; null before that. */
  waiting: readonly QuestId[] | null;
}

export class PublishedChanges {
  private moment: Moment | undefined;

  constructor(
    private readonly parts: PublishedChangesParts,
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
    if (await this.isPublished(served, moment)) return { generation: served, from: moment.from };
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
    return from && { from: minPosition(from, head), head, untilMs: this.nowMs() + PUBLISHED_WITHIN_MS, waiting: null };
  }

  private async isPublished(served: number, moment: Moment): Promise<boolean> {
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
