/** Commands on the catalogue: all or none, idempotent, decided again where another process came first. */
import { CATALOGUE_STREAM } from '#contracts';
import type { EventTypeDefinition, FateDefinition } from '#domain';
import {
  countingJournal,
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  scriptedFaults,
  seededFaults,
  type WriteFault,
} from '#testing';

function type(state: string, more: Partial<EventTypeDefinition> = {}): EventTypeDefinition {
  return { category: 'disk', state, description: null, restricted: false, ...more };
}

function fate(creates: string, completedBy: string, more: Partial<FateDefinition> = {}): FateDefinition {
  const rest = { follows: null, name: null, description: null, actors: [] };
  return { creates, completedBy, intermediate: false, onRepeat: 'open', ...rest, ...more };
}

function fresh(store = new MemoryStore()) {
  const journal = countingJournal(createMemoryJournal({ store }));
  return { ...ingestRig(journal), store, journal, entries: () => store.streams.get(CATALOGUE_STREAM) ?? [] };
}

test('definitions are numbered in order, and the same again changes nothing', async () => {
  const { ingest, operator, entries } = fresh();
  const definitions = [type('full'), type('cleaned')];
  const first = await ingest.defineEventTypes(definitions, operator);
  const last = entries().at(-1)!.position;
  expect(first).toMatchObject({
    value: { position: last, items: [{ created: true, item: { id: 1 } }, { item: { id: 2 } }] },
  });
  const again = await ingest.defineEventTypes(definitions, operator);
  expect(again).toMatchObject({ value: { position: last, items: [{ created: false }, { created: false }] } });
  expect(entries()).toHaveLength(2);
});

test('an array is all or none, with every fault', async () => {
  const { ingest, operator, entries } = fresh();
  await ingest.defineEventTypes([type('full')], operator);
  const clash = await ingest.defineEventTypes([type('new'), type('full', { restricted: true })], operator);
  expect(clash).toMatchObject({ problem: { code: 'event-type-exists', errors: [{ path: '[1]' }] } });
  const unknown = await ingest.defineFates([fate('disk-full', 'no-such'), fate('no-such', 'disk-full')], operator);
  expect(unknown).toMatchObject({ problem: { code: 'event-type-unknown' } });
  expect(!unknown.ok && unknown.problem.errors).toHaveLength(2);
  expect(entries()).toHaveLength(1);
});

test('amending: unknown names are refused, in whatever shape; nothing created without a catalogue has no position', async () => {
  const { ingest, operator } = fresh();
  expect(await ingest.defineEventTypes([], operator)).toEqual({ ok: true, value: { position: undefined, items: [] } });
  for (const name of ['disk-full', 'not a name', '']) {
    expect(await ingest.amendEventType(name, { description: 'x' }, operator)).toMatchObject({
      problem: { code: 'event-type-unknown' },
    });
  }
  expect(await ingest.amendFate('7', { name: 'x' }, operator)).toMatchObject({ problem: { code: 'fate-unknown' } });
  await ingest.defineEventTypes([type('full'), type('cleaned')], operator);
  await ingest.defineFates([fate('disk-full', 'disk-cleaned', { name: 'clean' })], operator);
  expect(await ingest.amendFate('clean', { description: 'why' }, operator)).toMatchObject({
    value: { items: [{ item: { id: 1, description: 'why' } }] },
  });
});

test('what was just restricted is refused at once', async () => {
  const { ingest, operator, reporter } = fresh();
  await ingest.defineEventTypes([type('full')], operator);
  await ingest.amendEventType('disk-full', { restricted: true }, operator);
  const event = {
    host: 'a' as never,
    type: 'disk-full',
    key: null,
    at: null,
    by: null,
    note: null,
    attributes: null,
    data: null,
    path: '',
  };
  expect(await ingest.logEvents([event], reporter)).toMatchObject({ problem: { code: 'event-type-restricted' } });
});

test('more than one write may hold is refused as too large, and nothing is stored', async () => {
  const { ingest, operator, entries } = fresh();
  const many = Array.from({ length: 400 }, (_, nth) => type(`s${nth}`, { description: 'x'.repeat(4000) }));
  expect(await ingest.defineEventTypes(many, operator)).toMatchObject({ problem: { code: 'payload-too-large' } });
  expect(entries()).toEqual([]);
});

test.each(['lost', 'stored', 'late', 'hung', 'failed'] as const)(
  'a write that is %s: defined once',
  async (fault: WriteFault) => {
    const store = new MemoryStore();
    const journal = faultyJournal(createMemoryJournal({ store }), scriptedFaults({ writes: [fault], hangMs: 1 }));
    const { ingest, operator } = ingestRig(journal);
    const answer = await ingest.defineEventTypes([type('full'), type('cleaned')], operator);
    const entries = store.streams.get(CATALOGUE_STREAM)!;
    expect(entries).toHaveLength(2);
    expect(answer).toMatchObject({
      ok: true,
      value: { position: entries[1]!.position, items: [{ created: true }, { created: true }] },
    });
  },
);

test('two processes at once, over a store that goes wrong: every type once, numbers without a hole', async () => {
  const store = new MemoryStore();
  const rigs = [1, 2].map((seed) =>
    ingestRig(faultyJournal(createMemoryJournal({ store }), seededFaults({ seed, writes: 0.3 }))),
  );
  const states = Array.from({ length: 12 }, (_, nth) => `s${nth >> 1}`);
  const answers = await Promise.all(
    states.map((state, nth) => rigs[nth % 2]!.ingest.defineEventTypes([type(state)], rigs[0]!.operator)),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  const ids = store.streams.get(CATALOGUE_STREAM)!.map(({ json }) => (JSON.parse(json) as { id: number }).id);
  expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
});
