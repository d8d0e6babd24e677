/** Questions about labors. */
import {
  done,
  failed,
  hasForgottenAt,
  inMessage,
  laborAsOf,
  type LaborDocument,
  type LaborPlaceSort,
  type LaborSort,
  type Outcome,
  type Page,
  type PageRequest,
  type Problem,
} from '#contracts';
import { parseLaborId, type Catalogue, type NextEvent } from '#domain';
import type { LaborAsOfRow, ViewsReader } from '#ports';
import { forUser, foundLabors, type PlainQuestion } from './found-labors.js';
import { hostsJudged } from './host-barrier.js';
import type { Naming } from './own-names.js';
import type { ReadBarrier } from './read-barrier.js';
import type { ReadContext } from './read-context.js';
import { laborAsOfView, laborPage, laborWhy, pastLaborPage } from './labor-view.js';
import { nextOn } from './next.js';
import { hostAsOf } from './past/hosts.js';
import { pastLabors } from './past/labors.js';
import type { Seen } from './seen.js';
import { unjudgedThing } from './unjudged-thing.js';
import type { LaborQuestion, LaborView, Reading } from './reading.js';

export function laborReads(context: ReadContext): Pick<Reading, 'labors' | 'labor' | 'why'> {
  return {
    labors: (question, page, demand) =>
      context.answer(
        demand,
        (seen, views) => laborsAsked(context, views, seen, question, page),
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
        async (seen, views) => {
          const { generation } = seen;
          const row = await findLabor(views, seen, id);
          if (!row.ok) return row;
          const { labor } = row.value;
          const catalogue = await context.momentOf(seen).catalogues.read(generation);
          const next = labor.state === 'open' ? await nextOf(views, seen, labor, catalogue) : [];
          return done({ ...laborAsOfView(row.value, catalogue), next });
        },
        (views) => hostJudged(views, id),
      ),
    why: (id, demand) =>
      context.answer(
        demand,
        async (seen, views) => {
          const row = await findLabor(views, seen, id);
          if (!row.ok) return row;
          return done(laborWhy(row.value, await context.momentOf(seen).catalogues.read(seen.generation)));
        },
        (views) => hostJudged(views, id),
      ),
  };
}

/** A page of the labors that pass, as they are shown. */
export async function laborsAsked(
  context: ReadContext,
  views: ViewsReader,
  seen: Seen,
  question: Naming<LaborQuestion>,
  page: PageRequest<LaborSort | LaborPlaceSort>,
  change?: (own: PlainQuestion) => PlainQuestion,
): Promise<Outcome<Page<LaborView>>> {
  const { generation, asOf, now, catalogues, names } = context.momentOf(seen);
  const catalogue = await catalogues.read(generation);
  if (asOf !== null) {
    const past = await pastLabors(views, { generation, asOf, catalogue, names }, question, page, change);
    return past.ok ? done(pastLaborPage(past.value, catalogue)) : past;
  }
  const present = {
    ...page,
    sort: page.sort === 'host' || page.sort === 'openedAt' ? page.sort : '-openedAt',
  } as const;
  const found = await foundLabors({ names, views }, { generation, catalogue, now }, question, present, change);
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
  { generation, asOf }: Seen,
  labor: LaborDocument,
  catalogue: Catalogue,
): Promise<readonly NextEvent[]> {
  const host = await (asOf === undefined
    ? views.host(generation, labor.host)
    : hostAsOf(views, generation, labor.host, asOf.position));
  if (host === undefined) return [];
  const next = await nextOn(host, catalogue, [labor]);
  return next.filter(({ closes }) => closes.includes(labor.id));
}

/** As it is, or as it was. */
async function findLabor(views: ViewsReader, { generation, asOf }: Seen, text: string): Promise<Outcome<LaborAsOfRow>> {
  const parsed = parseLaborId(text);
  if (!parsed) return failed(unknown(text, 'an id is <host>~<revision> or <host>~<revision>.<n>'));
  const row = await views.labor(generation, parsed.id);
  if (row === undefined)
    return failed((await unjudgedThing(views, generation, parsed, text)) ?? unknown(text, 'GET /labors lists them'));
  if (asOf === undefined) return done({ ...row, isExact: true });
  const labor = laborAsOf(row.labor, asOf.position);
  if (labor === undefined) return failed(unknown(text, 'it was opened later'));
  const parked = row.parked ? await views.host(generation, labor.host) : undefined;
  return done({
    labor,
    // what is parked by now was parked from that entry on
    parked: parked !== undefined && parked.parked !== null && parked.parked.position <= asOf.position,
    isExact: !hasForgottenAt(row.labor, asOf.position),
  });
}

function unknown(text: string, hint: string): Problem {
  return { code: 'labor-unknown', detail: `no labor ${inMessage(text)}: ${hint}` };
}
