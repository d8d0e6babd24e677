/** The hosts of a request that gives a query in place of names (rule 17): those that the views select while it is worked on. */
import {
  done,
  failed,
  inTurns,
  mapInTurns,
  queryByOwnNames,
  STEP_HOSTS,
  type CursorKey,
  type HostQuery,
  type Outcome,
  type Steps,
} from '#contracts';
import { ownName, type HostName } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import type { Gate } from '../../reading/gate.js';
import { askViews } from '../ask-views.js';
import { holderOf } from '../holders.js';
import type { IngestRequest } from '../deciding/request.js';
import type { Caller, HostsAsked } from '../ingest.js';
import type { OwnNames } from '../names/own-names.js';

/** At most as many hosts a query may select, where the command takes no fewer. */
export const MAX_SELECTED = 100_000;
/** How long the views may take to know all that was before the request, in seconds. */
const WAIT_S = 5;
const PAGE = { sort: 'host', limit: 1000, count: false } as const;

export interface HostSelector {
  readonly journal: Pick<Journal, 'head'>;
  readonly gate: Gate;
  readonly views: { for(holder: string): Pick<ViewsReader, 'hosts'> };
  readonly own: Pick<OwnNames, 'for' | 'hosts'>;
  /** {@link MAX_SELECTED} where absent. */
  readonly most?: number;
}

/** What an earlier try of the request has stored of its hosts: with all of them, where it was accepted. */
export interface Tried {
  readonly accepted: boolean;
  readonly hosts: Iterable<HostName>;
}

/** By own name, other names by which the request named the host. */
export type FormerNames = ReadonlyMap<HostName, readonly HostName[]>;

const NO_FORMER: FormerNames = new Map();

/** How a request means its hosts. */
interface Meaning {
  /** What an earlier try has stored of them. */
  readonly tried?: (() => Promise<Tried>) | undefined;
  /**
   * Whether hosts of before are meant, too, where their names mean others by now: one that a query selects, and one that is
   * named, beside the host that its name means. For what concerns nothing but what a host had before.
   */
  readonly alsoFormer?: boolean;
}

/**
 * `work` gets own names; of a query those that `tried` has stored are among them, and no others once that was accepted. `not-caught-up`, `too-broad`, and what `work` answers. A query selects retired hosts only where it
 * speaks of them.
 */
export async function onHosts<T>(
  selector: HostSelector,
  asked: HostsAsked,
  caller: Caller,
  request: Pick<IngestRequest, 'since'>,
  work: (hosts: readonly HostName[], formerly: FormerNames) => Promise<Outcome<T>>,
  { tried, alsoFormer = false }: Meaning = {},
): Promise<Outcome<T>> {
  const named = 'query' in asked ? asked.beside : asked;
  const own = await selector.own.hosts(named, request);
  const formerly = alsoFormer && own !== named ? await inTurns(formerNames(named, own)) : NO_FORMER;
  if (!('query' in asked)) return work(own, formerly);
  const before = await tried?.();
  if (before?.accepted === true) return work([...new Set([...before.hosts, ...own])], formerly);
  const names = await selector.own.for(request);
  const query = queryByOwnNames(asked.query, (name) => ownName(names, name));
  const selected = await askViews('which hosts are selected', () => select(selector, query, caller));
  if (!selected.ok) return selected;
  // a former name keeps its attributes, and what is logged is logged under the own name
  const meant = alsoFormer ? selected.value : await mapInTurns(selected.value, (name) => ownName(names, name));
  return work([...new Set([...own, ...meant, ...(before?.hosts ?? [])])], formerly);
}

function* formerNames(named: readonly HostName[], own: readonly HostName[]): Steps<FormerNames> {
  const formerly = new Map<HostName, HostName[]>();
  for (const [nth, name] of named.entries()) {
    if ((nth + 1) % STEP_HOSTS === 0) yield;
    const host = own[nth] ?? name;
    if (host === name) continue;
    const others = formerly.get(host);
    if (others === undefined) formerly.set(host, [name]);
    else others.push(name);
  }
  return formerly;
}

async function select(
  { journal, gate, views, most = MAX_SELECTED }: HostSelector,
  query: HostQuery,
  caller: Caller,
): Promise<Outcome<readonly HostName[]>> {
  const { position } = await journal.head();
  const seen = await gate.pass({ minPosition: position, waitS: WAIT_S });
  if (!seen.ok) return seen;
  const reader = views.for(holderOf(caller));
  const filter = { query: speaksOfRetired(query) ? query : inService(query) };
  const hosts: HostName[] = [];
  for (let after: CursorKey | null = null; ;) {
    const { items, next } = await reader.hosts(seen.value.generation, filter, { ...PAGE, after });
    for (const { host } of items) hosts.push(host);
    if (hosts.length > most) return failed(tooBroad(most));
    if (next === null) return done(hosts);
    after = next;
  }
}

function tooBroad(most: number) {
  const detail = `hostQuery selects more than ${most} hosts: ask in parts, e.g. by an attribute`;
  return { code: 'too-broad', detail } as const;
}

function inService(query: HostQuery): HostQuery {
  const parts = query.is === 'all' ? query.of : [query];
  return { is: 'all', of: [...parts, { is: 'not', of: { is: 'retired' } }] };
}

function speaksOfRetired(query: HostQuery): boolean {
  if (query.is === 'all' || query.is === 'any') return query.of.some(speaksOfRetired);
  return query.is === 'not' ? speaksOfRetired(query.of) : query.is === 'retired';
}
