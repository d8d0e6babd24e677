/** Event types and fates as they are listed and looked up. */
import { createReading } from './create-reading.js';
import type { CatalogueRequest } from './reading.js';
import { at, catalogueOf, NOW, typeOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const ALL: CatalogueRequest = { sort: 'id', limit: 50, after: null, count: false };
const views = new FakeViews(at(10));
views.catalogueNow = catalogueOf(
  ['a', 'b', 'c', 'd'],
  [
    { rule: 'a => b', name: 'first' },
    { rule: 'b => c', intermediate: true },
    { rule: 'd => c', status: 'retired', name: '3rd' },
    { rule: 'a => c' },
  ],
);
const reading = createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });

async function types(filter: object, page: Partial<CatalogueRequest> = {}): Promise<unknown> {
  const answer = await reading.eventTypes(filter, { ...ALL, ...page }, {});
  if (!answer.ok) throw new Error(answer.problem.detail);
  const { items, ...rest } = answer.value.body;
  return { ...rest, items: items.map(({ name }) => name) };
}

async function fates(filter: object, page: Partial<CatalogueRequest> = {}): Promise<unknown> {
  const answer = await reading.fates(filter, { ...ALL, ...page }, {});
  if (!answer.ok) throw new Error(answer.problem.detail);
  const { items, ...rest } = answer.value.body;
  return { ...rest, items: items.map(({ id }) => id) };
}

test.each([
  [{}, ['x-a', 'x-b', 'x-c', 'x-d']],
  [{ category: ['x'] }, ['x-a', 'x-b', 'x-c', 'x-d']],
  [{ category: ['y'] }, []],
  [{ category: [] }, []],
  [{ status: ['in-force', 'retired'] }, ['x-a', 'x-b', 'x-c', 'x-d']],
  [{ status: ['retired'] }, []],
  [{ starting: true }, ['x-a']],
  [{ starting: false }, ['x-b', 'x-c', 'x-d']],
])('event types of %j', async (filter, names) => {
  expect(await types(filter)).toEqual({ items: names, next: null });
});

test.each([
  [{}, [1, 2, 3, 4]],
  [{ status: ['in-force'] }, [1, 2, 4]],
  [{ status: ['retired'] }, [3]],
  [{ creates: [typeOf('x-a')] }, [1, 4]],
  [{ creates: [typeOf('x-a')], completedBy: [typeOf('x-c')] }, [4]],
  [{ completedBy: [typeOf('x-c'), typeOf('x-b')] }, [1, 2, 3, 4]],
  [{ completedBy: [typeOf('no-such')] }, []],
  [{ creates: [] }, []],
])('fates of %j', async (filter, ids) => {
  expect(await fates(filter)).toEqual({ items: ids, next: null });
});

test('pages go on after the number that the last one ended with; the total is of all that match', async () => {
  expect(await fates({}, { limit: 3, count: 100_000 })).toEqual({ items: [1, 2, 3], next: ['3'], total: 4 });
  expect(await fates({}, { limit: 3, count: 100_000, after: ['3'] })).toEqual({ items: [4], next: null, total: 4 });
  expect(await fates({}, { limit: 4 })).toEqual({ items: [1, 2, 3, 4], next: null });
  expect(await fates({}, { limit: 2, after: ['4'] })).toEqual({ items: [], next: null });
  expect(await types({}, { limit: 2, after: ['1'] })).toEqual({ items: ['x-b', 'x-c'], next: ['3'] });
});

test('one event type, by its name', async () => {
  expect(await reading.eventType('x-b', {})).toMatchObject({ value: { position: 10n, body: { id: 2, state: 'b' } } });
  expect(await reading.eventType('x-"z', {})).toMatchObject({
    ok: false,
    problem: { code: 'event-type-unknown', detail: 'no event type "x-\\"z": GET /event-types lists them' },
  });
});

test('one fate, by its number or its name', async () => {
  expect(await reading.fate('3', {})).toMatchObject({ value: { body: { id: 3, status: 'retired' } } });
  expect(await reading.fate('first', {})).toMatchObject({ value: { body: { id: 1 } } });
  expect(await reading.fate('3rd', {})).toMatchObject({ value: { body: { id: 3 } } });
  for (const unknown of ['9', 'no such', '']) {
    expect(await reading.fate(unknown, {})).toMatchObject({ problem: { code: 'fate-unknown' } });
  }
});

test('what a client wrote is cut before it is said back', async () => {
  const answer = await reading.fate('x'.repeat(5000), {});
  expect(answer.ok ? '' : answer.problem.detail).toHaveLength('no fate "": GET /fates lists them'.length + 81);
});

test('before the first definition there is nothing, and that is an answer', async () => {
  const empty = createReading({ views: new FakeViews(at(-1)), clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
  expect(await empty.eventTypes({}, { ...ALL, count: 100_000 }, {})).toMatchObject({
    value: { position: -1n, body: { items: [], next: null, total: 0 } },
  });
});

test('what is defined later is there at the next read', async () => {
  const growing = new FakeViews(at(10));
  const asked = createReading({ views: growing, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
  growing.catalogueNow = catalogueOf(['a'], []);
  expect(await asked.fate('1', {})).toMatchObject({ problem: { code: 'fate-unknown' } });
  growing.catalogueNow = catalogueOf(['a'], [{ rule: 'a => a' }]);
  expect(await asked.fate('1', {})).toMatchObject({ ok: true });
  growing.catalogueNow = catalogueOf(['a', 'b'], []);
  growing.advance(at(10), 8);
  expect(await asked.eventType('x-b', {})).toMatchObject({ ok: true });
});

test('a page of a large catalogue looks at what it shows, not at all types', async () => {
  const large = new FakeViews(at(10));
  large.catalogueNow = catalogueOf(
    Array.from({ length: 1000 }, (_, index) => `s${index}`),
    [],
  );
  let looks = 0;
  const category = Object.assign(['x'], {
    includes: () => {
      looks += 1;
      return true;
    },
  });
  const list = createReading({ views: large, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
  const page = await list.eventTypes({ category }, { ...ALL, limit: 5, after: ['500'] }, {});
  expect(looks).toBeLessThan(20);
  expect(page).toMatchObject({
    value: { body: { items: [501, 502, 503, 504, 505].map((id) => ({ id })), next: ['505'] } },
  });
});
