/** Events of a request with an Idempotency-Key: each gets a key of the request, by which a repeat is known. */
import { createMemoryJournal, ingestRig, report } from '#testing';
import { type Act, again, caller, ENDINGS, entries, prepared, tryOnce } from './testing-tries.js';

describe('events', () => {
  const logging: Act = ({ ingest }) =>
    ingest.logEvents([report('a'), report('b', { key: 'own' }), report('a')], caller);

  test('those without a key get one of the request’s; sent again they are known, each for itself', async () => {
    const store = await prepared();
    expect(await again(store, logging)).toMatchObject({
      value: {
        accepted: 3,
        events: [{ key: 'run-17/0', revision: 1 }, { key: 'own' }, { key: 'run-17/2', revision: 2 }],
      },
    });
    expect(await again(store, logging)).toMatchObject({
      value: { accepted: 0, duplicates: 3, events: [{ revision: 1, duplicate: true }, {}, { revision: 2 }] },
    });
    expect(entries(store, 'host-')).toHaveLength(6);
    expect([...store.states.keys()].filter((name) => name.startsWith('request-'))).toEqual([]);
  });

  test('wherever the first try ends', async () => {
    for (const how of ENDINGS) {
      const store = await prepared();
      const first = await tryOnce(store, 1, how, logging);
      expect(first.ended).toBe(true);
      expect(await again(store, logging)).toMatchObject({ ok: true });
      if (how === 'late') await first.goOn();
      expect(entries(store, 'host-')).toHaveLength(6);
    }
  });

  test('a stream’s have their line’s number', async () => {
    const store = await prepared();
    const act: Act = ({ ingest }) =>
      ingest.logEventStream(
        (async function* () {
          yield [report('a', { path: '1' }), report('a', { path: '3', key: 'own' })];
          yield [report('a', { path: '4' })];
        })(),
        caller,
      );
    expect(await again(store, act)).toMatchObject({ accepted: 3, duplicates: 0 });
    expect(await again(store, act)).toMatchObject({ accepted: 0, duplicates: 3 });
    const keys = entries(store, 'host-a').map(({ json }) => (JSON.parse(json) as { key: string | null }).key);
    expect(keys).toEqual([undefined, 'run-17/1', 'own', 'run-17/4']);
  });

  test('a key that would be too long is shortened, the same every time', async () => {
    const store = await prepared();
    const idempotencyKey = 'x'.repeat(200);
    for (const accepted of [1, 0]) {
      const { ingest } = ingestRig(createMemoryJournal({ store }));
      const logged = await ingest.logEvents([report('a')], { ...caller, idempotencyKey });
      expect(logged).toMatchObject({
        value: { accepted, events: [{ key: expect.stringMatching(/^[0-9a-f]{64}\/0$/) as string }] },
      });
    }
  });
});
