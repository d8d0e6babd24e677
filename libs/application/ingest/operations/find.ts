/** What a filter finds while a request is worked on, by the views: a page at a time, in an order in which nothing moves, so that a search can be resumed after any page. */
import {
  done,
  failed,
  mapInTurns,
  type CursorKey,
  type HostFilter,
  type Outcome,
  type Page,
  type Position,
} from '#contracts';
import type { Instant } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Gate } from '../../reading/gate.js';
import { forUser, foundLabors } from '../../reading/found-labors.js';
import { filterOfOwnNames, type Naming } from '../../reading/own-names.js';
import type { ReadBarrier } from '../../reading/read-barrier.js';
import type { LaborQuestion } from '../../reading/reading.js';
import { askViews } from '../ask-views.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import type { OwnNames } from '../names/own-names.js';

export type FindingViews = Pick<ViewsReader, 'labors' | 'hosts' | 'quests' | 'questsBehind'>;

export interface FinderParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly gate: Gate;
  readonly views: { for(holder: string): FindingViews };
  readonly timeline: CatalogueTimeline;
  readonly own: Pick<OwnNames, 'for'>;
  /** Aborts when Hermes begins to stop: a long search ends. */
  readonly stopping: AbortSignal | undefined;
}

export interface FoundPage {
  readonly ids: readonly string[];
  readonly next: CursorKey | null;
  /** How many match in all, where they were counted. */
  readonly total: number | undefined;
  readonly atLeast: boolean;
  /** How far the views were. */
  readonly position: Position;
}

/**
 * The page after `after`; `count`: up to how many of all are counted. The first page has all that was written before it was
 * asked for. `not-caught-up` where the views cannot say so.
 */
export type Find = (after: CursorKey | null, count?: number) => Promise<Outcome<FoundPage>>;

/** Who searches, for which request, as of which moment. */
export interface Search {
  readonly caller: Caller;
  readonly request: Pick<IngestRequest, 'since'>;
  readonly now: Instant;
}

/** How long the views may take to know all that was before the request, in seconds. */
const WAIT_S = 5;
const LIMIT = 1000;

/** Labors, as `GET /labors` shows them for the same filter. */
export function laborFinder(parts: FinderParts, where: LaborQuestion, search: Search): Find {
  const { timeline, own } = parts;
  const names = { read: () => own.for(search.request) };
  const barrierOf = (views: FindingViews) => forUser(views, where, null);
  return finder(parts, search, { what: 'which labors match', barrierOf }, async (views, generation, after, count) => {
    const { catalogue } = await timeline.refresh();
    const page = { sort: 'host', limit: LIMIT, after, count: count ?? false } as const;
    const found = await foundLabors({ names, views }, { generation, catalogue, now: search.now }, where, page);
    return found.ok
      ? done({ ...found.value, items: await mapInTurns(found.value.items, ({ labor }) => labor.id) })
      : found;
  });
}

/** Hosts, as `GET /hosts` shows them for the same filter. */
export function hostFinder(parts: FinderParts, where: Naming<HostFilter>, search: Search): Find {
  const names = { names: { read: () => parts.own.for(search.request) } };
  const asks = { what: 'which hosts match', barrierOf: () => null };
  return finder(parts, search, asks, async (views, generation, after, count) => {
    const page = { sort: 'host', limit: LIMIT, after, count: count ?? false } as const;
    const found = await views.hosts(generation, await filterOfOwnNames<HostFilter>(names, generation, where), page);
    return done({ ...found, items: await mapInTurns(found.items, ({ host }) => host) });
  });
}

function finder(
  { journal, gate, views: all, stopping }: FinderParts,
  { caller }: Search,
  { what, barrierOf }: { readonly what: string; readonly barrierOf: (views: FindingViews) => ReadBarrier | null },
  pageOf: (
    views: FindingViews,
    generation: number,
    after: CursorKey | null,
    count: number | undefined,
  ) => Promise<Outcome<Page<string>>>,
): Find {
  const views = all.for(holderOf(caller));
  return (after, count) =>
    askViews(what, async () => {
      if (stopping?.aborted === true)
        return failed({ code: 'store-unavailable', detail: 'Hermes is stopping: try again', retryAfterS: 1 });
      const fresh = after === null ? { minPosition: (await journal.head()).position, waitS: WAIT_S } : {};
      const seen = await gate.pass(fresh, barrierOf(views));
      if (!seen.ok) return seen;
      const { generation, position } = seen.value;
      const found = await pageOf(views, generation, after, count);
      if (!found.ok) return found;
      const { items: ids, next, total, atLeast = false } = found.value;
      return done({ ids, next, total, atLeast, position });
    });
}
