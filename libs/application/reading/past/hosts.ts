/**
 * Hosts as they were (R11): what a fold of the journal that stopped at a place says of them. What was said of a host its document
 * keeps, what was open on it its labors say, and what it was last heard of with the list of events.
 */
import {
  aboutAsOf,
  beginningOf,
  hostPasses,
  type CursorKey,
  type HostDocument,
  type HostFilter,
  type HostSort,
  type LastEvent,
  type Page,
  type PageRequest,
  type Position,
} from '#contracts';
import { newHost, type HostName, type HostState, type QuestId } from '#domain';
import { MAX_PARTS_BY_KEY, type ViewsReader } from '#ports';
import { wasIn } from './quest-pages.js';

export type HostPastReader = Pick<ViewsReader, 'host' | 'hosts' | 'events' | 'openAsOf' | 'parts'>;

/** A host as it was. */
export interface HostAsOf extends Pick<HostDocument, 'host' | 'lastEvent' | 'parked'> {
  /** What was said of it, and what was open on it; of the rest, which is for judging alone, that of a new host. */
  readonly state: HostState;
  /** `recordedAt` of its last entry by then; null where later ones have followed, since which it was is not kept. */
  readonly updatedAt: HostDocument['updatedAt'] | null;
  /** False where it has forgotten in part what it was: then it is shown as old as it is known. */
  readonly isExact: boolean;
}

/** Undefined where it had no entry yet. */
export async function hostAsOf(
  views: HostPastReader,
  generation: number,
  host: HostName,
  at: Position,
): Promise<HostAsOf | undefined> {
  const document = await views.host(generation, host);
  if (document === undefined || !wasThere(document, at)) return undefined;
  const said = await saidAsOf(views, document, at);
  return (await openedAsOf(views, generation, document, said, at)).host;
}

function wasThere(document: HostDocument, at: Position): boolean {
  const beginning = beginningOf(document);
  return beginning !== null && beginning <= at;
}

/** Without what was open on it. */
async function saidAsOf(views: Pick<ViewsReader, 'events'>, document: HostDocument, at: Position): Promise<HostAsOf> {
  const { host, parked, position, updatedAt } = document;
  const { isExact, ...about } = aboutAsOf(document, at);
  return {
    ...{ host, state: { ...newHost, ...about }, isExact },
    lastEvent: await lastEventAsOf(views, document, at),
    parked: parked && parked.position <= at ? parked : null,
    updatedAt: position <= at ? updatedAt : null,
  };
}

/** `looked`: at how many labors. */
async function openedAsOf(
  views: Pick<ViewsReader, 'openAsOf'>,
  generation: number,
  document: HostDocument,
  said: HostAsOf,
  at: Position,
): Promise<{ readonly host: HostAsOf; readonly looked: number }> {
  const { open, looked, forgetful } =
    document.position <= at
      ? { open: document.state.open, looked: 0, forgetful: 0 }
      : await views.openAsOf(generation, document.host, at);
  return { host: { ...said, state: { ...said.state, open }, isExact: said.isExact && forgetful === 0 }, looked };
}

/** Repeats are no events to be heard of by, and few of them come one after the other. */
const EVENTS = 20;

async function lastEventAsOf(
  views: Pick<ViewsReader, 'events'>,
  { host, lastEvent }: HostDocument,
  at: Position,
): Promise<LastEvent | null> {
  if (lastEvent === null || lastEvent.position <= at) return lastEvent;
  for (let after: CursorKey | null = [String(at + 1n)]; after !== null;) {
    const request = { sort: '-position', limit: EVENTS, after, count: false } as const;
    const { items, next }: Awaited<ReturnType<ViewsReader['events']>> = await views.events({ host: [host] }, request);
    const last = items.find(({ duplicate }) => !duplicate);
    if (last !== undefined) {
      const { id: event, type, at: when, recordedAt, position } = last;
      return { event, type, at: when, recordedAt, position };
    }
    after = next;
  }
  return null;
}

/** The work of one page, in labors that are looked at; one host more, however many it has. */
const PAGE_WORK = 100_000;
/** In labors: a host that is looked at; a quest that it is looked for in. */
const HOST_WORK = 20;
const PART_WORK = 2;
/** Hosts that are read at once. */
const HOSTS = 50;

/** By name. Each host is looked at until the page is full, or the work of one page is done; pages never say how many there are. */
export async function hostsAsOf(
  views: HostPastReader,
  generation: number,
  at: Position,
  filter: HostFilter,
  { sort, limit, after: from }: PageRequest<HostSort>,
): Promise<Page<HostAsOf>> {
  const { host, hostPrefix } = filter;
  const named = { ...(host !== undefined && { host }), ...(hostPrefix !== undefined && { hostPrefix }) };
  const items: HostAsOf[] = [];
  let work = PAGE_WORK;
  for (let after = from; ;) {
    const { items: rows, next } = await views.hosts(generation, named, { sort, limit: HOSTS, after, count: false });
    const documents = await Promise.all(rows.map((row) => views.host(generation, row.host)));
    for (const [index, document] of documents.entries()) {
      work -= HOST_WORK + PART_WORK * (filter.quest?.length ?? 0);
      const found = document && (await passing(views, generation, document, at, filter));
      work -= found?.looked ?? 0;
      if (found?.host !== undefined) items.push(found.host);
      if (items.length < limit && work > 0) continue;
      const isLast = next === null && index === documents.length - 1;
      return { items, next: isLast ? null : [rows[index]?.host ?? ''] };
    }
    if (next === null) return { items, next };
    after = next;
  }
}

/** `host` undefined where it does not pass the filter. */
async function passing(
  views: HostPastReader,
  generation: number,
  document: HostDocument,
  at: Position,
  filter: HostFilter,
): Promise<{ readonly host: HostAsOf | undefined; readonly looked: number }> {
  const none = { host: undefined, looked: 0 };
  if (!wasThere(document, at)) return none;
  // what needs no labors first
  const { open: _open, query: _query, quest: quests, ...others } = filter;
  const said = await saidAsOf(views, document, at);
  if (!hostPasses(said, others, () => true)) return none;
  if (quests !== undefined && !(await wasInOne(views, generation, document.host, quests, at))) return none;
  const { host, looked } = await openedAsOf(views, generation, document, said, at);
  return { host: hostPasses(host, filter, () => true) ? host : undefined, looked };
}

async function wasInOne(
  views: Pick<ViewsReader, 'parts'>,
  generation: number,
  host: HostName,
  quests: readonly QuestId[],
  at: Position,
): Promise<boolean> {
  for (let begin = 0; begin < quests.length; begin += MAX_PARTS_BY_KEY) {
    const keys = quests.slice(begin, begin + MAX_PARTS_BY_KEY).map((quest) => ({ quest, host }));
    const parts = await views.parts(generation, keys);
    if (parts.some((part) => wasIn(part, at))) return true;
  }
  return false;
}
