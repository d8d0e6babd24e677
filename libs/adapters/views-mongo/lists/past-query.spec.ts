/** Each range of a question about labors of the past is one of an index, in the order of the list. */
import { positionOf, type LaborAsOfFilter } from '#contracts';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import { INDEXES } from '../index-table.js';
import { pastQuery } from './past-query.js';

const AT = positionOf(100_000n);
/** Of labors open, completed after some 500 places, and waived after some 1,000. */
const TERMS = [0, 64 + 9, 128 + 10];
const type = ['a-b', 'c-d'] as TypeName[];
const quest = [7, 8] as QuestId[];
const host = ['a', 'b'] as HostName[];

const CASES: readonly (readonly [name: string, filter: LaborAsOfFilter, index: string, ranges: number])[] = [
  ['all', {}, 'term', 3],
  ['of a state', { state: ['open'] }, 'term', 3],
  ['of a state that few terms have', { state: ['waived'] }, 'term', 1],
  ['of types', { type }, 'type_term', 6],
  ['of quests', { quest, state: ['open'] }, 'quests_term', 6],
  ['of quests and types', { quest, type }, 'quests_term', 6],
  ['of hosts', { host }, 'host_place', 1],
  ['stranded', { stranded: { is: true, types: type } }, 'type_term', 6],
];

test.each(CASES)('labors of the past, %s: by the index %s', (_name, filter, name, ranges) => {
  const keys = Object.keys(INDEXES.labors.find((index) => index.name === name)!.key);
  for (const sort of ['openedPlace', '-openedPlace'] as const) {
    for (const after of [null, ['5', 'a~1']]) {
      const query = pastQuery(AT, filter, TERMS, { sort, after })!;
      expect(query.ranges).toHaveLength(ranges);
      for (const range of query.ranges) expect(Object.keys(range)).toEqual(keys);
      expect(Object.keys(query.sort)).toEqual(keys.slice(-1));
    }
  }
});

test('the labors of a chain, which are few, are sorted', () => {
  const query = pastQuery(AT, { chain: ['a~1' as LaborId] }, TERMS, { sort: 'openedPlace', after: null })!;
  expect(query.ranges.map((range) => Object.keys(range))).toEqual([['chain', 'placeKey']]);
});

test('what was open is looked for no further back than it can have been opened', () => {
  const { ranges } = pastQuery(AT, { state: ['open'] }, [64 + 9], { sort: 'openedPlace', after: null })!;
  expect(ranges).toEqual([{ term: 73, placeKey: { $gte: '00000000000000098977', $lt: '00000000000000100000!' } }]);
});

test('a stretch ends on each side at the tighter bound', () => {
  const placeOf = (sort: 'openedPlace' | '-openedPlace', filter: LaborAsOfFilter = {}) =>
    pastQuery(AT, filter, [64 + 9], { sort, after: ['99990', 'a~1'], end: ['99995', 'b~2'] })!.ranges[0]!['placeKey'];
  const key = (place: string, id: string) => `${place.padStart(20, '0')} ${id}`;
  expect(placeOf('openedPlace')).toEqual({ $gt: key('99990', 'a~1'), $lte: key('99995', 'b~2') });
  expect(placeOf('-openedPlace')).toEqual({ $gte: key('99995', 'b~2'), $lt: key('99990', 'a~1') });
  const { ranges } = pastQuery(AT, { state: ['open'] }, [64 + 9], {
    ...{ sort: '-openedPlace', after: null, end: ['5', 'a~1'] },
  })!;
  expect(ranges[0]).toEqual({ term: 73, placeKey: { $gte: '00000000000000098977', $lt: '00000000000000100000!' } });
});

test('no labor passes what asks for none', () => {
  for (const filter of [{ state: [] }, { type: [] }, { quest: [] }, { state: ['open'], closedSince: '2026-01-01' }])
    expect(pastQuery(AT, filter as LaborAsOfFilter, TERMS, { sort: 'openedPlace', after: null })).toBeUndefined();
});
