/** Rule 10: retiring, restoring and deleting, as ingest does it: refusals, repeats, use at the journal's head, and what is foreseen. */
import { CATALOGUE_STREAM } from '#contracts';
import type { EventTypeDefinition, FateDefinition, HostName, LaborId, QuestId, TypeName } from '#domain';
import { countingJournal, createMemoryJournal, ingestRig, MemoryStore, report } from '#testing';

const used = { category: 'disk', description: null, restricted: false };

async function fresh(store = new MemoryStore()) {
  const rig = ingestRig(countingJournal(createMemoryJournal({ store })));
  await rig.define();
  const kinds = () => (store.streams.get(CATALOGUE_STREAM) ?? []).map((entry) => entry.type);
  const moved = async (text: string): Promise<string> => {
    const [move, of] = text.split(' ') as ['retire' | 'restore' | 'delete', string];
    const outcome = await (/^\d+$/.test(of)
      ? rig.ingest.moveFate(of, move, rig.operator)
      : rig.ingest.moveEventType(of, move, rig.operator));
    return outcome.ok ? (outcome.value.items[0]?.item.status ?? '') : outcome.problem.code;
  };
  const all = async (...moves: readonly string[]): Promise<readonly string[]> => {
    const ends: string[] = [];
    for (const each of moves) ends.push(await moved(each));
    return ends;
  };
  return { ...rig, store, kinds, all };
}

test('rule 10: what is so already is answered unchanged, with the place of the last change', async () => {
  const { ingest, operator, kinds, store } = await fresh();
  const first = await ingest.moveFate('1', 'retire', operator);
  const last = store.streams.get(CATALOGUE_STREAM)!.at(-1)!.position;
  expect(first).toMatchObject({ value: { position: last, items: [{ item: { id: 1, status: 'retired' } }] } });
  expect(await ingest.moveFate('1', 'retire', operator)).toEqual(first);
  expect(await ingest.moveEventType('disk-full', 'restore', operator)).toMatchObject({
    value: { position: last, items: [{ item: { name: 'disk-full', status: 'in-force' } }] },
  });
  expect(kinds().slice(5)).toEqual(['FateRetired']);
});

test('rule 10: events of a retired type are refused, and taken again when it is restored', async () => {
  const { ingest, operator, all } = await fresh();
  expect(await all('retire disk-full', 'retire 1', 'retire disk-full')).toEqual(['in-use', 'retired', 'retired']);
  expect(await ingest.logEvents([report('a')], operator)).toMatchObject({ problem: { code: 'event-type-retired' } });
  expect(await all('restore 1', 'restore disk-full', 'restore 1')).toEqual([
    'event-type-retired',
    'in-force',
    'in-force',
  ]);
  expect(await ingest.logEvents([report('a')], operator)).toMatchObject({ ok: true });
});

test('rule 10: what was never used is deleted; its name is free, its number is not', async () => {
  const { ingest, operator, all, kinds } = await fresh();
  const definition: EventTypeDefinition = { ...used, state: 'worn' };
  await ingest.defineEventTypes([definition], operator);
  expect(await all('delete disk-worn', 'retire disk-worn', 'delete disk-worn', 'delete disk-worn')).toEqual([
    'not-retired',
    'retired',
    'retired',
    'event-type-unknown',
  ]);
  expect(kinds().slice(-2)).toEqual(['EventTypeRetired', 'EventTypeDeleted']);
  expect(await ingest.defineEventTypes([definition], operator)).toMatchObject({
    value: { items: [{ created: true, item: { id: 5, name: 'disk-worn' } }] },
  });
});

test('rule 10: a type of which there was an event is not deleted, nor a fate of whose types there was one while it was in force', async () => {
  const { ingest, operator, all } = await fresh();
  await ingest.logEvents([report('a', { type: 'disk-cleaned' })], operator);
  expect(await all('retire 1', 'retire 2', 'delete 1', 'delete 2')).toEqual(['retired', 'retired', 'in-use', 'in-use']);
  // before it came, and while it was retired
  const fate: FateDefinition = {
    ...{ creates: 'disk-full', completedBy: 'disk-cleaned', intermediate: true, follows: null },
    ...{ onRepeat: 'open', name: 'late', description: null, actors: [] },
  };
  await ingest.defineFates([fate], operator);
  await all('retire 3');
  await ingest.logEvents([report('a'), report('b', { type: 'disk-cleaned' })], operator);
  await all('restore 3', 'retire 3');
  await ingest.logEvents([report('c')], operator);
  expect(await all('delete 3')).toEqual(['retired']);
  await ingest.defineFates([fate], operator);
  await ingest.logEvents([report('d')], operator);
  expect(await all('retire 4', 'restore 4', 'retire 4', 'delete 4')).toEqual([
    'retired',
    'in-force',
    'retired',
    'in-use',
  ]);
});

