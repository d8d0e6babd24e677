/** Whole lists: every item once, as fast as the reader takes them and no faster, and nothing cut short looks whole. */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { CursorKey, Page } from '#contracts';
import { Stalled, streamList, type ListStreamParts } from './list-stream.js';

const PAGE = 10;

interface World {
  readonly parts: ListStreamParts<number>;
  /** What was asked for after the first page: after which item, how many. */
  readonly asked: (readonly [after: string, limit: number])[];
}

/** The numbers from 0 up to `total`, in pages. */
function world(total: number, change: Partial<ListStreamParts<number>> = {}): World {
  const asked: (readonly [string, number])[] = [];
  const pageAfter = (after: number, limit: number): Page<number> => {
    const items = Array.from({ length: Math.min(limit, total - after - 1) }, (_, index) => after + 1 + index);
    const last = items.at(-1) ?? after;
    return { items, next: last < total - 1 ? [String(last)] : null };
  };
  const parts: ListStreamParts<number> = {
    first: pageAfter(-1, Math.min(PAGE, change.most ?? PAGE)),
    next: async ([after = '']: CursorKey, limit) => {
      asked.push([after, limit]);
      return pageAfter(Number(after), limit);
    },
    pageLimit: PAGE,
    most: Infinity,
    head: '',
    write: (items) => items.map((item) => `${item}\n`).join(''),
    stallMs: 20_000,
    ...change,
  };
  return { parts, asked };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

function numbers(total: number): string {
  return Array.from({ length: total }, (_, index) => `${index}\n`).join('');
}

test.each([0, 1, 9, 10, 11, 20, 25])('a list of %i items is whole', async (total) => {
  const { parts, asked } = world(total, { head: 'head\n' });
  const { stream, rows } = streamList(parts);
  expect(await textOf(stream)).toBe(`head\n${numbers(total)}`);
  expect(rows()).toBe(total);
  expect(asked.length).toBe(Math.max(0, Math.ceil(total / PAGE) - 1));
});

test('an empty list without a head is an empty text', async () => {
  expect(await textOf(streamList(world(0).parts).stream)).toBe('');
});

test.each([3, 10, 14, 20])('of a longer list, at most %i items', async (most) => {
  const { parts, asked } = world(100, { most });
  expect(await textOf(streamList(parts).stream)).toBe(numbers(most));
  expect(asked.every(([, limit]) => limit <= PAGE)).toBe(true);
  expect(asked.length).toBe(Math.ceil(most / PAGE) - 1);
});

test('pages are read as they are taken: who takes nothing makes nothing be read', async () => {
  const write = (items: readonly number[]): string => items.map((item) => `${item} ${'x'.repeat(10_000)}\n`).join('');
  const { parts, asked } = world(1000, { write });
  const { stream, rows } = streamList(parts);
  await once(stream, 'readable');
  for (let i = 0; i < 100; i += 1) await turn();
  expect(asked.length).toBeLessThanOrEqual(1);
  stream.read();
  for (let i = 0; i < 100; i += 1) await turn();
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(rows()).toBeLessThanOrEqual(3 * PAGE);
  stream.destroy();
});

test('others get their turn between two pages', async () => {
  const { parts, asked } = world(1000);
  const { stream } = streamList(parts);
  const seen: number[] = [];
  const look = (): void => {
    seen.push(asked.length);
    if (asked.length < 99) setImmediate(look);
  };
  setImmediate(look);
  await textOf(stream);
  expect(new Set(seen).size).toBeGreaterThan(50);
});

test('when its reader goes away, no further page is read', async () => {
  const { parts, asked } = world(1000);
  const { stream } = streamList(parts);
  await once(stream, 'readable');
  const closed = once(stream, 'close');
  stream.destroy();
  await closed;
  const then = asked.length;
  for (let i = 0; i < 100; i += 1) await turn();
  expect(asked.length).toBe(then);
  expect([stream.errored, stream.readableEnded]).toEqual([null, false]);
});

test('a page that cannot be read destroys the stream: it never ends', async () => {
  const failure = new Error('the store is away');
  const { parts } = world(100, { next: () => Promise.reject(failure) });
  const { stream } = streamList(parts);
  await expect(textOf(stream)).rejects.toBe(failure);
  expect([stream.errored, stream.readableEnded]).toEqual([failure, false]);
});

test('a reader that takes nothing for too long is given up', async () => {
  const write = (items: readonly number[]): string => 'x'.repeat(100_000 * items.length);
  const { parts } = world(1000, { write, stallMs: 30 });
  const { stream } = streamList(parts);
  const failing = once(stream, 'error');
  await once(stream, 'readable');
  const [error] = (await failing) as [unknown];
  expect(error).toBeInstanceOf(Stalled);
  expect(stream.readableEnded).toBe(false);
});
