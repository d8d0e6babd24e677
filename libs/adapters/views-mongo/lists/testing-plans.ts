/**
 * For specs: which index answers which filter of which list, and how well. One table, which a spec holds against the
 * queries and the indexes without a server, and another against a real server's plans.
 */
import type {
  EventFilter,
  HostFilter,
  LaborFilter,
  LaborSort,
  QuestFilter,
  QuestHostFilter,
  QuestHostSort,
  QuestSort,
} from '#contracts';
import type { HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import type { CollectionKind } from '../layout.js';
import { eventQuery } from './event-query.js';
import { hostQuery, partQuery, stepQuery } from './host-query.js';
import { laborQuery } from './labor-query.js';
import type { ListQuery } from './page.js';
import { questQuery } from './quest-query.js';

/** `sorted`: the list's order is not the index's, so its rows are sorted in memory. */
export type How = 'in order' | 'sorted';

export interface Plan {
  readonly name: string;
  readonly kind: CollectionKind;
  /** Of the second page, so that the cursor's bound is in it. */
  readonly query: ListQuery;
  readonly index: string;
  readonly how: How;
  /** Fields of the filter that are looked at one by one, in the index' range. */
  readonly residual: readonly string[];
}

const NOW = '2024-01-01T00:00:00.000Z' as Instant;
const host = ['a', 'b'] as HostName[];
const hostPrefix = ['web-'];
const type = ['a-b', 'c-d'] as TypeName[];
const quest = [7, 8] as QuestId[];
const some = { labor: ['a~1'] as LaborId[], person: ['ann'] };

type Row = readonly [index: string, how: How, ...residual: readonly string[]];

function labors(name: string, filter: LaborFilter, opened: Row, byHost: Row): readonly Plan[] {
  const plan = (sort: LaborSort, [index, how, ...residual]: Row): Plan => {
    const after = sort === 'host' ? ['a', NOW, 'a~1'] : [NOW, 'a~1'];
    const query = laborQuery(filter, quest, sort, after);
    return { name: `labors ${name} by ${sort}`, kind: 'labors', query, index, how, residual };
  };
  return [plan('openedAt', opened), plan('-openedAt', opened), plan('host', byHost)];
}

function quests(name: string, filter: QuestFilter, byId: Row, byTarget: Row): readonly Plan[] {
  const plan = (sort: QuestSort, [index, how, ...residual]: Row): Plan => {
    const query = questQuery(filter, filter.host && quest, sort, sort === 'target' ? [NOW, '3'] : ['3']);
    return { name: `quests ${name} by ${sort}`, kind: 'quests', query, index, how, residual };
  };
  return [plan('id', byId), plan('-id', byId), plan('target', byTarget)];
}

function events(name: string, filter: EventFilter, [index, how, ...residual]: Row): Plan {
  const places = filter.since === undefined && filter.until === undefined ? { first: null, last: null } : PLACES;
  const query = eventQuery(filter, places, '-position', ['7']);
  return { name: `events ${name}`, kind: 'events', query, index, how, residual };
}
const PLACES = { first: '00000000000000000001', last: '00000000000000000009' };

function hosts(name: string, filter: HostFilter, [index, how, ...residual]: Row): Plan {
  return { name: `hosts ${name}`, kind: 'hosts', query: hostQuery(filter, ['a']), index, how, residual };
}

function parts(name: string, filter: Parameters<typeof partQuery>[0], [index, how, ...residual]: Row): Plan {
  return { name: `parts ${name}`, kind: 'parts', query: partQuery(filter, ['a']), index, how, residual };
}

/** A quest's hosts by their steps. */
function steps(name: string, filter: QuestHostFilter, opened: Row, byHost: Row): readonly Plan[] {
  const plan = (sort: QuestHostSort, [index, how, ...residual]: Row): Plan => {
    const query = stepQuery(QUEST, filter, sort, sort === 'host' ? ['a'] : [NOW, 'a~1']);
    return { name: `steps ${name} by ${sort}`, kind: 'labors', query, index, how, residual };
  };
  return [plan('stepSince', opened), plan('host', byHost)];
}
const QUEST = 7 as QuestId;

const IN_ORDER = 'in order';

export const PLANS: readonly Plan[] = [
  ...labors('all', {}, ['opened', IN_ORDER], ['host', IN_ORDER]),
  ...labors('of states', { state: ['open', 'waived'] }, ['opened', IN_ORDER], ['host', IN_ORDER]),
  ...labors('of types', { type }, ['type_opened', IN_ORDER], ['type_host', IN_ORDER]),
  ...labors('of hosts', { host }, ['host', IN_ORDER], ['host', IN_ORDER]),
  ...labors('of quests', { quest: [...quest, 'none'] }, ['quest_opened', IN_ORDER], ['quest_host', IN_ORDER]),
  ...labors('of people', { assignee: some.person }, ['assignee_opened', IN_ORDER], ['assignee_host', IN_ORDER]),
  ...labors('of principals', { principal: some.person }, ['principal_opened', IN_ORDER], ['principal_host', IN_ORDER]),
  // a chain is a few labors
  ...labors('of chains', { chain: some.labor }, ['chain', IN_ORDER, 'state'], ['chain', 'sorted', 'state']),
  // half of all labors pass, more or less: the next page is found soon
  ...labors('acknowledged', { acked: true }, ['opened', IN_ORDER, 'ack'], ['host', IN_ORDER, 'ack']),
  ...labors('not acknowledged', { acked: false }, ['opened', IN_ORDER, 'ack'], ['host', IN_ORDER, 'ack']),
  ...labors('of actors', { actor: ['owner'] }, ['opened', IN_ORDER, 'actors'], ['host', IN_ORDER, 'actors']),
  ...labors('opened in a time', { openedSince: NOW, openedBefore: NOW }, ['opened', IN_ORDER], ['host', IN_ORDER]),
  // the server weighs it against the index in order, by trying both
  ...labors('closed since', { closedSince: NOW }, ['closed', 'sorted', 'state'], ['closed', 'sorted', 'state']),
  ...labors('overdue', { overdue: { is: true, now: NOW } }, ['quest_opened', IN_ORDER], ['quest_host', IN_ORDER]),
  ...labors(
    'not overdue',
    { overdue: { is: false, now: NOW } },
    ['opened', IN_ORDER, '$nor'],
    ['host', IN_ORDER, '$nor'],
  ),
  ...labors('stranded', { stranded: { is: true, types: type } }, ['type_opened', IN_ORDER], ['type_host', IN_ORDER]),
  ...labors(
    'not stranded',
    { stranded: { is: false, types: type } },
    ['opened', IN_ORDER, '$nor'],
    ['host', IN_ORDER, '$nor'],
  ),
  // the server weighs it against the three parts by their indexes, sorted
  ...labors(
    'for a user',
    { for: { user: 'ann', hosts: host, quests: quest } },
    ['opened', IN_ORDER, '$or'],
    ['host', IN_ORDER, '$or'],
  ),

  ...quests('all', {}, ['phase', IN_ORDER], ['phase_due', IN_ORDER]),
  ...quests('of states', { state: ['open'] }, ['phase', IN_ORDER], ['phase_due', IN_ORDER]),
  ...quests('of creators', { creator: some.person }, ['creator', IN_ORDER], ['creator_due', IN_ORDER]),
  ...quests('of types', { type }, ['type', IN_ORDER], ['type_due', IN_ORDER]),
  ...quests('of hosts', { host }, ['phase', IN_ORDER], ['phase', 'sorted']),
  // quests are few: a range of one index, or the other with each quest's target looked at
  ...quests('overdue', { overdue: { is: true, now: NOW } }, ['phase', IN_ORDER, 'due'], ['phase_due', IN_ORDER]),
  ...quests(
    'not overdue',
    { overdue: { is: false, now: NOW } },
    ['phase', IN_ORDER, '$nor'],
    ['phase_due', IN_ORDER, '$nor'],
  ),

  events('all', {}, ['position', IN_ORDER]),
  events('of hosts', { host }, ['host', IN_ORDER]),
  events('of types', { type }, ['type', IN_ORDER]),
  events('of categories', { category: ['a'] }, ['category', IN_ORDER]),
  events('with keys', { key: ['k'] }, ['key', IN_ORDER]),
  events('by people', { by: some.person }, ['by', IN_ORDER]),
  events('of principals', { principal: some.person }, ['principal', IN_ORDER]),
  events('of quests', { quest }, ['quest', IN_ORDER]),
  events('recorded in a time', { since: NOW, until: NOW }, ['position', IN_ORDER]),
  events('after a place', { afterPosition: 5n as EventFilter['afterPosition'] & bigint }, ['position', IN_ORDER]),

  hosts('all', {}, ['_id_', IN_ORDER]),
  hosts('by name', { host }, ['_id_', IN_ORDER]),
  hosts('by name or beginning', { host, hostPrefix }, ['_id_', IN_ORDER, '$or']),
  hosts('with open labors', { open: true }, ['open', IN_ORDER]),
  hosts('parked', { parked: true }, ['parked', IN_ORDER]),
  hosts('retired', { retired: true }, ['retired', IN_ORDER]),
  hosts('not retired', { retired: false }, ['retired', IN_ORDER]),
  hosts('in no inventory', { listed: false }, ['listed', IN_ORDER]),
  hosts('in no inventory and not retired', { listed: false, retired: false }, ['listed', IN_ORDER]),
  hosts('with an attribute', { attribute: ['role:web'] }, ['attribute', IN_ORDER]),
  hosts('with attributes', { attribute: ['role:web', 'rack:7'] }, ['attribute', IN_ORDER]),
  hosts('not heard of', { notHeardSince: NOW }, ['heard', 'sorted', 'heardAt']),
  hosts('not retired and not heard of', { retired: false, notHeardSince: NOW }, ['heard', 'sorted', 'heardAt']),
  // nearly all are
  hosts('not parked', { parked: false }, ['_id_', IN_ORDER, 'isParked']),
  parts('of quests', { quest }, ['quest_host', IN_ORDER]),
  parts('of quests, by state', { quest, state: ['open', 'without'] }, ['quest_host', IN_ORDER]),
  ...steps('of a quest', {}, ['quest_opened', IN_ORDER], ['quest_host', IN_ORDER]),
  ...steps('of a type', { step: type }, ['quest_opened', IN_ORDER, 'type'], ['quest_host', IN_ORDER, 'type']),
  ...steps('before', { stepBefore: NOW }, ['quest_opened', IN_ORDER], ['quest_host', IN_ORDER]),
  ...steps('of hosts', { host }, ['quest_host', IN_ORDER], ['quest_host', IN_ORDER]),
  parts('of quests, by name or beginning', { quest, hostPrefix }, ['quest_host', IN_ORDER, '$or']),
];
