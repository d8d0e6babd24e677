/** Questions about quests. Their numbers are counted after the documents they count: a caller's position waits for both (Q). */
import { done, failed, type Outcome, type Page } from '#contracts';
import type { QuestFilter, QuestHostFilter } from '#contracts';
import type { Instant, QuestId } from '#domain';
import type { QuestHostRow, ViewsReader } from '#ports';
import { both, hostsJudged } from './host-barrier.js';
import { byOwnNames, filterOfOwnNames } from './own-names.js';
import type { ReadContext } from './read-context.js';
import { laborView } from './labor-view.js';
import { forUser } from './found-labors.js';
import { laborsAsked } from './labor-reads.js';
import { notAsOf } from './past/not-as-of.js';
import { questsAsOf } from './past/quest-pages.js';
import { questAsOf, recordAsOf } from './past/quests.js';
import { questView, type QuestSeen } from './quest-view.js';
import { questsCounted } from './quests-counted.js';
import type { Seen } from './seen.js';
import type { Answer, LaborQuestion, QuestHostView, QuestView, Reading } from './reading.js';

export function questReads(
  context: ReadContext,
): Pick<Reading, 'quests' | 'quest' | 'questLabors' | 'questHosts' | 'questTimes'> {
  const { catalogues } = context;
  return {
    quests: (question, page, demand) =>
      context.answer(
        demand,
        async (seen, views) => {
          const moment = context.momentOf(seen);
          const { generation, now, asOf } = moment;
          const { overdue, ...rest } = question;
          const own = await byOwnNames<QuestFilter>(moment, generation, rest);
          const filter = { ...own, ...(overdue === undefined ? {} : { overdue: { is: overdue, now } }) };
          if (asOf !== null && page.count !== false) return failed(notAsOf('count', 'no total is known'));
          const { items, ...found } =
            asOf === null
              ? await views.quests(generation, filter, page)
              : await questsAsOf(views, generation, asOf.position, filter, page);
          return done<Page<QuestView>>({ ...found, items: questViews(items, now) });
        },
        // any quest may turn out to be one that the filter is about; of the past none is counted
        (views) => (demand.asOf === undefined ? questsCounted(views, null) : null),
      ),
    quest: (id, demand) =>
      context.answer(
        demand,
        async (seen, views) => {
          const { generation, now, asOf } = context.momentOf(seen);
          if (asOf === null) return findQuest(views, generation, id, now);
          const was = await questAsOf(views, generation, id, asOf.position);
          return foundQuest(was && questView(was, now), id);
        },
        (views) => {
          const judged = hostsJudged(views, { quests: [id] });
          return demand.asOf === undefined ? both(judged, questsCounted(views, [id])) : judged;
        },
      ),
    questLabors: (id, question, page, demand) =>
      context.answer(
        demand,
        async (seen, views) => {
          const quest = await findEmbarked(views, seen, id);
          if (!quest.ok) return quest;
          return laborsAsked(context, views, seen, question, page, (own) => within(id, own));
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

export function questViews(documents: readonly QuestSeen[], now: Instant): readonly QuestView[] {
  return documents.map((document) => questView(document, now)).filter((view) => view !== undefined);
}

export async function findQuest(
  views: ViewsReader,
  generation: number,
  id: QuestId,
  now: Instant,
): Promise<Outcome<QuestView>> {
  const document = await views.quest(generation, id);
  return foundQuest(document && questView(document, now), id);
}

function foundQuest<T>(quest: T | undefined, id: QuestId): Outcome<T> {
  if (quest !== undefined) return done(quest);
  return failed({ code: 'quest-unknown', detail: `no quest ${id}: GET /quests lists them` });
}

/** Whether there is such a quest, or was: without its numbers. */
async function findEmbarked(views: ViewsReader, { generation, asOf }: Seen, id: QuestId): Promise<Outcome<QuestId>> {
  const document = await views.quest(generation, id);
  const record =
    asOf === undefined || document === undefined
      ? document?.record
      : (await recordAsOf(views, generation, document, asOf.position)).record;
  return foundQuest((record?.state?.embarkedAt ?? null) === null ? undefined : id, id);
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
