/** Definitions with an Idempotency-Key: made once, and answered with what was new then. */
import type { EventTypeDefinition, FateDefinition } from '#domain';
import { createMemoryJournal, ingestRig } from '#testing';
import { type Act, again, caller, entries, everywhere, prepared, tryOnce } from './testing-tries.js';

describe('definitions', () => {
  const types: EventTypeDefinition[] = [
    { category: 'disk', state: 'full', description: null, restricted: false },
    { category: 'net', state: 'down', description: 'gone', restricted: false },
    { category: 'net', state: 'up', description: null, restricted: false },
    { category: 'net', state: 'down', description: 'gone', restricted: false },
  ];
  const fates: FateDefinition[] = [
    {
      ...{ creates: 'disk-cleaned', completedBy: 'disk-full', intermediate: false, follows: null },
      ...{ onRepeat: 'open', name: 'back', description: null, actors: [] },
    },
  ];

  test('event types: defined once, and answered with what was new then', async () => {
    const act: Act = ({ ingest }) => ingest.defineEventTypes(types, caller);
    await everywhere(act, prepared, (store) => {
      expect(entries(store, 'catalogue')).toHaveLength(7);
    });
    const store = await prepared();
    expect(await again(store, act)).toMatchObject({
      value: { items: [{ created: false }, { created: true, item: { id: 4 } }, { created: true }, { created: false }] },
    });
  }, 60_000);

  test('fates: the same, also when they were changed since', async () => {
    const act: Act = ({ ingest }) => ingest.defineFates(fates, caller);
    await everywhere(act, prepared, (store) => {
      expect(entries(store, 'catalogue')).toHaveLength(6);
    });
    for (const keep of [true, false]) {
      const store = await prepared();
      // the record, the definition, the answer
      const first = await tryOnce(store, keep ? 9 : 2, 'after', act);
      expect(first.ended).toBe(!keep);
      const rig = ingestRig(createMemoryJournal({ store }));
      await rig.ingest.amendFate('back', { description: 'changed', name: null }, rig.operator);
      expect(await again(store, act)).toMatchObject({
        value: { items: [{ created: true, item: { name: 'back', description: null } }] },
      });
      expect(await again(store, act)).toEqual(await again(store, act));
    }
  }, 60_000);
});
