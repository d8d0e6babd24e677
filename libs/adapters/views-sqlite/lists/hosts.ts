/** Lists of hosts, and of a quest's hosts. */
import type { CursorKey, HostFilter, HostSort, LaborDocument, Page, PageRequest, Total } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import type { HostRow, QuestHostRow } from '#ports';
import { decodeLabor, decodeParked } from '../documents.js';
import { classesOf, isInQuest } from '../labor-class.js';
import { PART_COLUMNS, toPart, type PartRow } from '../part-writes.js';
import type { Store } from '../store.js';
import { readHostCount } from '../totals.js';
import { countMerged } from './merge.js';
import { distinct, readPage } from './page.js';
import {
  equal,
  indexedBy,
  MAX_RANGES,
  type Condition,
  type KeyPart,
  type Order,
  type Range,
  type RangeList,
  type Within,
} from './ranges.js';
import type { Steps } from './steps.js';

/** Most open labors shown of one host. */
const MAX_OPEN = 1000;
/** Comes after every character of a host's name. */
const AFTER_NAMES = '\u007f';
const BY_HOST: Order = { keys: ['host'], descending: false };
const cursor = {
  fromKey: ([host = '']: CursorKey): readonly KeyPart[] => [host],
  toKey: ([host]: readonly KeyPart[]): CursorKey => [String(host)],
};

/** host, open, updated_at, parked */
type HostRowColumns = readonly [HostName, number, Instant, string | null];

export function* listHosts(store: Store, filter: HostFilter, request: PageRequest<HostSort>): Steps<Page<HostRow>> {
  const find = store.statement('SELECT host, open, updated_at, parked FROM hosts WHERE host = ?');
  const load = ([, host = '']: readonly KeyPart[]): HostRow => toHostRow(find.get(host) as HostRowColumns);
  if (filter.quest === undefined) {
    const all = Object.values(filter).every((value) => value === undefined);
    const total = all && request.count !== false ? readHostCount(store) : undefined;
    return yield* readPage(store, { list: hostRanges(filter), ...cursor, load, total }, request);
  }
  const quests = distinct(filter.quest);
  if (quests.length * namesAsked(filter).length > MAX_RANGES) {
    const { host: _, hostPrefix: __, ...others } = filter;
    const hosts = hostRanges(others);
    const list = { ...hosts, residual: [...hosts.residual, ...named(filter), inQuests(quests)] };
    return yield* readPage(store, { list, ...cursor, load }, request);
  }
  const list = questRanges(filter, quests, hostPasses(filter));
  // a host of several quests counts once
  const count = (most: number): Steps<Total> => countMerged(store, list, most);
  return yield* readPage(store, { list, ...cursor, load, ...(quests.length > 1 && { count }) }, request);
}

/** Hosts with a part in the quest, each with its labors that are open in it. */
export function* listQuestHosts(
  store: Store,
  quest: QuestId,
  request: PageRequest<HostSort>,
): Steps<Page<QuestHostRow>> {
  const find = store.wide(`SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host = ?`);
  const load = ([, host = '']: readonly KeyPart[]): QuestHostRow => ({
    part: toPart(find.get(quest, host) as PartRow),
    open: openIn(store, quest, host),
  });
  const documents = ({ open }: QuestHostRow): number => 1 + open.length;
  const total = request.count === false ? undefined : partsOf(store, quest);
  const list = questRanges({}, [quest], []);
  return yield* readPage(store, { list, ...cursor, load, documents, total }, request);
}

/** How many parts the quest has: a sum over its few tallies. */
function partsOf(store: Store, quest: QuestId): number {
  const [parts] = store.statement('SELECT sum(parts) FROM part_tallies WHERE quest = ?').get(quest) as readonly [
    number | null,
  ];
  return parts ?? 0;
}

const OPEN_IN_QUEST = classesOf({ state: ['open'] }).filter(isInQuest);

/** One statement for all classes: it sorts only one host's rows. */
function openIn(store: Store, quest: QuestId, host: KeyPart): readonly LaborDocument[] {
  const rows = store
    .statement(
      `SELECT doc FROM labors INDEXED BY labors_quest_host
       WHERE quest = ? AND class IN (${OPEN_IN_QUEST.join(', ')}) AND host = ? ORDER BY opened_at, id LIMIT ${MAX_OPEN}`,
    )
    .all(quest, host) as readonly (readonly [string])[];
  return rows.map(([doc]) => decodeLabor(doc));
}

