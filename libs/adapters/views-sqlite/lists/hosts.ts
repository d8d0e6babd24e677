/** Lists of hosts; those of quests are read over the quests' parts. */
import {
  QUEST_HOST_STATES,
  withFields,
  type CursorKey,
  type HostFilter,
  type HostSort,
  type Page,
  type PageRequest,
  type Total,
} from '#contracts';
import type { HostName, Instant } from '#domain';
import type { HostRow } from '#ports';
import { decodeAbout, decodeParked, type AboutColumns } from '../documents.js';
import type { Store } from '../store.js';
import { readHostCount } from '../totals.js';
import { hostPasses, inQuests, named, namesAsked, ofPart } from './host-conditions.js';
import { BY_HOST, hostRanges, rowsOf, type HostRanges } from './host-lead.js';
import { countMerged } from './merge.js';
import { distinct, readPage } from './page.js';
import { MAX_RANGES, type Condition, type KeyPart, type RangeList } from './ranges.js';
import type { Steps } from './steps.js';

const cursor = {
  fromKey: ([host = '']: CursorKey): readonly KeyPart[] => [host],
  toKey: ([host]: readonly KeyPart[]): CursorKey => [String(host)],
};

const ROW_COLUMNS = 'host, open, updated_at, parked, retired, inventories, attributes, last_event';
type HostRowColumns = readonly [HostName, number, Instant, string | null, ...about: AboutColumns];

export function* listHosts(store: Store, asked: HostFilter, request: PageRequest<HostSort>): Steps<Page<HostRow>> {
  const filter = withFields(asked);
  const find = store.statement(`SELECT ${ROW_COLUMNS} FROM hosts WHERE host = ?`);
  const load = ([, host = '']: readonly KeyPart[]): HostRow => toHostRow(find.get(host) as HostRowColumns);
  if (filter.quest === undefined) {
    const all = Object.values(filter).every((value) => value === undefined);
    const total = all && request.count !== false ? readHostCount(store) : undefined;
    const list = yield* hostRanges(store, filter);
    return yield* readPage(
      store,
      { list, ...cursor, load, total, ...(list.overlapping && onceEach(store, list)) },
      request,
    );
  }
  const list = yield* hostsOfQuests(store, filter, distinct(filter.quest));
  return yield* readPage(store, { list, ...cursor, load, ...(list.overlapping && onceEach(store, list)) }, request);
}

/** Quests of fewer hosts are looked through at once, whatever else is asked: to count what others lead to would take longer. */
const FEW = 1000;

/** Over the quests' parts, or over the hosts that something else leads to where these are few. */
function* hostsOfQuests(store: Store, filter: HostFilter, quests: readonly number[]): Steps<HostRanges> {
  const { quest: _, ...ofHosts } = filter;
  const { host, hostPrefix, ...unnamed } = ofHosts;
  const inThem = ({ table }: HostRanges): Condition => inQuests(table, quests);
  if (QUEST_HOST_STATES.length * quests.length * namesAsked(filter).length > MAX_RANGES) {
    const hosts = yield* hostRanges(store, unnamed);
    return { ...hosts, residual: [...hosts.residual, ...named(filter), inThem(hosts)] };
  }
  const ofQuests = questRanges(filter, quests);
  if ((host ?? hostPrefix) !== undefined || (yield* rowsOf(store, ofQuests, FEW)) < FEW) return ofQuests;
  const hosts = yield* hostRanges(store, ofHosts);
  const isAll = hosts.ranges.some(({ where }) => where.length === 0);
  if (isAll || (yield* rowsOf(store, hosts, FEW)) === FEW) return ofQuests;
  return { ...hosts, residual: [...hosts.residual, inThem(hosts)] };
}

/** A host that is in several ranges counts once. */
function onceEach(store: Store, list: RangeList): { readonly count: (most: number) => Steps<Total> } {
  return { count: (most) => countMerged(store, list, most) };
}

function toHostRow([host, openLabors, updatedAt, parked, ...about]: HostRowColumns): HostRow {
  return { host, openLabors, updatedAt, ...decodeAbout(about), parked: parked === null ? null : decodeParked(parked) };
}

/** Over the quests' parts, which lie in the order of hosts, by state. */
function questRanges(filter: HostFilter, quests: readonly number[]): HostRanges {
  const ranges = quests.flatMap((quest) =>
    QUEST_HOST_STATES.flatMap((state) => namesAsked(filter).map((name) => ofPart(quest, state, name))),
  );
  const residual = hostPasses('parts', filter);
  const overlapping = quests.length > 1;
  return { table: 'parts', row: 'quest', order: BY_HOST, ranges, residual, wide: false, overlapping };
}
