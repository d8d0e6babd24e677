/** Questions about labors. */
import { done, failed, inMessage, type Outcome, type Problem } from '#contracts';
import { parseLaborId } from '#domain';
import type { LaborRow, ViewsReader } from '#ports';
import { hostsJudged } from './host-barrier.js';
import type { ReadBarrier } from './read-barrier.js';
import type { ReadContext } from './read-context.js';
import { laborFilter, laborPage, laborView, laborWhy } from './labor-view.js';
import { unjudgedThing } from './unjudged-thing.js';
import type { Reading } from './reading.js';

export function laborReads(context: ReadContext): Pick<Reading, 'labors' | 'labor' | 'why'> {
  const { catalogues } = context;
  return {
    labors: (question, page, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const catalogue = await catalogues.read(generation);
          const filter = laborFilter(question, catalogue, context.now());
          return done(laborPage(await views.labors(generation, filter, page), catalogue));
        },
        (views) => hostsJudged(views, { hosts: question.host, quests: question.quest }),
      ),
    labor: (id, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) => {
          const row = await findLabor(views, generation, id);
          if (!row.ok) return row;
          return done(laborView(row.value.labor, row.value.parked, await catalogues.read(generation)));
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

/** Of the labor's host. */
function hostJudged(views: ViewsReader, id: string): ReadBarrier | null {
  const parsed = parseLaborId(id);
  return parsed ? hostsJudged(views, { hosts: [parsed.host] }) : null;
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