function toHostRow([host, openLabors, updatedAt, parked]: HostRowColumns): HostRow {
  return { host, openLabors, updatedAt, parked: parked === null ? null : decodeParked(parked) };
}

/** Whether one of the prefixes takes a name in; only those shorter than `most` are looked at. */
function takenIn(prefixes: ReadonlySet<string>, name: string, most = name.length + 1): boolean {
  if (prefixes.size === 0) return false;
  for (let length = 0; length < most; length += 1) if (prefixes.has(name.slice(0, length))) return true;
  return false;
}

/** The filter's conditions on the name, each a name or a prefix; the range of all names where it has none. */
function namesAsked({
  host,
  hostPrefix,
}: HostFilter): readonly { readonly where: Condition[]; readonly within?: Within }[] {
  if (host === undefined && hostPrefix === undefined) return [{ where: [] }];
  const asked = new Set(hostPrefix);
  const prefixes = [...asked].filter((prefix) => !takenIn(asked, prefix, prefix.length));
  const single = distinct(host ?? []).filter((name) => !takenIn(asked, name));
  return [
    ...single.map((name) => ({ where: [equal('host', name)] })),
    ...prefixes.map((prefix) => ({ where: [], within: { from: prefix, before: prefix + AFTER_NAMES } })),
  ];
}

/** The same as one check of each row, for more names than can be ranges. */
function named({ host, hostPrefix }: HostFilter): readonly Condition[] {
  if (host === undefined && hostPrefix === undefined) return [];
  const names = new Set<string>(host);
  const prefixes = new Set(hostPrefix);
  const passes = (name: unknown): boolean => names.has(String(name)) || takenIn(prefixes, String(name));
  // never asked of SQLite: the rows of this list are always scanned
  return [{ sql: '1', values: [], check: { column: 'host', passes } }];
}

function hostRanges(filter: HostFilter): RangeList {
  const { open, parked } = filter;
  const residual: Condition[] = [];
  let index = indexedBy('hosts_host');
  let lead: readonly Condition[] = [];
  if (parked === true) {
    index = indexedBy('hosts_parked');
    lead = [{ sql: 'parked IS NOT NULL', values: [] }];
    residual.push(...openness(open));
  } else {
    if (open !== undefined) {
      index = indexedBy('hosts_open');
      lead = openness(open);
    }
    if (parked === false) residual.push({ sql: 'parked IS NULL', values: [] });
  }
  const ranges = namesAsked(filter).map(({ where, ...rest }) => ({ index, where: [...lead, ...where], ...rest }));
  return { table: 'hosts', row: 'number', order: BY_HOST, ranges, residual, wide: false };
}

function openness(open: boolean | undefined): readonly Condition[] {
  return open === undefined ? [] : [equal('has_open', open ? 1 : 0)];
}

/** Over the quests' parts, which lie in the order of hosts. */
function questRanges(filter: HostFilter, quests: readonly number[], residual: readonly Condition[]): RangeList {
  const ranges: Range[] = quests.flatMap((quest) =>
    namesAsked(filter).map(({ where, ...rest }) => ({ index: '', where: [equal('quest', quest), ...where], ...rest })),
  );
  return { table: 'parts', row: 'quest', order: BY_HOST, ranges, residual, wide: false };
}

/** Of a host: whether it has a part in one of the quests. */
function inQuests(quests: readonly number[]): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM parts p INDEXED BY parts_host
      WHERE p.host = hosts.host AND p.quest IN (SELECT value FROM json_each(?)))`,
    values: [JSON.stringify(quests)],
  };
}

/** Of a part: whether its host is there and as the filter says. */
function hostPasses({ open, parked }: HostFilter): readonly Condition[] {
  const conditions = openness(open).map(({ sql, values }) => ({ sql: `h.${sql}`, values }));
  if (parked !== undefined) conditions.push({ sql: `h.parked IS ${parked ? 'NOT NULL' : 'NULL'}`, values: [] });
  const passes = ['h.host = parts.host', ...conditions.map(({ sql }) => sql)].join(' AND ');
  return [
    {
      sql: `EXISTS (SELECT 1 FROM hosts h WHERE ${passes})`,
      values: conditions.flatMap(({ values }) => values),
    },
  ];
}
