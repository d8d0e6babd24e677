/** A question in a body: the parameters of the query string, with values of their own types and more of them. */
import { flag, instant, one, oneOf, several, severalOrNone, whole, words } from './query.js';
import { MAX_BODY_VALUES, parseQueryBody } from './query-body.js';

const table = {
  state: several(oneOf('open', 'closed')),
  host: severalOrNone(words(10)),
  by: several(words(20)),
  acked: one(flag),
  since: one(instant),
  limit: one(whole(1, 1000)),
};

function read(body: unknown): unknown {
  const parsed = parseQueryBody(body, table);
  return parsed.ok ? parsed.values : parsed.faults.map(({ path, code }) => `${path} ${code}`);
}

test.each<readonly [body: object, values: unknown]>([
  [{}, {}],
  [{ state: 'open' }, { state: ['open'] }],
  [{ state: ['open', 'closed', 'open'] }, { state: ['open', 'closed'] }],
  [{ by: 'a,b' }, { by: ['a,b'] }],
  [{ by: ['a\\,b', 'c'] }, { by: ['a\\,b', 'c'] }],
  [{ host: [] }, { host: [] }],
  [{ by: [] }, { by: [] }],
  [
    { acked: false, limit: 7 },
    { acked: false, limit: 7 },
  ],
  [{ since: '2030-01-31T12:00:00+01:00' }, { since: '2030-01-31T11:00:00.000Z' }],
])('%j', (body, values) => {
  expect(read(body)).toEqual(values);
});

test('every fault at once; nothing is converted', () => {
  const body = {
    ...{ colour: 'red', toString: 1, state: ['half', 'open'], host: [7], by: null, acked: 'false', since: 'now' },
    ...{ limit: '7' },
  };
  expect(read(body)).toEqual([
    ...['colour unknown', 'toString unknown', 'state invalid', 'host invalid', 'by invalid', 'acked invalid'],
    ...['since invalid', 'limit invalid'],
  ]);
  expect(read({ limit: [7], state: [['open']], host: '' })).toEqual(['limit invalid', 'state invalid', 'host invalid']);
  for (const other of [null, [], 'x', 7]) expect(read(other)).toEqual([' invalid']);
});

test('a field takes ten times as many values as in a query string, and one more is refused', () => {
  const hosts = Array.from({ length: MAX_BODY_VALUES }, (_, n) => `h${n}`);
  expect(read({ host: hosts })).toEqual({ host: hosts });
  const more = parseQueryBody({ host: [...hosts, 'x'] }, table);
  expect(more).toMatchObject({
    faults: [{ path: 'host', message: expect.stringContaining('at most 10000') as string }],
  });
  // of too many, none is looked at
  const odd = parseQueryBody({ host: Array.from({ length: MAX_BODY_VALUES + 1 }, () => 7) }, table);
  expect(odd).toEqual(more.ok ? odd : { ok: false, faults: more.faults });
});
