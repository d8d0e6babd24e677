/**
 * The hosts of a quest, each with its part and its labors that are open in it. Asked for by name or state they are ranges of
 * parts; asked for by their steps they are the labors that are open in the quest, of each host the oldest one that passes.
 */
import {
  asksForSteps,
  QUEST_HOST_STATES,
  sumTallies,
  withFields,
  type CursorKey,
  type HostFilter,
  type LaborDocument,
  type Page,
  type PageRequest,
  type QuestHostFilter,
  type QuestHostSort,
  type QuestHostState,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { QuestHostRow } from '#ports';
import { decodeLabor } from '../documents.js';
import { classesOf, isInQuest } from '../labor-class.js';
import { PART_COLUMNS, talliesOf, toPart, type PartRow } from '../part-writes.js';
import type { Store } from '../store.js';
import { hasAttributes, hasPart, hostPasses, named, namesAsked, ofPart } from './host-conditions.js';
import { BY_HOST, fewestOf } from './host-lead.js';
import { fromMs, toMs } from './instants.js';
import { orderOf } from './labors.js';
import { distinct, readPage, type PageParts } from './page.js';
import { equal, indexedBy, MAX_RANGES, oneOf, type Condition, type KeyPart, type RangeList } from './ranges.js';
import type { Steps } from './steps.js';

/** Most open labors shown of one host. */
const MAX_OPEN = 1000;
/** Of more hosts than these a page is soon found among all of the quest's steps. */
const FEW_NAMES = 400;
/** Classes of labors that are open in some quest. */
const OPEN_CLASSES = classesOf({ state: ['open'] }).filter(isInQuest);
const IS_OPEN = `class IN (${OPEN_CLASSES.join(', ')})`;

/** With what the query asks of every host in fields of their own. */
type Filter = QuestHostFilter & Pick<HostFilter, 'open' | 'retired'>;

/** A list whose rows are names of hosts. */
type Asked = Pick<PageParts<QuestHostRow>, 'list' | 'fromKey' | 'toKey'>;

export function* listQuestHosts(
  store: Store,
  quest: QuestId,
  given: QuestHostFilter,
  request: PageRequest<QuestHostSort>,
): Steps<Page<QuestHostRow>> {
  const { sort, count } = request;
  const { state, step, stepBefore, ...ofHosts } = given;
  const filter: Filter = {
    ...withFields(ofHosts),
    ...(state && { state }),
    ...(step && { step }),
    ...(stepBefore && { stepBefore }),
  };
  const find = store.wide(`SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host = ?`);
  const load = ([host = '']: readonly KeyPart[]): QuestHostRow => ({
    part: toPart(find.get(quest, host) as PartRow),
    open: openIn(store, quest, host),
  });
  const documents = ({ open }: QuestHostRow): number => 1 + open.length;
  const asked = asksForSteps(filter, sort)
    ? bySteps(quest, yield* withFewNames(store, filter), sort)
    : yield* byParts(store, quest, filter);
  const { host, hostPrefix, attribute, query } = given;
  const isByState = asked.list.table === 'parts' && (host ?? hostPrefix ?? attribute ?? query) === undefined;
  const total = isByState && count !== false ? hostsIn(store, quest, statesAsked(filter)) : undefined;
  return yield* readPage(store, { ...asked, load, documents, total }, request);
}

/** One statement for all classes: it sorts only one host's rows. */
function openIn(store: Store, quest: QuestId, host: KeyPart): readonly LaborDocument[] {
  const rows = store
    .statement(
      `SELECT doc FROM labors INDEXED BY labors_quest_host
       WHERE quest = ? AND ${IS_OPEN} AND host = ? ORDER BY opened_at, id LIMIT ${MAX_OPEN}`,
    )
    .all(quest, host) as readonly (readonly [string])[];
  return rows.map(([doc]) => decodeLabor(doc));
}

/** A sum over the quest's few tallies. */
function hostsIn(store: Store, quest: QuestId, states: readonly QuestHostState[]): number {
  const { counts } = sumTallies(talliesOf(store, quest));
  return states.reduce((sum, state) => sum + counts[state], 0);
}

function statesAsked({ state = QUEST_HOST_STATES }: QuestHostFilter): readonly QuestHostState[] {
  return distinct(state);
}

/** Where fewer hosts have one of the attributes than the quest has, these are looked at. */
function* byParts(store: Store, quest: QuestId, filter: Filter): Steps<Asked> {
  const states = statesAsked(filter);
  const { names, residual } = namesIn(states.length, filter);
  const parts: RangeList = {
    ...{ table: 'parts', row: 'host', order: BY_HOST, wide: false },
    ranges: states.flatMap((state) => names.map((name) => ofPart(quest, state, name))),
    residual: [...residual, ...ofHost('parts', filter)],
  };
  const having = distinct(filter.attribute ?? []).map((term) => havingAttribute(quest, states, filter, term));
  return { list: (yield* fewestOf(store, [parts, ...having])) ?? parts, ...BY_NAME };
}

function havingAttribute(quest: QuestId, states: readonly QuestHostState[], filter: Filter, term: string): RangeList {
  const { names, residual } = namesIn(1, filter);
  return {
    ...{ table: 'host_attributes', row: 'host', order: BY_HOST, wide: false },
    ranges: names.map(({ where, ...rest }) => ({ index: '', where: [equal('attribute', term), ...where], ...rest })),
    residual: [...residual, hasPart('host_attributes', quest, states), ...ofHost('host_attributes', filter)],
  };
}

/** Where an attribute is asked for that few hosts have, their names are asked for as well: these are ranges of the steps. */
function* withFewNames(store: Store, filter: Filter): Steps<Filter> {
  const { host, hostPrefix, attribute = [] } = filter;
  if ((host ?? hostPrefix) !== undefined) return filter;
  for (const term of distinct(attribute)) {
    const rows = store
      .statement(`SELECT host FROM host_attributes WHERE attribute = ? LIMIT ${FEW_NAMES + 1}`)
      .all(term) as readonly (readonly [HostName])[];
    yield rows.length;
    if (rows.length <= FEW_NAMES) return { ...filter, host: rows.map(([name]) => name) };
  }
  return filter;
}

function bySteps(quest: QuestId, filter: Filter, sort: QuestHostSort): Asked {
  const { host, hostPrefix, state, step, stepBefore } = filter;
  const byHost = sort === 'host';
  // single hosts have few labors; beginnings of names are no ranges of the order of opening
  const ofNames = byHost || (host !== undefined && hostPrefix === undefined);
  const { names, residual } = ofNames
    ? namesIn(OPEN_CLASSES.length, filter)
    : { names: [{ where: [] }], residual: named(filter) };
  const index = indexedBy(
    byHost || names.some(({ where }) => where.length > 0) ? 'labors_quest_host' : 'labors_quest_opened',
  );
  const before = stepBefore && toMs(stepBefore);
  const classes = state?.includes('open') === false ? [] : OPEN_CLASSES;
  const ranges = classes.flatMap((each) =>
    names.map((name) => ({
      ...name,
      index,
      where: [equal('quest', quest), equal('class', each), ...name.where],
      ...(!byHost && { within: { before } }),
    })),
  );
  const list: RangeList = {
    ...{ table: 'labors', row: 'host', order: orderOf(byHost ? 'host' : 'openedAt'), ranges, wide: false },
    residual: [
      ...residual,
      ...(step === undefined ? [] : [oneOf('type', distinct(step))]),
      ...(byHost && before !== undefined ? [{ sql: 'opened_at < ?', values: [before] }] : []),
      isOldest(quest, step),
      ...ofHost('labors', filter),
    ],
  };
  // by name a page goes on behind all labors of the last host: another of them may be its oldest by then
  return byHost
    ? { list, ...BY_NAME, fromKey: ([host = '']) => [host, Number.MAX_SAFE_INTEGER, ''] }
    : { list, fromKey: ([at = '', id = '']) => [toMs(at), id], toKey: ([at, id]) => [fromMs(Number(at)), String(id)] };
}

const BY_NAME = {
  fromKey: ([host = '']: CursorKey): readonly KeyPart[] => [host],
  toKey: ([host]: readonly KeyPart[]): CursorKey => [String(host)],
};

/** The names asked for as parts of as many ranges, or, where these would be too many, looked at row by row. */
function namesIn(
  leads: number,
  filter: QuestHostFilter,
): { readonly names: ReturnType<typeof namesAsked>; readonly residual: readonly Condition[] } {
  const names = namesAsked(filter);
  if (names.length * leads <= MAX_RANGES) return { names, residual: [] };
  return { names: [{ where: [] }], residual: named(filter) };
}

/** What the filter asks of the host that a row of `table` names. */
function ofHost(table: string, { attribute, open, retired, query }: Filter): readonly Condition[] {
  return [
    ...(attribute === undefined ? [] : hasAttributes(table, attribute)),
    ...((open ?? retired ?? query) === undefined
      ? []
      : hostPasses(table, {
          ...(open !== undefined && { open }),
          ...(retired !== undefined && { retired }),
          ...(query && { query }),
        })),
  ];
}

/** No older labor of these types is open in the quest on its host. Where one was opened too late, so was each after it. */
function isOldest(quest: QuestId, step: QuestHostFilter['step']): Condition {
  const type = step && oneOf('o.type', distinct(step));
  return {
    sql: `NOT EXISTS (SELECT 1 FROM labors o INDEXED BY labors_quest_host
      WHERE o.quest = ? AND o.${IS_OPEN} AND o.host = labors.host
        AND (o.opened_at, o.id) < (labors.opened_at, labors.id)${type === undefined ? '' : ` AND ${type.sql}`})`,
    values: [quest, ...(type?.values ?? [])],
  };
}
