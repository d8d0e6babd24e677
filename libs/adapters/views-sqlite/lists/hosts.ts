/** Lists of hosts, and of a quest's hosts. */
import type { CursorKey, HostFilter, HostSort, LaborDocument, Page, PageRequest } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import type { HostRow, QuestHostRow } from '#ports';
import { decodeLabor, decodeParked } from '../documents.js';
import { classesOf, isInQuest } from '../labor-class.js';
import { PART_COLUMNS, toPart, type PartRow } from '../part-writes.js';
import type { Store } from '../store.js';
import { countMerged } from './merge.js';
import { distinct, readPage } from './page.js';
import {
  equal,
  indexedBy,
  type Condition,
  type KeyPart,
  type Order,
  type Range,
  type RangeList,
  type Within,
} from './ranges.js';

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

export function listHosts(store: Store, filter: HostFilter, request: PageRequest<HostSort>): Page<HostRow> {
  const find = store.statement('SELECT host, open, updated_at, parked FROM hosts WHERE host = ?');
  const load = ([, host = '']: readonly KeyPart[]): HostRow => toHostRow(find.get(host) as HostRowColumns);
  if (filter.quest === undefined) {
    return readPage(store, { list: hostRanges(filter), ...cursor, load }, request);
  }
  const quests = distinct(filter.quest);
  const residual = hostPasses(filter);
  const list = questRanges(filter, quests, residual);
  // a host of several quests counts once
  const total = () => countMerged(store, list);
  return readPage(store, { list, ...cursor, load, ...(quests.length > 1 && { total }) }, request);
}

/** Hosts with a part in the quest, each with its labors that are open in it. */
export function listQuestHosts(store: Store, quest: QuestId, request: PageRequest<HostSort>): Page<QuestHostRow> {
  const find = store.wide(`SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host = ?`);
  const load = ([, host = '']: readonly KeyPart[]): QuestHostRow => ({
    part: toPart(find.get(quest, host) as PartRow),
    open: openIn(store, quest, host),
  });
  return readPage(store, { list: questRanges({}, [quest], []), ...cursor, load }, request);
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

/** The filter's conditions on the name, each a name or a prefix; the range of all names where it has none. */
function namesAsked({
  host,
  hostPrefix,
}: HostFilter): readonly { readonly where: Condition[]; readonly within?: Within }[] {
  if (host === undefined && hostPrefix === undefined) return [{ where: [] }];
  const prefixes = distinct(hostPrefix ?? []).filter(
    (each, _, all) => !all.some((other) => other !== each && each.startsWith(other)),
  );
  const single = distinct(host ?? []).filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
  return [
    ...single.map((name) => ({ where: [equal('host', name)] })),
    ...prefixes.map((prefix) => ({ where: [], within: { from: prefix, before: prefix + AFTER_NAMES } })),
  ];
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
