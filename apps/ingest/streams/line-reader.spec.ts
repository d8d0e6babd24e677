/** Lines as they come: one that is long and does not end gives its place back. */
import { setTimeout as after } from 'node:timers/promises';
import { LineReader } from './line-reader.js';
import { Lines, type Line } from './lines.js';

const kind = () => ({ lines: new Lines(), read: (line: Line) => ({ item: line.number, bytes: 1 }) });

async function* chunks(...sent: readonly (string | number)[]): AsyncGenerator<Buffer> {
  for (const each of sent) {
    if (typeof each === 'number') await after(each);
    else yield Buffer.from(each);
  }
}

async function read(...sent: readonly (string | number)[]): Promise<readonly number[]> {
  const items: number[] = [];
  const reader = new LineReader(kind(), undefined, undefined, 400);
  for await (const batch of reader.batches(chunks(...sent))) items.push(...batch);
  return items;
}

const LONG = 'x'.repeat(20_000);

test('a long line that comes slowly and does not end is refused, and what stands before it is given', async () => {
  const drip = Array.from({ length: 30 }, () => ['x', 80]).flat();
  await expect(read('a\n', LONG, ...drip)).rejects.toThrow('line 2 has not come to its end for 0.4 s');
});

test('long lines that end in time are read, however slow the whole is; a short one may take as long as it likes', async () => {
  const line = [LONG, 150, `${LONG}\n`, 150];
  expect(await read(...line, ...line, ...line, ...line, 'short', 700, '\n')).toEqual([1, 2, 3, 4, 5]);
});
