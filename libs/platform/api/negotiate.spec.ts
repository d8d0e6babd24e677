/** Accept, as RFC 9110 has it: the greatest weight, by the most specific range; what is offered first where they are equal. */
import { chooseMedia } from './negotiate.js';

const OFFERED = ['application/json', 'text/csv', 'application/x-ndjson'] as const;
const [JSON_TYPE, CSV, NDJSON] = OFFERED;

test.each([
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['text/html, */*;q=0.1', JSON_TYPE],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['APPLICATION/JSON;q=0.5', JSON_TYPE],
  ['text/csv', CSV],
  ['TEXT/CSV; header=present', CSV],
  ['text/*', CSV],
  ['text/*;q=0.4, application/json;q=0.3', CSV],
  ['application/x-ndjson', NDJSON],
  ['application/json;q=0.5, text/csv;q=0.7, application/x-ndjson;q=0.9', NDJSON],
  ['application/json;q=0.2, */*;q=0.3', CSV],
  ['application/json;q=0, application/*', NDJSON],
  ['application/json;q=0.000, */*', CSV],
  ['*/*;q=0, application/json', JSON_TYPE],
  ['application/*;q=0.1, text/csv;q=0.1', JSON_TYPE],
  ['text/csv;charset=utf-8;q=0.9, application/json;q=0.8', CSV],
  ['application/json;q=zero', JSON_TYPE],
  ['application/json;q=0', undefined],
  ['*/*;q=0', undefined],
  ['text/html', undefined],
  ['text', undefined],
])('Accept: %s takes %s', (accept, chosen) => {
  expect(chooseMedia(accept, OFFERED)).toBe(chosen);
});

test('what is not offered is not chosen', () => {
  expect(chooseMedia('text/csv', [JSON_TYPE])).toBeUndefined();
  expect(chooseMedia('text/csv, */*;q=0.1', [JSON_TYPE])).toBe(JSON_TYPE);
});
