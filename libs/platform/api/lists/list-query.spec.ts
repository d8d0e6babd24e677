/** Lists: limit, sort, count, and cursors that belong to one list, sort and filter. */
import { ProblemError } from '../../http/problems/problem-error.js';
import { START, type PageBody, type Position } from '#contracts';
import type { Instant } from '#domain';
import { listAnswer, listBodySchema, listQuery, parseListBody, parseListQuery } from './list-query.js';
import { oneOf, several } from '../description/query.js';

const query = listQuery(['-id', 'id'], { state: several(oneOf('open', 'closed')) });

function faultsOf(search: string, list = 'things'): readonly string[] {
  try {
    parseListQuery(search, list, query);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problem.code).toBe('validation-failed');
    return (error.problem.errors ?? []).map(({ path }) => path);
  }
}

test('what is not said has its default', () => {
  expect(parseListQuery('', 'things', query)).toEqual({
    filter: {},
    page: { sort: '-id', limit: 50, after: null, count: false },
    context: { list: 'things', sort: '-id', filter: {} },
    form: 'json',
    dialect: 'plain',
    most: Infinity,
  });
  expect(parseListQuery('state=open&limit=7&sort=id&count=true', 'things', query)).toMatchObject({
    filter: { state: ['open'] },
    page: { sort: 'id', limit: 7, count: 100_000 },
  });
});

test('every fault at once', () => {
  expect(faultsOf('limit=0&sort=colour&count=yes&asOf=1&where=x&format=xml&state=half')).toEqual([
    'limit',
    'sort',
    'count',
    'asOf',
    'where',
    'format',
    'state',
  ]);
  expect(faultsOf('limit=1001')).toEqual(['limit']);
});

async function nextOf(search: string, list = 'things'): Promise<string> {
  const { context } = parseListQuery(search, list, query);
  const answer: PageBody<{ readonly id: number }> = await listAnswer(
    { items: [1, 2], next: ['2', 'x'], total: 9 },
    (id) => ({ id }),
    context,
  );
  expect(answer).toMatchObject({ items: [{ id: 1 }, { id: 2 }], total: 9 });
  return answer.next ?? '';
}

test('a cursor goes on where the page ended, in whatever words the same is asked', async () => {
  const cursor = await nextOf('state=open,closed&limit=2');
  const again = parseListQuery(`limit=100&state=closed&state=open&sort=-id&cursor=${cursor}`, 'things', query);
  expect(again.page.after).toEqual(['2', 'x']);
});

test('a cursor of another list, sort or filter is refused, and so is any other text', async () => {
  const cursor = await nextOf('state=open');
  expect(faultsOf(`state=open&cursor=${cursor}`)).toEqual([]);
  expect(faultsOf(`cursor=${cursor}`)).toEqual(['cursor']);
  expect(faultsOf(`state=open&sort=id&cursor=${cursor}`)).toEqual(['cursor']);
  expect(faultsOf(`state=open&cursor=${cursor}`, 'others')).toEqual(['cursor']);
  for (const text of ['', 'nonsense', `${cursor}A`, 'x'.repeat(9000)])
    expect(faultsOf(`state=open&cursor=${text}`)).toEqual(['cursor']);
});

test('the last page has no next, and no total unless it was counted', async () => {
  const { context } = parseListQuery('', 'things', query);
  expect(await listAnswer({ items: [], next: null }, () => ({}), context)).toEqual({ items: [], next: null });
});

test.each([
  ['', undefined, 'json'],
  ['', 'text/csv', 'csv'],
  ['', 'application/json;q=0.5, application/x-ndjson', 'ndjson'],
  ['format=csv', undefined, 'csv'],
  ['format=ndjson', 'text/csv', 'ndjson'],
  ['format=json', 'text/csv', 'json'],
  ['format=csv', 'text/html', 'csv'],
])('%s with Accept: %s is %s', (search, accept, form) => {
  expect(parseListQuery(search, 'things', query, accept).form).toBe(form);
});

test('the whole list comes in pages of 1000, and limit says where it ends', () => {
  expect(parseListQuery('format=csv', 'things', query)).toMatchObject({ page: { limit: 1000 }, most: Infinity });
  expect(parseListQuery('format=csv&limit=7', 'things', query)).toMatchObject({ page: { limit: 7 }, most: 7 });
  const many = parseListQuery('limit=2500', 'things', query, 'application/x-ndjson');
  expect(many).toMatchObject({ page: { limit: 1000, sort: '-id', after: null, count: false }, most: 2500 });
});

