/**
 * All about one host as it was (R11): what is bounded at present is bounded alike. Where more had to be looked through than is
 * looked through for one answer, or more labors were open than are shown, it is `incomplete`.
 */
import { hasForgottenAt, laborAsOf, type CursorKey, type EventDocument, type Page, type Position } from '#contracts';
import { ownName, aliasesOf, type HostName } from '#domain';
import { MAX_LABORS_BY_ID, type LaborAsOfRow, type ViewsReader } from '#ports';
import { pastLaborPage } from '../labor-view.js';
import type { Moment } from '../moment.js';
import { nextOn } from '../next.js';
import { questView } from '../quest-view.js';
import type { HostDossier, LaborView, QuestView } from '../reading.js';
import { hostAsOf, type HostAsOf } from './hosts.js';
import { questsAsOf } from './quest-pages.js';

/** How much of each a dossier shows. */
export interface DossierRoom {
  readonly openLabors: number;
  readonly newestEvents: number;
  readonly categories: number;
  readonly quests: number;
}

/** Pages that are read for the list of its quests, however short they are. */
const MOST_PAGES = 20;
/** Categories that are looked up side by side. */
const AT_ONCE = 20;

type PastMoment = Moment & { readonly asOf: NonNullable<Moment['asOf']> };

/** By any of its names then; undefined where it had no entry yet. */
export async function dossierAsOf(
  views: ViewsReader,
  moment: PastMoment,
  name: HostName,
  room: DossierRoom,
): Promise<HostDossier | undefined> {
  const { generation, asOf, now } = moment;
  const { position } = asOf;
  const names = await moment.names.read(generation);
  const was = await hostAsOf(views, generation, ownName(names, name), position);
  if (was === undefined) return undefined;
  const { host, state, parked, lastEvent, updatedAt, isExact } = was;
  const catalogue = await moment.catalogues.read(generation);
  const open = await openLabors(views, generation, was, position, room.openLabors);
  const { items: quests, isCut } = await firstOf(room.quests, (limit, after) =>
    questsAsOf(views, generation, position, { host: [host] }, { sort: '-id', limit, after, count: false }),
  );
  const behind = await views.behindAmong(generation, { hosts: [host], quests: [] });
  return {
    ...{ host, aliases: aliasesOf(names, host), updatedAt, lastEvent, parked },
    ...{ attributes: state.attributes, retired: state.retired, inventories: state.inventories },
    behind: behind.some((each) => each.host === host && each.behind.position <= position),
    openLabors: oldestFirst(pastLaborPage({ items: open, next: null }, catalogue).items),
    next: await nextOn(was, catalogue),
    newestEvents: await newestEvents(views, host, position, room.newestEvents),
    lastByCategory: await lastByCategory(views, host, position, room.categories),
    quests: quests.map((quest) => questView(quest, now)).filter((view): view is QuestView => view !== undefined),
    ...(isExact && !isCut && state.open.length <= room.openLabors ? {} : { incomplete: true }),
  };
}

/** What was open on it is known by then: however many labors it has had, these alone are read. */
async function openLabors(
  views: Pick<ViewsReader, 'laborsById'>,
  generation: number,
  { state, parked }: HostAsOf,
  at: Position,
  most: number,
): Promise<readonly LaborAsOfRow[]> {
  const ids = state.open.slice(0, most).map(({ id }) => id);
  const rows: LaborAsOfRow[] = [];
  for (let first = 0; first < ids.length; first += MAX_LABORS_BY_ID) {
    const found = await views.laborsById(generation, ids.slice(first, first + MAX_LABORS_BY_ID));
    for (const { labor: now } of found) {
      const labor = laborAsOf(now, at);
      if (labor !== undefined) rows.push({ labor, parked: parked !== null, isExact: !hasForgottenAt(now, at) });
    }
  }
  return rows;
}

/** `isCut`: pages were left unread, though there is room for more. */
async function firstOf<T>(
  most: number,
  read: (limit: number, after: CursorKey | null) => Promise<Page<T>>,
): Promise<{ readonly items: readonly T[]; readonly isCut: boolean }> {
  const items: T[] = [];
  let after: CursorKey | null = null;
  for (let pages = 0; pages < MOST_PAGES && items.length < most; pages += 1) {
    const page: Page<T> = await read(most - items.length, after);
    items.push(...page.items);
    after = page.next;
    if (after === null) break;
  }
  return { items, isCut: after !== null && items.length < most };
}

/** As the present list has them: by `opened.at`, ties by id. */
function oldestFirst(labors: readonly LaborView[]): readonly LaborView[] {
  const keyOf = ({ labor }: LaborView) => `${labor.opened.at} ${labor.id}`;
  return [...labors].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

async function newestEvents(
  views: Pick<ViewsReader, 'events'>,
  host: HostName,
  at: Position,
  limit: number,
  category?: string,
): Promise<readonly EventDocument[]> {
  const filter = { host: [host], ...(category !== undefined && { category: [category] }) };
  const after = [String(at + 1n)];
  return (await views.events(filter, { sort: '-position', limit, after, count: false })).items;
}

/** Of each category in which it has had an event by now. */
async function lastByCategory(
  views: Pick<ViewsReader, 'events' | 'lastByCategory'>,
  host: HostName,
  at: Position,
  most: number,
): Promise<readonly EventDocument[]> {
  const present = await views.lastByCategory(host, most);
  const then: EventDocument[] = [];
  for (let first = 0; first < present.length; first += AT_ONCE) {
    const found = await Promise.all(
      present
        .slice(first, first + AT_ONCE)
        .map((event) =>
          event.position <= at ? Promise.resolve([event]) : newestEvents(views, host, at, 1, event.category),
        ),
    );
    then.push(...found.flat());
  }
  return then;
}