test('rule 10: a type of which a quest claims labors is not deleted', async () => {
  const { ingest, operator, all } = await fresh();
  const asked = { creator: null, description: 'd', target: null, references: [], claim: 'none' } as const;
  const hosts = ['a' as HostName];
  await ingest.defineEventTypes([{ ...used, state: 'worn' }], operator);
  expect(await ingest.embarkQuest({ ...asked, hosts, type: 'disk-worn' }, operator)).toMatchObject({ ok: true });
  expect(await all('retire disk-worn', 'delete disk-worn')).toEqual(['retired', 'in-use']);
  await ingest.abandonQuest(1 as QuestId, { by: null, reason: 'over' }, operator);
  expect(await all('delete disk-worn')).toEqual(['in-use']);
});

test('rule 10: nothing is deleted while a host is parked or behind, nor by views that lack entries', async () => {
  const { ingest, operator, views, all } = await fresh();
  await ingest.defineEventTypes([{ ...used, state: 'worn' }], operator);
  await all('retire disk-worn');
  views.parked.set('p', 3);
  expect(await all('delete disk-worn')).toEqual(['host-parked']);
  views.parked.clear();
  views.behind.add('q' as never);
  expect(await all('delete disk-worn')).toEqual(['conflict']);
  views.behind.clear();
  views.state = 'away';
  expect(await all('delete disk-worn', 'retire 1', 'restore 1')).toEqual(['not-caught-up', 'retired', 'in-force']);
  views.state = 'there';
  expect(await all('delete disk-worn')).toEqual(['retired']);
});

test('with an Idempotency-Key it is done once, and answered as it was', async () => {
  const { ingest, operator, kinds } = await fresh();
  const keyed = { ...operator, idempotencyKey: 'k' };
  const first = await ingest.moveFate('1', 'retire', keyed);
  await ingest.moveFate('1', 'restore', operator);
  expect(await ingest.moveFate('1', 'retire', keyed)).toEqual(first);
  expect(kinds().slice(5)).toEqual(['FateRetired', 'FateRestored']);
});

test('who has seen another state of it is refused, and nothing is changed', async () => {
  const { ingest, operator, kinds } = await fresh();
  const outcome = await ingest.moveEventType('power-cut', 'retire', operator, () => false);
  expect(outcome).toMatchObject({ problem: { code: 'precondition-failed' } });
  expect(await ingest.foreseeFateMove('1', 'retire', operator, () => false)).toMatchObject({
    problem: { code: 'precondition-failed' },
  });
  expect(kinds()).toHaveLength(5);
});

describe('what is foreseen', () => {
  function labor(nth: number, quest: number | null) {
    return { id: `h${nth}~0` as LaborId, type: 'disk-full' as TypeName, quest: quest as QuestId | null };
  }

  test('the labors that would be stranded, by type and quest, with examples; and nothing is changed', async () => {
    const { ingest, operator, views, kinds } = await fresh();
    views.open.push(...Array.from({ length: 12 }, (_, nth) => labor(nth, nth < 8 ? 4 : nth < 9 ? 5 : null)));
    expect(await ingest.foreseeFateMove('1', 'retire', operator)).toMatchObject({
      value: {
        item: { id: 1, status: 'retired' },
        changes: true,
        labors: [
          {
            ...{ type: 'disk-full', effect: 'stranded', open: 12 },
            quests: [
              { quest: 4, open: 8 },
              { quest: null, open: 3 },
              { quest: 5, open: 1 },
            ],
            examples: Array.from({ length: 10 }, (_, nth) => `h${nth}~0`),
          },
        ],
      },
    });
    expect(kinds()).toHaveLength(5);
    await ingest.moveFate('1', 'retire', operator);
    expect(await ingest.foreseeFateMove('1', 'retire', operator)).toMatchObject({
      value: { changes: false, labors: [] },
    });
    expect(await ingest.foreseeFateMove('1', 'restore', operator)).toMatchObject({
      value: { item: { status: 'in-force' }, labors: [{ effect: 'freed', open: 12 }] },
    });
  });

  test('of more labors than are looked at, quests are counted by the newest, and it is said', async () => {
    const { ingest, operator, views } = await fresh();
    views.open.push(...Array.from({ length: 501 }, (_, nth) => labor(nth, null)));
    expect(await ingest.foreseeFateMove('1', 'retire', operator)).toMatchObject({
      value: { labors: [{ open: 501, quests: [{ quest: null, open: 500 }], questsAtLeast: true }] },
    });
  });

  test('refusals, as they would be', async () => {
    const { ingest, operator } = await fresh();
    await ingest.logEvents([report('a')], operator);
    expect(await ingest.foreseeEventTypeMove('disk-full', 'retire', operator)).toMatchObject({
      problem: { code: 'in-use' },
    });
    expect(await ingest.foreseeEventTypeMove('no such', 'retire', operator)).toMatchObject({
      problem: { code: 'event-type-unknown' },
    });
    await ingest.moveFate('1', 'retire', operator);
    expect(await ingest.foreseeFateMove('1', 'delete', operator)).toMatchObject({ problem: { code: 'in-use' } });
    await ingest.moveFate('2', 'retire', operator);
    await ingest.moveEventType('power-cut', 'retire', operator);
    expect(await ingest.foreseeEventTypeMove('power-cut', 'delete', operator)).toMatchObject({
      problem: { code: 'in-use', detail: expect.stringContaining('fate 2') as string },
    });
  });
});