test('a body asks as a query string does, and a cursor of one goes on in the other', async () => {
  const cursor = await nextOf('state=open,closed&limit=2');
  const body = { state: ['closed', 'open'], limit: 7, count: true, sort: '-id', cursor };
  expect(parseListBody(body, 'things', query)).toEqual(
    parseListQuery(`state=closed&state=open&limit=7&count=true&cursor=${cursor}`, 'things', query),
  );
  const whole = parseListBody({ limit: 2500 }, 'things', query, 'text/csv');
  expect(whole).toMatchObject({ form: 'csv', most: 2500, page: { limit: 1000 } });
  const faults = (ask: () => unknown): unknown => {
    try {
      return ask();
    } catch (error) {
      return (error as ProblemError).problem;
    }
  };
  expect(faults(() => parseListBody({ state: 'open', cursor }, 'things', query))).toMatchObject({
    errors: [{ path: 'cursor' }],
  });
  expect(faults(() => parseListBody({ format: 'csv', cursor }, 'things', query, 'text/csv'))).toMatchObject({
    errors: [{ path: 'format' }, { path: 'cursor' }],
  });
  expect(faults(() => parseListBody(undefined, 'things', query))).toMatchObject({ code: 'malformed' });
});

test('the dialect belongs to CSV', () => {
  expect(parseListQuery('format=csv&dialect=excel', 'things', query)).toMatchObject({ dialect: 'excel' });
  expect(faultsOf('dialect=excel')).toEqual(['dialect']);
  expect(faultsOf('format=ndjson&dialect=excel')).toEqual(['dialect']);
  expect(faultsOf('format=csv&dialect=lotus')).toEqual(['dialect']);
});

test('what belongs to pages is refused for the whole list', async () => {
  expect(faultsOf(`format=csv&cursor=${await nextOf('')}&count=true&limit=0`)).toEqual(['cursor', 'count', 'limit']);
  expect(faultsOf('format=csv&format=ndjson')).toEqual(['format']);
});

describe('R11: lists of the past', () => {
  const past = listQuery(['-id', 'id'], { state: several(oneOf('open', 'closed')) }, ['-place', 'place']);
  const parsed = (search: string) => parseListQuery(search, 'things', past);
  const faults = (search: string): readonly string[] => {
    try {
      parsed(search);
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return (error.problem.errors ?? []).map(({ message }) => message);
    }
  };
  const now = '2026-01-31T12:00:00.000Z' as Instant;

  test.each([
    ['asOf=18446744073709551615', { position: 2n ** 64n - 1n }],
    ['asOf=0', { position: 0n }],
    ['asOf=2026-01-31T12:00Z', { instant: now }],
    ['asOf=2026-01-31T13:00:00.0001%2B01:00', { instant: now }],
    ['', undefined],
  ])('%s', (search, asOf) => {
    expect(parsed(search).asOf).toEqual(asOf);
  });

  test.each([
    'asOf=',
    'asOf=-1',
    'asOf=18446744073709551616',
    'asOf=2026-01-31',
    'asOf=now',
    'asOf=1&asOf=1',
    'asOf=1,2',
  ])('%s is refused', (search) => {
    expect(faults(search)).toHaveLength(1);
  });

  test('they have sorts of their own, and a question that has no past none of these', () => {
    expect(parsed('asOf=7').page.sort).toBe('-place');
    expect(parsed('').page.sort).toBe('-id');
    expect(parsed('asOf=7&sort=place').page.sort).toBe('place');
    expect(faults('asOf=7&sort=id')).toEqual([expect.stringContaining('it takes -place, place')]);
    expect(faults('sort=place')).toEqual([expect.stringContaining('it takes -id, id')]);
    expect(parseListBody({ asOf: '7', sort: 'place' }, 'things', past)).toMatchObject({ asOf: { position: 7n } });
    expect(() => parseListBody({ asOf: '7', sort: 'id' }, 'things', past)).toThrow(ProblemError);
  });

  test('a cursor goes on at the place that the first page showed, and fits no other moment', async () => {
    for (const [asked, place] of [
      ['asOf=2026-01-31T12:00:00Z', 5n],
      ['asOf=9', 9n],
      ['asOf=2026-01-31T12:00:00Z', START],
    ] as const) {
      const { context, asOf } = parsed(asked);
      const page = await listAnswer({ items: [1], next: ['2', 'x'] }, (id) => ({ id }), context, {
        position: place as Position,
        now,
      });
      const again = parsed(`${asked}&cursor=${page.next}`);
      expect(again.page.after).toEqual(['2', 'x']);
      expect(again.asOf).toEqual({ ...asOf, position: place });
      for (const other of ['', 'asOf=8', 'asOf=2026-01-31T12:00:01Z'])
        expect(faults(`${other}&cursor=${page.next}`)).toEqual([expect.stringContaining('is no cursor')]);
    }
  });
});

test('R11: the document says which sorts are for the present and which for the past, where they differ', () => {
  const aboutSort = (of: Parameters<typeof listBodySchema>[0]): string | undefined => {
    const { properties } = listBodySchema(of) as { properties?: { sort?: { description?: string } } };
    return properties?.sort?.description;
  };
  expect(aboutSort(listQuery(['-openedAt', 'openedAt', 'host'], {}, ['-openedPlace', 'openedPlace']))).toBe(
    'Without asOf one of -openedAt (the default), openedAt, host; with asOf one of -openedPlace (the default), openedPlace. Any other is refused.',
  );
  for (const same of [listQuery(['id'], {}, ['id']), query]) expect(aboutSort(same)).not.toContain('asOf');
});
