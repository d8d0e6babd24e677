/**
 * Lists of quests as they were (R11). Quests are few beside what they count: each is looked at in the order asked for until the page is
 * full, or the work of one page is done. Then the page is shorter, maybe empty, and goes on where it ended.
 */
import {
  partAsOf,
  questHostStateOf,
  questPasses,
  type CursorKey,
  type Page,
  type PageRequest,
  type Position,
  type QuestDocument,
  type QuestFilter,
  type QuestPhase,
  type QuestSort,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MAX_PARTS_BY_KEY } from '#ports';
import {
  countedAsOf,
  isAccepted,
  recordAsOf,
  type PastRecord,
  type QuestAsOf,
  type QuestPastReader,
} from './quests.js';

/** The work of one page, in parts that are summed; one quest more, however many it has. */
const PAGE_WORK = 100_000;
/** In parts: a quest that is looked at; an item of its history, or a part that is looked up. */
const QUEST_WORK = 20;
const ITEM_WORK = 2;
/** Quests that are read at once. */
const QUESTS = 100;
/** By target, as many of those that come next are sorted at once: few filters leave out more. */
const MOST_SORTED = 1000;

/** Pages never say how many there are. */
export async function questsAsOf(
  views: QuestPastReader,
  generation: number,
  at: Position,
  filter: QuestFilter,
  request: PageRequest<QuestSort>,
): Promise<Page<QuestAsOf>> {
  const page = new PageOfQuests(views, generation, at, filter, request.limit);
  return request.sort === 'target' ? byTarget(page, request.after) : byNumber(page, request.sort, request.after);
}

async function byNumber(page: PageOfQuests, sort: QuestSort, from: CursorKey | null): Promise<Page<QuestAsOf>> {
  for (let after = from; ;) {
    const { items, next } = await page.candidates(sort, after);
    for (const [index, document] of items.entries()) {
      const record = await page.recordOf(document);
      if (record !== undefined) await page.add(document, record);
      const isLast = next === null && index === items.length - 1;
      if (page.isFull) return page.ended(isLast ? null : [String(document.quest)]);
    }
    if (next === null) return page.ended(null);
    after = next;
  }
}

interface Due {
  readonly document: QuestDocument;
  readonly record: PastRecord;
  /** Those without a target come last; ties by number. */
  readonly target: string;
}

const NO_TARGET = '~';

/** All records are looked at, since a target may have been another. */
async function byTarget(page: PageOfQuests, from: CursorKey | null): Promise<Page<QuestAsOf>> {
  const begin = from && { target: from[0] === '' ? NO_TARGET : (from[0] ?? NO_TARGET), quest: Number(from[1]) };
  let first: Due[] = [];
  let isAll = true;
  for (let after: CursorKey | null = null; ;) {
    const { items, next } = await page.candidates('id', after);
    for (const document of items) {
      const record = await page.recordOf(document);
      if (record === undefined) continue;
      const target = record.state?.target ?? NO_TARGET;
      if (begin === null || compare(begin, { target, quest: document.quest }) < 0)
        first.push({ document, record, target });
    }
    first.sort((one, other) => compare(keyOf(one), keyOf(other)));
    if (first.length > MOST_SORTED) [first, isAll] = [first.slice(0, MOST_SORTED), false];
    if (next === null) break;
    after = next;
  }
  // what it took to sort them is the same for each page, and no part of its bound
  page.beginSumming();
  for (const [index, due] of first.entries()) {
    await page.add(due.document, due.record);
    const isLast = isAll && index === first.length - 1;
    if (page.isFull) return page.ended(isLast ? null : cursorOf(due));
  }
  const last = first.at(-1);
  return page.ended(isAll || last === undefined ? null : cursorOf(last));
}

interface DueKey {
  readonly target: string;
  readonly quest: number;
}

function keyOf({ target, document }: Due): DueKey {
  return { target, quest: document.quest };
}

function compare(one: DueKey, other: DueKey): number {
  return one.target === other.target ? one.quest - other.quest : one.target < other.target ? -1 : 1;
}

function cursorOf({ target, document }: Due): CursorKey {
  return [target === NO_TARGET ? '' : target, String(document.quest)];
}

class PageOfQuests {
  private readonly items: QuestAsOf[] = [];
  private work = PAGE_WORK;

  constructor(
    private readonly views: QuestPastReader,
    private readonly generation: number,
    private readonly at: Position,
    private readonly filter: QuestFilter,
    private readonly limit: number,
  ) {}

  /** The quests that are accepted by now, of the types asked for: a quest's never changes. */
  candidates(sort: QuestSort, after: CursorKey | null): Promise<Page<QuestDocument>> {
    const { type } = this.filter;
    const ofType = type === undefined ? {} : { type };
    return this.views.quests(this.generation, ofType, { sort, limit: QUESTS, after, count: false });
  }

  /** Undefined where it was not accepted yet. */
  async recordOf(document: QuestDocument): Promise<PastRecord | undefined> {
    const { record, looked } = await recordAsOf(this.views, this.generation, document, this.at);
    this.work -= QUEST_WORK + ITEM_WORK * looked;
    return isAccepted(record) ? record : undefined;
  }

  /** Where it passes the filter. */
  async add(document: QuestDocument, record: PastRecord): Promise<void> {
    const { filter, generation, at, views } = this;
    const { host, state: phases, overdue: _, ...others } = filter;
    const phase = phaseKnown(record);
    if (phase !== undefined && phases !== undefined && !phases.includes(phase)) return;
    // what needs no numbers first
    if (!questPasses({ quest: document.quest, record, recount: null }, others, () => true)) return;
    if (host !== undefined && !(await this.hasHost(document.quest, host))) return;
    const { quest, looked } = await countedAsOf(views, generation, document, record, at);
    this.work -= looked;
    if (questPasses(quest, filter, () => true)) this.items.push(quest);
  }

  /** Each quest is known that may be on it: from now on its work counts. */
  beginSumming(): void {
    this.work = PAGE_WORK;
  }

  get isFull(): boolean {
    return this.items.length >= this.limit || this.work <= 0;
  }

  ended(next: CursorKey | null): Page<QuestAsOf> {
    return { items: this.items, next };
  }

  /** Whether one of the hosts was one of the quest's. */
  private async hasHost(quest: QuestId, hosts: readonly HostName[]): Promise<boolean> {
    for (let begin = 0; begin < hosts.length; begin += MAX_PARTS_BY_KEY) {
      const keys = hosts.slice(begin, begin + MAX_PARTS_BY_KEY).map((host) => ({ quest, host }));
      this.work -= ITEM_WORK * keys.length;
      const parts = await this.views.parts(this.generation, keys);
      if (parts.some((part) => wasIn(part, this.at))) return true;
    }
    return false;
  }
}

/** Whether the part's host was one of the quest's. */
export function wasIn(part: Parameters<typeof partAsOf>[0], at: Position): boolean {
  const { part: then } = partAsOf(part, at);
  return then !== undefined && questHostStateOf(then.tally) !== null;
}

/** Undefined where it depends on the numbers. */
function phaseKnown({ state }: PastRecord): QuestPhase | undefined {
  if (state?.abandoned) return 'abandoned';
  return state !== null && state.embarking.length > 0 ? 'embarking' : undefined;
}
