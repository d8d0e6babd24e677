/** Lists: limit, sort, count, and cursors that belong to one list, sort and filter. */
import { ProblemError } from '../problems/problem-error.js';
import { listAnswer, listQuery, parseListQuery, type ListAnswer } from './list-query.js';
import { oneOf, several } from './query.js';

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
  });
  expect(parseListQuery('state=open&limit=7&sort=id&count=true', 'things', query)).toMatchObject({
    filter: { state: ['open'] },
    page: { sort: 'id', limit: 7, count: true },
  });
});

test('every fault at once', () => {
  expect(faultsOf('limit=0&sort=colour&count=yes&asOf=1&where=x&format=csv&state=half')).toEqual([
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

function nextOf(search: string, list = 'things'): string {
  const { context } = parseListQuery(search, list, query);
  const answer: ListAnswer = listAnswer({ items: [1, 2], next: ['2', 'x'], total: 9 }, (id) => ({ id }), context);
  expect(answer).toMatchObject({ items: [{ id: 1 }, { id: 2 }], total: 9 });
  return answer.next ?? '';
}

test('a cursor goes on where the page ended, in whatever words the same is asked', () => {
  const cursor = nextOf('state=open,closed&limit=2');
  const again = parseListQuery(`limit=100&state=closed&state=open&sort=-id&cursor=${cursor}`, 'things', query);
  expect(again.page.after).toEqual(['2', 'x']);
});

test('a cursor of another list, sort or filter is refused, and so is any other text', () => {
  const cursor = nextOf('state=open');
  expect(faultsOf(`state=open&cursor=${cursor}`)).toEqual([]);
  expect(faultsOf(`cursor=${cursor}`)).toEqual(['cursor']);
  expect(faultsOf(`state=open&sort=id&cursor=${cursor}`)).toEqual(['cursor']);
  expect(faultsOf(`state=open&cursor=${cursor}`, 'others')).toEqual(['cursor']);
  for (const text of ['', 'nonsense', `${cursor}A`, 'x'.repeat(9000)])
    expect(faultsOf(`state=open&cursor=${text}`)).toEqual(['cursor']);
});

test('the last page has no next, and no total unless it was counted', () => {
  const { context } = parseListQuery('', 'things', query);
  expect(listAnswer({ items: [], next: null }, () => ({}), context)).toEqual({ items: [], next: null });
});
