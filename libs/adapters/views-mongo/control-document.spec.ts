/** What each command makes of the control document. */
import { positionOf } from '#contracts';
import type { Instant } from '#domain';
import {
  activated,
  claimed,
  created,
  dropped,
  emptied,
  EMPTY_CONTROL,
  repartitioned,
  type Decision,
  type Directory,
} from './control-document.js';

const CREATED_AT = '2024-05-06T07:08:09.123Z' as Instant;
const of = { documentsVersion: 1, foldVersion: 1, partitions: 4, hashVersion: 1, createdAt: CREATED_AT };

/** As the server does it; of progress nothing is kept. */
function after<T>(stored: Directory, { change }: Decision<T>): Directory {
  const document = structuredClone(stored) as unknown as Record<string, Record<string, unknown>>;
  for (const [path, value] of Object.entries(change?.$set ?? {})) {
    const [field = '', ...rest] = path.split('.');
    if (rest.length === 0) document[field] = value as never;
    else if (rest.length === 1) document[field] = { ...document[field], [rest[0] as string]: value };
    else (document[field]?.[rest[0] as string] as Record<string, unknown>)[rest[1] as string] = value;
  }
  for (const path of Object.keys(change?.$unset ?? {})) {
    const [field = '', key = ''] = path.split('.');
    document[field] = Object.fromEntries(Object.entries(document[field] ?? {}).filter(([name]) => name !== key));
  }
  return document as unknown as Directory;
}

const EMPTY: Directory = { _id: 'views', layout: 1, ...EMPTY_CONTROL };
const make = (stored: Directory, change: Partial<typeof of> = {}): Directory =>
  after(stored, created(stored, { ...of, ...change }, 'folding'));

test('P7: numbers of generations go on, also over what was dropped or emptied', () => {
  const one = make(EMPTY);
  const none = after(one, dropped(one, 1));
  expect(none.generations).toEqual({});
  expect(created(none, of, 'folding').answer.number).toBe(2);
  const reset = after(one, emptied(one, { journal: null, eventsVersion: 0 }));
  expect(created(reset, of, 'folding').answer.number).toBe(2);
  expect(reset).toMatchObject({ events: 2, pointers: [], generations: {}, journal: null });
});

test('J6: views are claimed once', () => {
  const mine = after(EMPTY, claimed(EMPTY, { journal: 'a', eventsVersion: 3 }));
  expect(mine).toMatchObject({ journal: 'a', eventsVersion: 3 });
  expect(claimed(mine, { journal: 'a', eventsVersion: 4 }).change).toBeNull();
  expect(() => claimed(mine, { journal: 'b', eventsVersion: 3 })).toThrow(RangeError);
});

test('P7: the pointer of a documents version moves, but never to a lesser fold', () => {
  let stored = make(make(make(EMPTY), { foldVersion: 2 }), { documentsVersion: 2 });
  stored = after(stored, activated(stored, 1));
  stored = after(stored, activated(stored, 3));
  expect(stored.pointers).toEqual([
    { documentsVersion: 1, foldVersion: 1, generation: 1 },
    { documentsVersion: 2, foldVersion: 1, generation: 3 },
  ]);
  stored = after(stored, activated(stored, 2));
  expect(activated(stored, 1)).toEqual({ change: null, answer: 'superseded' });
  expect(activated(stored, 2).answer).toBe('activated');
  expect(() => activated(stored, 9)).toThrow(RangeError);
});

test('P7: what is served is dropped only where a greater documents version is served, too', () => {
  let stored = make(make(EMPTY), { documentsVersion: 2 });
  stored = after(stored, activated(stored, 1));
  expect(() => dropped(stored, 1)).toThrow(/generation 1 is served/);
  expect(dropped(stored, 2).change).not.toBeNull();
  stored = after(stored, activated(stored, 2));
  expect(() => dropped(stored, 2)).toThrow(/generation 2 is served/);
  stored = after(stored, dropped(stored, 1));
  expect(stored.pointers.map(({ generation }) => generation)).toEqual([2]);
  expect(() => dropped(stored, 1)).toThrow(RangeError);
});

test('F1: repartitioning replaces partitions, hash and all progress in one change', () => {
  const stored = make(EMPTY);
  const progress = [{ partition: 0, position: positionOf(7n), entryId: 'e', number: 3, heardAtMs: 5 }];
  const { change } = repartitioned(stored, 1, progress, 2);
  expect(change?.$set).toEqual({
    'generations.g1': { ...of, number: 1, state: 'folding', partitions: 1, hashVersion: 2 },
    'progress.g1': { p0: { position: '00000000000000000007', entryId: 'e', number: 3, heardAtMs: 5 } },
  });
});
