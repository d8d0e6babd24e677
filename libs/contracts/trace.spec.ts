/** What a `traceparent` is, by the W3C's examples and its rules for what must be refused. */
import { parseTraceParent, traceIdOf, writeTraceParent } from './trace.js';

const ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

test('a valid one is read, and written again as it was', () => {
  const text = `00-${ID}-${PARENT}-01`;
  expect(parseTraceParent(text)).toEqual({ traceId: ID, parentId: PARENT, sampled: true });
  expect(writeTraceParent({ traceId: ID, parentId: PARENT, sampled: true })).toBe(text);
  expect(parseTraceParent(`00-${ID}-${PARENT}-02`)).toMatchObject({ sampled: false });
});

test('of a later version what is known is read', () => {
  expect(parseTraceParent(`cc-${ID}-${PARENT}-01-what-the-future-brings`)).toMatchObject({ traceId: ID });
});

test.each([
  '',
  'x',
  `ff-${ID}-${PARENT}-01`,
  `00-${ID}-${PARENT}-01-more`,
  `00-${'0'.repeat(32)}-${PARENT}-01`,
  `00-${ID}-${'0'.repeat(16)}-01`,
  `00-${ID.toUpperCase()}-${PARENT}-01`,
  `00-${ID}-${PARENT}-1`,
  `cc-${ID}-${PARENT}-01.more`,
  ` 00-${ID}-${PARENT}-01`,
  `00-${ID}-${PARENT}-01, 00-${ID}-${PARENT}-01`,
])('%j is none', (text) => {
  expect(parseTraceParent(text)).toBeUndefined();
});

test('the id of what is kept with an entry', () => {
  expect(traceIdOf(`00-${ID}-${PARENT}-00`)).toBe(ID);
  expect(traceIdOf(undefined)).toBeUndefined();
  expect(traceIdOf('something else')).toBeUndefined();
});
