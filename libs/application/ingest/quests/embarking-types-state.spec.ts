/** Rule 10: the named state of a type does not grow with what others have left in it. */
import type { Uuid } from '#contracts';
import type { Instant, QuestId, TypeName } from '#domain';
import { createMemoryJournal, MemoryStore, wrapJournal } from '#testing';
import { EmbarkingTypes, FORGOTTEN_MS } from './embarking-types.js';
import { KnownQuests } from './known-quests.js';
import { defined, names, quest } from './testing-quests.js';

const type = 'disk-full' as TypeName;

function types(store: MemoryStore, monotonicMs: () => number, owner: Uuid = crypto.randomUUID()) {
  const journal = createMemoryJournal({ store });
  const known = new KnownQuests(journal);
  const parts = { journal, known, newId: () => crypto.randomUUID(), owner, monotonicMs };
  return new EmbarkingTypes(parts, { looks: 3, everyMs: 1 });
}
const entry = { type, quest: 7 as QuestId, batch: 'b-7' };

test('a batch that another process had stored is over when this one has embarked it', async () => {
  const store = new MemoryStore();
  const [one, other] = [types(store, () => 0), types(store, () => 0)];
  await one.enter(entry, 'me');
  await other.resume(entry);
  other.leave(entry.batch);
  expect(await other.look(type)).toBeUndefined();
});

test('a state in which batches stay is cleaned past a long quest, and one that is full refuses with `overloaded`', async () => {
  const { store, ingest, operator } = await defined();
  const long = await ingest.embarkQuest(quest(names(1001)), operator);
  expect(long).toMatchObject({ value: { state: 'embarking' } });
  const count = () =>
    (JSON.parse(store.states.get(`embarking-${type}`)!.value) as { entered: unknown[] }).entered.length;
  let now = 0;
  const one = types(store, () => now);
  const enter = (nth: number) => one.enter({ type, quest: (100 + nth) as QuestId, batch: `b-${nth}` }, 'me');
  for (let nth = 0; nth < 80; nth += 1) await enter(nth);
  now = FORGOTTEN_MS;
  for (let nth = 80; nth < 110; nth += 1) await enter(nth);
  now += FORGOTTEN_MS;
  for (let nth = 110; nth < 140; nth += 1) await enter(nth);
  expect(count()).toBeLessThan(80);
  const journal = wrapJournal(createMemoryJournal({ store }), { maxAppendBytes: 2000 });
  const parts = { journal, known: new KnownQuests(journal), newId: () => crypto.randomUUID(), owner: 'o' };
  const full = new EmbarkingTypes({ ...parts, monotonicMs: () => now }, { looks: 3, everyMs: 1 });
  expect(await full.enter(entry, 'me')).toMatchObject({ problem: { code: 'overloaded' } });
  await expect(full.resume({ ...entry, batch: 'b-new' })).rejects.toThrow('too many');
});

test('P4: a quest that cannot be read keeps no other of its type out, and is in a retirement’s way by its name', async () => {
  const store = new MemoryStore();
  const one = types(store, () => 0);
  const recordedAt = '2026-01-01T00:00:00.000Z' as Instant;
  const unreadable = { id: crypto.randomUUID(), type: 'FromTheFuture', version: 1, json: '{}', recordedAt };
  const write = { stream: 'quest-7', expected: 'none', entries: [unreadable] } as const;
  await createMemoryJournal({ store }).append([write]);
  await one.enter(entry, 'me');
  for (let nth = 100; nth < 180; nth += 1) {
    expect(await one.enter({ type, quest: nth as QuestId, batch: `b-${nth}` }, 'me')).toMatchObject({ ok: true });
  }
  const detail = expect.stringContaining('quest 7 is embarking') as string;
  expect(await one.close(type, 'r')).toMatchObject({ code: 'in-use', detail });
});
