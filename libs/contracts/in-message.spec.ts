/** How a client's value stands in a sentence. */
import { inMessage } from './in-message.js';

test.each([
  [undefined, 'missing'],
  [null, 'null'],
  [7, '7'],
  [JSON.parse('1e999'), 'Infinity'],
  [false, 'false'],
  [[1], 'an array'],
  [{ a: 1 }, 'an object'],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['x'.repeat(80), `"${'x'.repeat(80)}"`],
  ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
])('%j', (value, text) => {
  expect(inMessage(value)).toBe(text);
});
