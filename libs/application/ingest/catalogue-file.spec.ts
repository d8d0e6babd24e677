/** The catalogue as a file, as ingest takes it: one write or none, never under a quest that embarks, answered alike when it is sent again. */
import { CATALOGUE_STREAM } from '#contracts';
import type { CatalogueFile, EventTypeDefinition, FateDefinition, LaborId, QuestId, TypeName } from '#domain';
import { StoreUnavailable } from '#ports';
import { createMemoryJournal, ingestRig, MemoryStore, wrapJournal } from '#testing';
import { MAX_FILE_CHANGES } from './ingest.js';
import { ClosedTypes } from './quests/closed-types.js';
import { FORGOTTEN_MS } from './quests/embarking-types.js';
import { defined, names, quest } from './quests/testing-quests.js';

const eventType = (category: string, state: string): EventTypeDefinition => ({
  ...{ category, state, description: null, restricted: false },
});
const fate = (creates: string, completedBy: string, more: Partial<FateDefinition> = {}): FateDefinition => ({
  ...{ creates, completedBy, intermediate: false, follows: null, onRepeat: 'open' as const },
  ...{ name: null, description: null, actors: [], ...more },
});
const disk: CatalogueFile = {
  eventTypes: [eventType('disk', 'full'), eventType('disk', 'cleaned')],
  fates: [fate('disk-full', 'disk-cleaned', { name: 'clean' })],
};
const power: CatalogueFile = {
  eventTypes: [eventType('power', 'cut'), eventType('power', 'back')],
  fates: [fate('power-cut', 'power-back')],
};

function fresh(store = new MemoryStore()) {
  const appends: number[] = [];
  const journal = createMemoryJournal({ store });
  const counting = wrapJournal(journal, {
    append: (writes) => {
      for (const { stream, entries } of writes) if (stream === CATALOGUE_STREAM) appends.push(entries.length);
      return journal.append(writes);
    },
  });
  return { ...ingestRig(counting), store, appends };
}
const kinds = (outcome: { ok: boolean; value?: unknown }) => {
  const { changes } = (outcome as { value: { changes: { eventTypes: object[]; fates: object[] } } }).value;
  return [...changes.eventTypes, ...changes.fates].map((each) => (each as { change: string }).change);
};

test('rule 10: a file is brought about in one write, and the same again changes nothing', async () => {
  const { ingest, operator, appends, timeline } = fresh();
  const first = await ingest.replaceCatalogue(disk, operator);
  expect(first).toMatchObject({ value: { revision: 3, entries: 3, changes: { unchanged: 0 } } });
  expect(kinds(first)).toEqual(['defined', 'defined', 'defined']);
  const second = await ingest.replaceCatalogue(power, operator);
  expect(kinds(second)).toEqual(['retired', 'retired', 'defined', 'defined', 'retired', 'defined']);
  expect(appends).toEqual([3, 6]);
  expect(await ingest.replaceCatalogue(power, operator)).toMatchObject({
    value: { position: timeline.latest.position, revision: 9, entries: 0, changes: { unchanged: 3 } },
  });
  expect(appends).toEqual([3, 6]);
});

test('with an Idempotency-Key it is answered as before, whatever has changed since; the same without it is taken again', async () => {
  const store = new MemoryStore();
  const { ingest, operator, appends } = fresh(store);
  const keyed = { ...operator, idempotencyKey: 'k' };
  const first = await ingest.replaceCatalogue(disk, keyed);
  await ingest.replaceCatalogue(power, operator);
  expect(await ingest.replaceCatalogue(disk, keyed)).toEqual(first);
  expect(await fresh(store).ingest.replaceCatalogue(disk, keyed)).toEqual(first);
  expect(await ingest.replaceCatalogue(power, keyed)).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
  expect(appends).toEqual([3, 6]);
  expect(kinds(await ingest.replaceCatalogue(disk, operator))).toContain('restored');
});

test('a try whose answer was lost is found again by its key', async () => {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  let cut = true;
  const dying = wrapJournal(journal, {
    append: async (writes) => {
      const outcome = await journal.append(writes);
      if (cut && writes.some(({ stream }) => stream === CATALOGUE_STREAM))
        return await new Promise<never>(() => undefined);
      return outcome;
    },
  });
  const { ingest, operator } = ingestRig(dying);
  void ingest.replaceCatalogue(disk, { ...operator, idempotencyKey: 'k' });
  while ((store.streams.get(CATALOGUE_STREAM) ?? []).length === 0) await new Promise(setImmediate);
  cut = false;
  const again = await fresh(store).ingest.replaceCatalogue(disk, { ...operator, idempotencyKey: 'k' });
  expect(again).toMatchObject({ value: { revision: 3, entries: 3 } });
  expect(kinds(again)).toEqual(['defined', 'defined', 'defined']);
  expect(store.streams.get(CATALOGUE_STREAM)).toHaveLength(3);
});

test('rule 10: under a quest that embarks nothing of the file is done, and quests are let into the other types again', async () => {
  const { store, ingest, operator } = await defined();
  await ingest.embarkQuest(quest(names(1001)), operator);
  const before = store.streams.get(CATALOGUE_STREAM)!.length;
  for (const ask of [ingest.replaceCatalogue(power, operator), ingest.foreseeCatalogue(power, operator)]) {
    const detail = expect.stringContaining('quest 1 is embarking') as string;
    expect(await ask).toMatchObject({ problem: { code: 'in-use', detail } });
  }
  expect(store.streams.get(CATALOGUE_STREAM)).toHaveLength(before);
  const closed = [...store.states.values()].filter((state) => JSON.stringify(state).includes('closed'));
  expect(closed).toEqual([]);
  ingest.start();
  for (let refused = true; refused;) refused = !(await ingest.replaceCatalogue(power, operator)).ok;
  await ingest.close();
}, 60_000);

