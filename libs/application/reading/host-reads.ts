/** Questions about hosts. */
import { done, failed, inMessage, type HostDocument, type HostFilter, type Outcome } from '#contracts';
import type { HostSort, Page, PageRequest, Problem } from '#contracts';
import { aliasesOf, ownName, parseHostName, type HostName } from '#domain';
import type { ViewsReader } from '#ports';
import type { ReadContext } from './read-context.js';
import { laborPage } from './labor-view.js';
import { both, hostsJudged } from './host-barrier.js';
import { questViews } from './quest-reads.js';
import { questsCounted } from './quests-counted.js';
import { nextOn } from './next.js';
import { filterOfOwnNames, type Naming } from './own-names.js';
import { dossierAsOf, type DossierRoom } from './past/dossier.js';
import { hostsAsOf, type HostAsOf } from './past/hosts.js';
import { notAsOf } from './past/not-as-of.js';
import type { HostDossier, HostView, Reading } from './reading.js';
import type { Seen } from './seen.js';
import type { ReadBarrier } from './read-barrier.js';

/** How much of each a dossier shows. */
const ROOM: DossierRoom = { openLabors: 1000, newestEvents: 20, categories: 100, quests: 100 };

export function hostReads(context: ReadContext): Pick<Reading, 'hosts' | 'host' | 'nameRules'> {
  return {
    hosts: (filter, page, demand) =>
      context.answer(
        demand,
        (seen, views) => hostsAsked(context, views, seen, filter, page),
        (views) =>
          hostsJudged(views, { hosts: filter.host, formerHosts: filter.formerHost, quests: filter.quest }, context.own),
      ),
    host: (text, demand) => {
      const name = parseHostName(text);
      return context.answer(
        demand,
        async (seen, views): Promise<Outcome<HostDossier>> => {
          if (name === undefined) {
            return failed(unknown(text, 'a name is 1 to 253 of a-z 0-9 . - _, a letter or digit at both ends'));
          }
          const { generation } = seen;
          const { asOf, ...moment } = context.momentOf(seen);
          if (asOf !== null) {
            const was = await dossierAsOf(views, { ...moment, asOf }, name, ROOM);
            return was ? done(was) : failed(unknown(text, 'nothing was logged for it by then'));
          }
          const names = await context.names.read(generation);
          const document = await views.host(generation, ownName(names, name));
          if (!document) return failed(unknown(text, 'nothing was logged for it; GET /hosts lists those there are'));
          return done(await dossier(context, views, generation, document, aliasesOf(names, document.host)));
        },
        (views) =>
          name === undefined
            ? null
            : demand.asOf !== undefined
              ? hostsJudged(views, { hosts: [name] }, context.own)
              : both(hostsJudged(views, { hosts: [name] }, context.own), questsOfHostCounted(context, views, name)),
      );
    },
    nameRules: (demand) =>
      context.answer(demand, async ({ generation }) => done((await context.names.read(generation)).rules)),
  };
}

async function hostsAsked(
  context: ReadContext,
  views: ViewsReader,
  seen: Seen,
  filter: Naming<HostFilter>,
  page: PageRequest<HostSort>,
): Promise<Outcome<Page<HostView>>> {
  const { generation } = seen;
  const { asOf, ...moment } = context.momentOf(seen);
  const own = await filterOfOwnNames<HostFilter>(moment, generation, filter);
  if (asOf === null) return done(await views.hosts(generation, own, page));
  if (page.count !== false) return failed(notAsOf('count', 'no total is known'));
  const { items, ...found } = await hostsAsOf(views, generation, asOf.position, own, page);
  return done({ ...found, items: items.map(hostView) });
}

function hostView({ host, state, updatedAt, lastEvent, parked, isExact }: HostAsOf): HostView {
  const { attributes, retired, inventories, open } = state;
  const about = { attributes, retired, inventories, lastEvent, parked, updatedAt };
  return { host, openLabors: open.length, ...about, ...(isExact ? {} : { incomplete: true }) };
}

/** Until none of the quests that the host's dossier shows is behind. */
function questsOfHostCounted(context: ReadContext, views: ViewsReader, name: HostName): ReadBarrier {
  return {
    key: `quests of ${name}`,
    behind: async (generation, position) => {
      const host = await context.own(generation, [name]);
      const { items } = await views.quests(generation, { host }, first('-id', ROOM.quests));
      return questsCounted(
        views,
        items.map(({ quest }) => quest),
      ).behind(generation, position);
    },
    pending: `the numbers of the quests of ${name} are not counted yet up to`,
  };
}

function unknown(text: string, hint: string): Problem {
  return { code: 'host-unknown', detail: `no host ${inMessage(text)}: ${hint}` };
}

async function dossier(
  context: ReadContext,
  views: ViewsReader,
  generation: number,
  document: HostDocument,
  aliases: readonly HostName[],
): Promise<HostDossier> {
  const { host, state, updatedAt, lastEvent, parked, behind } = document;
  const [catalogue, open, newest, lastByCategory, quests] = await Promise.all([
    context.catalogues.read(generation),
    views.labors(generation, { host: [host], state: ['open'] }, first('openedAt', ROOM.openLabors)),
    views.events({ host: [host] }, first('-position', ROOM.newestEvents)),
    views.lastByCategory(host, ROOM.categories),
    views.quests(generation, { host: [host] }, first('-id', ROOM.quests)),
  ]);
  return {
    host,
    aliases,
    updatedAt,
    attributes: state.attributes,
    retired: state.retired,
    inventories: state.inventories,
    lastEvent,
    parked,
    behind: behind !== null,
    openLabors: laborPage(open, catalogue).items,
    next: await nextOn(document, catalogue),
    newestEvents: newest.items,
    lastByCategory,
    quests: questViews(quests.items, context.now()),
  };
}

function first<Sort extends string>(sort: Sort, limit: number): PageRequest<Sort> {
  return { sort, limit, after: null, count: false };
}
