/** Questions about hosts. */
import { done, failed, inMessage, type HostDocument, type HostFilter, type Outcome } from '#contracts';
import type { PageRequest, Problem } from '#contracts';
import { aliasesOf, ownName, parseHostName, type HostName } from '#domain';
import type { ViewsReader } from '#ports';
import type { ReadContext } from './read-context.js';
import { laborPage } from './labor-view.js';
import { both, hostsJudged } from './host-barrier.js';
import { questViews } from './quest-reads.js';
import { questsCounted } from './quests-counted.js';
import { nextOn } from './next.js';
import { filterOfOwnNames } from './own-names.js';
import type { HostDossier, Reading } from './reading.js';
import type { ReadBarrier } from './read-barrier.js';

/** How much of each a dossier shows. */
const OPEN_LABORS = 1000;
const NEWEST_EVENTS = 20;
const CATEGORIES = 100;
const QUESTS = 100;

export function hostReads(context: ReadContext): Pick<Reading, 'hosts' | 'host' | 'nameRules'> {
  return {
    hosts: (filter, page, demand) =>
      context.answer(
        demand,
        async ({ generation }, views) =>
          done(await views.hosts(generation, await filterOfOwnNames<HostFilter>(context, generation, filter), page)),
        (views) =>
          hostsJudged(views, { hosts: filter.host, formerHosts: filter.formerHost, quests: filter.quest }, context.own),
      ),
    host: (text, demand) => {
      const name = parseHostName(text);
      return context.answer(
        demand,
        async ({ generation }, views): Promise<Outcome<HostDossier>> => {
          if (name === undefined) {
            return failed(unknown(text, 'a name is 1 to 253 of a-z 0-9 . - _, a letter or digit at both ends'));
          }
          const names = await context.names.read(generation);
          const document = await views.host(generation, ownName(names, name));
          if (!document) return failed(unknown(text, 'nothing was logged for it; GET /hosts lists those there are'));
          return done(await dossier(context, views, generation, document, aliasesOf(names, document.host)));
        },
        (views) =>
          name === undefined
            ? null
            : both(hostsJudged(views, { hosts: [name] }, context.own), questsOfHostCounted(context, views, name)),
      );
    },
    nameRules: (demand) =>
      context.answer(demand, async ({ generation }) => done((await context.names.read(generation)).rules)),
  };
}

/** Until none of the quests that the host's dossier shows is behind. */
function questsOfHostCounted(context: ReadContext, views: ViewsReader, name: HostName): ReadBarrier {
  return {
    key: `quests of ${name}`,
    behind: async (generation, position) => {
      const host = await context.own(generation, [name]);
      const { items } = await views.quests(generation, { host }, first('-id', QUESTS));
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
    views.labors(generation, { host: [host], state: ['open'] }, first('openedAt', OPEN_LABORS)),
    views.events({ host: [host] }, first('-position', NEWEST_EVENTS)),
    views.lastByCategory(host, CATEGORIES),
    views.quests(generation, { host: [host] }, first('-id', QUESTS)),
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
