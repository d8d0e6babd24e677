/** Questions about labors. */
import {
  done,
  failed,
  inMessage,
  type LaborDocument,
  type LaborSort,
  type Outcome,
  type Page,
  type PageRequest,
  type Problem,
} from '#contracts';
import { parseLaborId, type Catalogue, type NextEvent } from '#domain';
import type { LaborRow, ViewsReader } from '#ports';
import { forUser, foundLabors, type PlainQuestion } from './found-labors.js';
import { hostsJudged } from './host-barrier.js';
import type { Naming } from './own-names.js';
import type { ReadBarrier } from './read-barrier.js';
import type { ReadContext } from './read-context.js';
import { laborPage, laborView, laborWhy } from './labor-view.js';
import { nextOn } from './next.js';
import { unjudgedThing } from './unjudged-thing.js';
import type { LaborQuestion, LaborView, Reading } from './reading.js';

export function laborReads(context: ReadContext): Pick<Reading, 'labors' | 'labor' | 'why'> {
  const { catalogues } = context;
  return {
    labors: (question, page, demand) =>
      context.answer(
        demand,
        ({ generation }, views) => laborsAsked(context, views, generation, question, page),
        (views) =>
          forUser(
            views,
            question,
            hostsJudged(
              views,
              { hosts: question.host, formerHosts: question.formerHost, quests: question.quest },
              context.own,
            ),
          ),
      ),
    labor: (id, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const row = await findLabor(views, generation, id);
          if (!row.ok) return row;
          const { labor, parked } = row.value;
          const catalogue = await catalogues.read(generation);
          const next = labor.state === 'open' ? await nextOf(views, generation, labor, catalogue) : [];
          return done({ ...laborView(labor, parked, catalogue), next });
        },
        (views) => hostJudged(views, id),
      ),
    why: (id, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const row = await findLabor(views, generation, id);
          if (!row.ok) return row;
          return done(laborWhy(row.value, await catalogues.read(generation)));
        },
        (views) => hostJudged(views, id),
      ),
  };
}

/** A page of the labors that pass, as they are shown. */
export async function laborsAsked(
  context: ReadContext,
  views: ViewsReader,
  generation: number,
  question: Naming<LaborQuestion>,
  page: PageRequest<LaborSort>,
  change?: (own: PlainQuestion) => PlainQuestion,
): Promise<Outcome<Page<LaborView>>> {
  const catalogue = await context.catalogues.read(generation);
  const at = { generation, catalogue, now: context.now() };
  const found = await foundLabors({ names: context.names, views }, at, question, page, change);
  return found.ok ? done(laborPage(found.value, catalogue)) : found;
}

/** Of the labor's host. */
function hostJudged(views: ViewsReader, id: string): ReadBarrier | null {
  const parsed = parseLaborId(id);
  return parsed ? hostsJudged(views, { hosts: [parsed.host] }) : null;
}

/** The host may be ahead of what the labor says, where these are read one after the other: then nothing of it would close the labor. */
async function nextOf(
  views: ViewsReader,
  generation: number,
  labor: LaborDocument,
  catalogue: Catalogue,
): Promise<readonly NextEvent[]> {
  const host = await views.host(generation, labor.host);
  if (host === undefined) return [];
  const next = await nextOn(host, catalogue, [labor]);
  return next.filter(({ closes }) => closes.includes(labor.id));
}

async function findLabor(views: ViewsReader, generation: number, text: string): Promise<Outcome<LaborRow>> {
  const parsed = parseLaborId(text);
  if (!parsed) return failed(unknown(text, 'an id is <host>~<revision> or <host>~<revision>.<n>'));
  const row = await views.labor(generation, parsed.id);
  if (row) return done(row);
  return failed((await unjudgedThing(views, generation, parsed, text)) ?? unknown(text, 'GET /labors lists them'));
}

function unknown(text: string, hint: string): Problem {
  return { code: 'labor-unknown', detail: `no labor ${inMessage(text)}: ${hint}` };
}