test.each([
  ['was not stored', false],
  ['was stored, and its answer lost', true],
])(
  'rule 10: where the second closing %s, nothing was changed, and quests are let into all types at once',
  async (_, isStored) => {
    const store = new MemoryStore();
    const journal = createMemoryJournal({ store });
    let closings = 0;
    const failing = wrapJournal(journal, {
      writeState: async (...call) => {
        const isSecond = call[1].includes('"closed"') && (closings += 1) === 2;
        if (!isSecond) return journal.writeState(...call);
        if (isStored) await journal.writeState(...call);
        throw new StoreUnavailable('journal', 'cut off');
      },
    });
    const { ingest, operator } = ingestRig(failing);
    const both = { eventTypes: [...disk.eventTypes, ...power.eventTypes], fates: [...disk.fates, ...power.fates] };
    await fresh(store).ingest.replaceCatalogue(both, operator);
    await expect(ingest.replaceCatalogue({ eventTypes: [], fates: [] }, operator)).rejects.toThrow('cut off');
    expect([closings, store.streams.get(CATALOGUE_STREAM)?.length]).toEqual([2, 6]);
    expect([...store.states.values()].filter((state) => JSON.stringify(state).includes('closed'))).toEqual([]);
  },
);

test('two files at once: both come to their end, and the last one stands', async () => {
  const store = new MemoryStore();
  const [one, other] = [fresh(store), fresh(store)];
  await one.ingest.replaceCatalogue(disk, one.operator);
  const both = { eventTypes: [...disk.eventTypes, ...power.eventTypes], fates: [...disk.fates, ...power.fates] };
  await one.ingest.replaceCatalogue(both, one.operator);
  for (let round = 0; round < 5; round += 1) {
    const outcomes = await Promise.all([
      one.ingest.replaceCatalogue(round % 2 === 0 ? disk : both, one.operator),
      other.ingest.replaceCatalogue(power, other.operator),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
  }
});

test('the caller’s condition is on the catalogue that the file is decided upon', async () => {
  const { ingest, operator, appends } = fresh();
  await ingest.replaceCatalogue(disk, operator);
  const asked: number[] = [];
  const seen = (revision: number) => {
    asked.push(revision);
    return revision === 0;
  };
  for (const ask of [ingest.replaceCatalogue(power, operator, seen), ingest.foreseeCatalogue(power, operator, seen)])
    expect(await ask).toMatchObject({ problem: { code: 'precondition-failed' } });
  expect([asked, appends]).toEqual([[3, 3], [3]]);
});

test('faults are named by their places, and more changes than one file may make by their number', async () => {
  const { ingest, operator, appends } = fresh();
  const wrong = { ...disk, fates: [...disk.fates, fate('disk-full', 'none', { follows: 'clean' })] };
  expect(await ingest.replaceCatalogue(wrong, operator)).toMatchObject({
    problem: {
      code: 'validation-failed',
      errors: [
        { path: 'fates[1].completedBy', code: 'event-type-unknown' },
        { path: 'fates[1].follows', code: 'fate-not-intermediate' },
        { path: 'fates[1].follows', code: 'fate-follows-mismatch' },
      ],
    },
  });
  const types = (count: number) => Array.from({ length: count }, (_, index) => eventType('t', `x${index}`));
  const detail = expect.stringContaining(`changes ${MAX_FILE_CHANGES + 1} `) as string;
  for (const ask of [ingest.replaceCatalogue, ingest.foreseeCatalogue])
    expect(await ask({ eventTypes: types(MAX_FILE_CHANGES + 1), fates: [] }, operator)).toMatchObject({
      problem: { code: 'validation-failed', detail },
    });
  expect(await ingest.replaceCatalogue({ eventTypes: types(MAX_FILE_CHANGES), fates: [] }, operator)).toMatchObject({
    ok: true,
  });
  expect(appends).toEqual([MAX_FILE_CHANGES]);
});

test('rule 10: foreseen is what would be stranded, before all else; nothing is written', async () => {
  const { ingest, operator, views, appends } = fresh();
  await ingest.replaceCatalogue(disk, operator);
  views.open.push({ id: 'a~0' as LaborId, type: 'disk-full' as TypeName, quest: 7 as QuestId });
  const many = Array.from({ length: 25 }, (_, index) => eventType('a', `x${index}`));
  const wanted = { eventTypes: many, fates: many.map(({ state }) => fate(`a-${state}`, `a-${state}`)) };
  const foreseen = await ingest.foreseeCatalogue(wanted, operator);
  expect(foreseen).toMatchObject({
    value: {
      revision: 56,
      typesOmitted: 6,
      labors: [{ type: 'disk-full', effect: 'stranded', open: 1 }, ...Array<object>(19).fill({ effect: 'freed' })],
    },
  });
  expect(appends).toEqual([3]);
});

test('types that are closed for long are not relied on: the change is refused before others may have forgotten it', async () => {
  let nowMs = 0;
  const opened: string[] = [];
  const types = {
    close: () => {
      nowMs += FORGOTTEN_MS / 4;
      return Promise.resolve(undefined);
    },
    open: (type: TypeName) => Promise.resolve(void opened.push(type)),
  };
  const closed = new ClosedTypes(types, crypto.randomUUID(), () => nowMs);
  const all = ['a-b', 'a-c', 'a-d'] as TypeName[];
  expect(await closed.close(all)).toMatchObject({ code: 'store-unavailable' });
  await closed.open();
  expect(opened).toEqual(all.slice(0, 2));
});
