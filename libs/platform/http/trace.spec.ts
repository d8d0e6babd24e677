/** Which trace a request is worked on under. */
import { parseTraceParent } from '#contracts';
import { decideSampled, idsOf, spanIdsOf, traceOf } from './trace.js';

const id = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const theirs = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test("a caller's trace is taken up; the parent is this request", () => {
  expect(traceOf({ id, headers: { traceparent: theirs } })).toBe(
    '00-0af7651916cd43dd8448eb211c80319c-8a9b0c1d2e3f4a5b-01',
  );
  expect(idsOf({ id, headers: { traceparent: theirs } })).toEqual({
    requestId: id,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  });
});

test.each([undefined, 'nonsense', `${theirs}, ${theirs}`, theirs.toUpperCase()])(
  'without a valid one (%j) a trace begins, whose id is the request’s',
  (given) => {
    const headers = given === undefined ? {} : { traceparent: given };
    const made = traceOf({ id, headers });
    expect(made).toBe('00-6f1c2a345b6d4e7f8a9b0c1d2e3f4a5b-8a9b0c1d2e3f4a5b-00');
    expect(parseTraceParent(made)).toBeDefined();
    expect(idsOf({ id, headers }).traceId).toBe('6f1c2a345b6d4e7f8a9b0c1d2e3f4a5b');
  },
);

test('where this process decides what is sampled, that is what is handed on; the ids are those of its span', () => {
  const request = { id, headers: { traceparent: theirs } };
  decideSampled(request, false);
  const made = traceOf(request);
  expect(made).toBe('00-0af7651916cd43dd8448eb211c80319c-8a9b0c1d2e3f4a5b-00');
  const { traceId, spanId, parent } = spanIdsOf(request);
  expect(parseTraceParent(made)).toMatchObject({ traceId, parentId: spanId });
  expect(parent).toEqual(parseTraceParent(theirs));
  const alone = { id, headers: {} };
  decideSampled(alone, true);
  expect(traceOf(alone)).toMatch(/-01$/);
  expect(spanIdsOf(alone).parent).toBeUndefined();
});
