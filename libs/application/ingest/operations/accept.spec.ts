/** Operations that are refused have done nothing, and one that is accepted is left to somebody. */
import { done, operationStream, START, type Uuid } from '#contracts';
import type { Instant, OperationId } from '#domain';
import { createMemoryJournal, MemoryStore } from '#testing';
import { acceptOperation } from './accept.js';
import type { Find } from './find.js';
import { KnownOperations } from './known-operations.js';
import { allOperations } from './reads.js';

const NOW = '2024-05-01T08:00:00.000Z' as Instant;
const PAGE = Array.from({ length: 1000 }, (_, nth) => `h${nth}~0`);
const ann = { principal: 'ann', mayReportRestricted: true } as const;
const id = uuid() as OperationId;

let store: MemoryStore;
let known: KnownOperations;
let nowMs: number;
let woken: number;

beforeEach(() => {
  [store, nowMs, woken] = [new MemoryStore(), 0, 0];
  known = new KnownOperations(createMemoryJournal({ store }), { nowMs: () => nowMs });
});

function uuid(): Uuid {
  return crypto.randomUUID();
}

/** Finds as many pages, of 1,000 each. */
function finding(pages: number): Find {
  return (after) => {
    const nth = after === null ? 1 : Number(after[0]) + 1;
    const next = nth < pages ? [String(nth)] : null;
    return Promise.resolve(done({ ids: PAGE, next, total: undefined, atLeast: false, position: START }));
  };
}

function accept(find: Find, caller: Parameters<typeof acceptOperation>[2] = ann) {
  const journal = createMemoryJournal({ store });
  const now = () => NOW;
  const parts = { ...{ journal, known, newId: uuid, now }, wake: () => void (woken += 1) };
  const command = { kind: 'LaborWaived', by: null, reason: 'scrapped' } as const;
  return acceptOperation(parts, { id, command, where: {}, findAt: () => find }, caller);
}

function written(): readonly string[] {
  return [...store.streams.keys()].filter((stream) => stream.startsWith('operation-'));
}

async function announced(count: number, principalOf: (nth: number) => string): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await known.announce(uuid() as OperationId, principalOf(nth));
}

test('one that finds too many has written nothing', async () => {
  expect(await accept(finding(1001))).toMatchObject({ problem: { code: 'too-broad' } });
  expect(written()).toEqual([]);
  expect(await accept(finding(2))).toMatchObject({ value: { found: 2000 } });
});

test('one that is too many has written nothing', async () => {
  await announced(100, (nth) => `p${nth}`);
  expect(await accept(finding(2))).toMatchObject({ problem: { code: 'overloaded' } });
  expect(written()).toEqual([]);
});

test('one token leaves room for the others', async () => {
  await announced(75, () => 'ann');
  expect(await accept(finding(2))).toMatchObject({ problem: { code: 'overloaded' } });
  expect(written()).toEqual([]);
  expect(await known.announce(id, 'ann')).toMatchObject({ problem: { code: 'overloaded' } });
  expect(await accept(finding(2), { ...ann, principal: 'bob' })).toMatchObject({ ok: true });
});

test('one that was announced long ago is not forgotten when it is announced again', async () => {
  await known.announce(id, 'ann');
  const [announcedFirst] = await known.open();
  nowMs += 25 * 60 * 60_000;
  expect(await known.open()).toMatchObject([{ id, isForgotten: true }]);
  await known.announce(id, 'ann');
  expect(await known.open()).toMatchObject([{ id, isForgotten: false }]);
  // by a process that found it forgotten before
  await known.close(announcedFirst!);
  expect(await known.open()).toMatchObject([{ id }]);
  const [announcedAgain] = await known.open();
  await known.close(announcedAgain!);
  expect(await known.open()).toEqual([]);
});

test('one that is accepted and known to nobody is announced again', async () => {
  const accepted = await accept(finding(2));
  expect(await known.open()).toMatchObject([{ id }]);
  await known.close((await known.open())[0]!);
  const before = woken;
  expect(await accept(finding(2))).toEqual(accepted);
  expect(await known.open()).toMatchObject([{ id, principal: 'ann' }]);
  expect(woken).toBe(before + 1);
});

test('one that cannot be read hides no other', async () => {
  await accept(finding(2));
  const other = uuid() as OperationId;
  await known.announce(other, 'ann');
  const journal = createMemoryJournal({ store });
  const entry = { id: uuid(), type: 'OperationOfTomorrow', version: 1, recordedAt: NOW, json: '{}' };
  await journal.append([{ stream: operationStream(other), expected: 'none', entries: [entry] }]);
  expect(await allOperations({ journal, known })).toMatchObject({ value: [{ id }] });
});
