/** Questions about quests. Their numbers are counted after the documents they count: a caller's position waits for both (Q). */
import { done, failed, type Outcome, type Page, type ShownQuest } from '#contracts';
import type { QuestFilter, QuestHostFilter } from '#contracts';
import type { Instant, QuestId } from '#domain';
import type { QuestHostRow, ViewsReader } from '#ports';
import { both, hostsJudged } from './host-barrier.js';
import { byOwnNames, filterOfOwnNames } from './own-names.js';
import type { ReadContext } from './read-context.js';
import { laborView } from './labor-view.js';
import { forUser } from './found-labors.js';
import { laborsAsked } from './labor-reads.js';
import { questView } from './quest-view.js';
import { questsCounted } from './quests-counted.js';
import type { Answer, LaborQuestion, QuestHostView, QuestView, Reading } from './reading.js';

export function questReads(
  context: ReadContext,
): Pick<Reading, 'quests' | 'quest' | 'questLabors' | 'questHosts' | 'questTimes'> {
  const { catalogues } = context;
  return {
    quests: (question, page, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const now = context.now();
          const { overdue, ...rest } = question;
          const own = await byOwnNames<QuestFilter>(context, generation, rest);
          const filter = { ...own, ...(overdue === undefined ? {} : { overdue: { is: overdue, now } }) };
          const { items, ...found } = await views.quests(generation, filter, page);
          return done<Page<QuestView>>({ ...found, items: questViews(items, now) });
        },
        // any quest may turn out to be one that the filter is about
        (views) => questsCounted(views, null),
      ),
    quest: (id, demand) =>
      context.answer(
        demand,
        ({ generation }, views) => findQuest(views, generation, id, context.now()),
        (views) => both(hostsJudged(views, { quests: [id] }), questsCounted(views, [id])),
      ),
    questLabors: (id, question, page, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const quest = await findQuest(views, generation, id, context.now());
          if (!quest.ok) return quest;
          return laborsAsked(context, views, generation, question, page, (own) => within(id, own));
        },
        (views) =>
          forUser(
            views,
            question,
            hostsJudged(views, { hosts: question.host, formerHosts: question.formerHost, quests: [id] }, context.own),
          ),
      ),
    questTimes: (id, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const quest = await findQuest(views, generation, id, context.now());
          return quest.ok ? done(await views.timesToClose(generation, id)) : quest;
        },
        (views) => hostsJudged(views, { quests: [id] }),
      ),
    questHosts: (id, filter, page, demand): Answer<Page<QuestHostView>> =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const quest = await findQuest(views, generation, id, context.now());
          if (!quest.ok) return quest;
          const own = await filterOfOwnNames<QuestHostFilter>(context, generation, filter);
          const { items, ...found } = await views.questHosts(generation, id, own, page);
          return done({ ...found, items: await questHostViews({ views, catalogues }, generation, items) });
        },
        (views) => hostsJudged(views, { quests: [id] }),
      ),
  };
}

export function questViews(documents: readonly ShownQuest[], now: Instant): readonly QuestView[] {
  return documents.map((document) => questView(document, now)).filter((view) => view !== undefined);
}

export async function findQuest(
  views: ViewsReader,
  generation: number,
  id: QuestId,
  now: Instant,
): Promise<Outcome<QuestView>> {
  const document = await views.quest(generation, id);
  const view = document && questView(document, now);
  return view ? done(view) : failed({ code: 'quest-unknown', detail: `no quest ${id}: GET /quests lists them` });
}

/** The question about the quest's labors only; one that names other quests alone is about none. */
function within(id: QuestId, question: LaborQuestion): LaborQuestion {
  return { ...question, quest: question.quest === undefined || question.quest.includes(id) ? [id] : [] };
}

async function questHostViews(
  { views, catalogues }: Pick<ReadContext, 'views' | 'catalogues'>,
  generation: number,
  rows: readonly QuestHostRow[],
): Promise<readonly QuestHostView[]> {
  const host = rows.filter(({ open }) => open.length > 0).map(({ part }) => part.host);
  if (host.length === 0) return rows.map(({ part }) => ({ host: part.host, tally: part.tally, open: [] }));
  const catalogue = await catalogues.read(generation);
  const all = { sort: 'host', limit: host.length, after: null, count: false } as const;
  const parked = await views.hosts(generation, { host, parked: true }, all);
  const standing = new Set(parked.items.map((row) => row.host));
  return rows.map(({ part, open }) => ({
    host: part.host,
    tally: part.tally,
    open: open.map((labor) => laborView(labor, standing.has(part.host), catalogue)),
  }));
}
