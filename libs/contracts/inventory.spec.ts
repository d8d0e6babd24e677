/** Lines of inventories: the API document says of them what is taken. */
import { inventoryLine } from './http/index.js';
import { parseInventoryLine } from './inventory.js';

test('a line may name as many attributes as its schema says: all that a host may have to clear, and as many to set', () => {
  const most = inventoryLine.properties?.['attributes']?.maxProperties ?? 0;
  const lineOf = (count: number) => ({
    host: 'a',
    attributes: Object.fromEntries(Array.from({ length: count }, (_, nth) => [`n${nth}`, nth % 2 === 0 ? null : nth])),
  });
  const taken = parseInventoryLine(lineOf(128), 1, []);
  expect([most, taken?.clear.length, Object.keys(taken?.set ?? {}).length]).toEqual([128, 64, 64]);
  const faults: never[] = [];
  expect(parseInventoryLine(lineOf(most + 1), 1, faults)).toBeUndefined();
  expect(faults).toEqual([
    { path: 'attributes', code: 'invalid', message: '129 attributes: name at most 128, to set and to clear' },
  ]);
});
