/** The ids of a stream's newest entries: as many as asked for, each with its revision, within a number of bytes. */
import { keyedEventUuid, positionOf, type Position, type Uuid } from '#contracts';
import type { HostName, TypeName } from '#domain';
import { RecentIds, RecentIdsCache } from './recent-ids.js';

const id = (nth: number) => keyedEventUuid('a' as HostName, 'disk-full' as TypeName, `k${nth}`);
const at = (revision: number): Position => positionOf(BigInt(1000 + revision));
const event = (nth: number) => ({ id: id(nth), type: 'EventLogged' });
const command = (nth: number) => ({ id: id(nth), type: 'LaborAcknowledged' });

/** Events 0 up to `count`, appended a few at a time. */
function filled(width: number, count: number): RecentIds {
  const recent = new RecentIds(-1, at(-1), width);
  for (let nth = 0; nth < count; nth += 3) {
    const few = [0, 1, 2].map((each) => nth + each).filter((each) => each < count);
    recent.append(
      few.map((each) => event(each)),
      at(nth + few.length - 1),
    );
    recent.trim();
  }
  return recent;
}

/** Which of the first `count` ids are known, as the first and the last one of them; each at its own revision. */
function known(recent: RecentIds, count: number): readonly number[] {
  const found = Array.from({ length: count }, (_, nth) => nth).filter(
    (nth) => recent.revisionOf(id(nth)) !== undefined,
  );
  expect(found).toEqual(found.map((_, index) => (found[0] ?? 0) + index));
  expect(found.map((nth) => recent.revisionOf(id(nth)))).toEqual(found);
  expect(recent.revisionsOf(found.map((nth) => id(nth)))).toEqual(found);
  return found.length === 0 ? [] : [found[0] ?? 0, found.at(-1) ?? 0];
}

test.each([
  [100, 0, []],
  [100, 1, [0, 0]],
  [100, 99, [0, 98]],
  [100, 100, [0, 99]],
  [100, 101, [1, 100]],
  [100, 1000, [900, 999]],
  // never fewer than what a request with keys asks for
  [7, 300, [220, 299]],
])('of a width of %i, after %i events, the newest are known', (width, count, expected) => {
  const recent = filled(width, count);
  expect(known(recent, count)).toEqual(expected);
  expect(recent).toMatchObject({ revision: count - 1, position: at(count - 1) });
  expect(recent.bytes).toBeLessThan(1000 + 32 * Math.max(width, 80));
});

test('it begins where its oldest entry is, and goes on as if it had been filled from the stream’s first', () => {
  const recent = new RecentIds(39, at(39), 100);
  recent.append(
    Array.from({ length: 100 }, (_, nth) => event(40 + nth)),
    at(139),
  );
  expect(known(recent, 140)).toEqual([40, 139]);
  for (let nth = 140; nth < 160; nth += 1) recent.append([event(nth)], at(nth));
  recent.trim();
  expect(known(recent, 160)).toEqual([60, 159]);
  expect(recent.isWhole).toBe(false);
});

test('commands are found like events, and count for nothing in the width', () => {
  const recent = new RecentIds(-1, at(-1));
  for (let nth = 0; nth < 200; nth += 1) recent.append([nth % 2 === 0 ? command(nth) : event(nth)], at(nth));
  recent.trim();
  expect(recent.events).toBe(80);
  // the 80 events, and the commands before each of them
  expect(known(recent, 200)).toEqual([40, 199]);
});

test('a range is known where as many events are, where nothing stands behind its position, and where all is known', () => {
  const recent = filled(100, 150);
  expect(recent.knows({ events: 100, entries: 0, after: null })).toBe(true);
  expect(recent.knows({ events: 101, entries: 0, after: null })).toBe(false);
  expect(recent.knows({ events: 0, entries: 0, after: at(149) })).toBe(true);
  expect(recent.knows({ events: 0, entries: 0, after: at(148) })).toBe(false);
  expect(filled(100, 100).knows({ events: 500, entries: 0, after: at(3) })).toBe(true);
  expect(new RecentIds(-1, at(-1)).knows({ events: 500, entries: 0, after: at(3) })).toBe(true);
});

test('rule 24: of an id that stands twice the first one counts', () => {
  const recent = new RecentIds(-1, at(-1));
  recent.append([event(0), event(1), event(0)], at(2));
  expect(recent.revisionsOf([id(0), id(1)])).toEqual([0, 1]);
});

test('ids that differ in one digit are two', () => {
  const one = '01234567-89ab-4cde-8f01-23456789abcd' as Uuid;
  for (let place = 0; place < one.length; place += 1) {
    const digit = one[place] ?? '';
    if (digit === '-') continue;
    const other = `${one.slice(0, place)}${digit === 'e' ? 'f' : 'e'}${one.slice(place + 1)}`;
    const recent = new RecentIds(-1, at(-1));
    recent.append([{ id: one, type: 'EventLogged' }], at(0));
    expect(recent.revisionsOf([other, one])).toEqual([undefined, 0]);
  }
});

test('those used last are kept, within a number of bytes', () => {
  const one = filled(1000, 1000);
  const cache = new RecentIdsCache(2.5 * one.bytes);
  for (const stream of ['a', 'b']) cache.put(stream, filled(1000, 1000));
  const a = cache.take('a');
  expect(a).toBeDefined();
  cache.put('a', a!);
  cache.put('c', one);
  expect(cache.take('b')).toBeUndefined();
  expect(cache.take('a')).toBe(a);
  expect(cache.take('a')).toBeUndefined();
  cache.put('d', filled(1000, 1000));
  expect(cache.take('c')).toBe(one);
});

test('a host with few events and ever more commands keeps a bounded number of them', () => {
  const recent = new RecentIds(-1, at(-1));
  recent.append([event(0)], at(0));
  for (let nth = 1; nth < 5000; nth += 100) {
    recent.append(
      Array.from({ length: 100 }, (_, more) => command(nth + more)),
      at(nth + 99),
    );
    recent.trim();
  }
  expect(recent.bytes).toBeLessThan(20_000);
  expect(recent.isWhole).toBe(false);
  expect([recent.revisionOf(id(4999)), recent.revisionOf(id(10))]).toEqual([4999, undefined]);
});

test('long tails do not drive out the others', () => {
  const cache = new RecentIdsCache(2_000_000);
  for (let nth = 0; nth < 40; nth += 1) cache.put(`keyed-${nth}`, filled(64, 80));
  for (let nth = 0; nth < 40; nth += 1) cache.put(`long-${nth}`, filled(10_000, 10_000));
  const kept = Array.from({ length: 40 }, (_, nth) => cache.take(`keyed-${nth}`));
  expect(kept.every((recent) => recent?.events === 80)).toBe(true);
  expect(cache.take('long-39')?.events).toBe(10_000);
  expect(cache.take('long-0')).toBeUndefined();
});
