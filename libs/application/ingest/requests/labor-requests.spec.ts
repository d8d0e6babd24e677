/** Commands on labors with an Idempotency-Key: each is stored once, wherever a try dies, and answered as before. */
import { START } from '#contracts';
import type { HostName, LaborCommand, QuestId } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  type IngestRig,
  MemoryStore,
  report,
  wrapJournal,
} from '#testing';
import { type Act, again, caller, entries, everywhere, prepared, tryOnce } from './testing-tries.js';

describe('commands on labors', () => {
  /** Views that have what the journal has: a labor is waived where its host's stream says so. */
  function seeing(store: MemoryStore, { views }: IngestRig): void {
    const named = (kind: string) =>
      entries(store, 'host-', kind).map(({ json }) => (JSON.parse(json) as { labor: string }).labor);
    const [waived, reopened] = [new Set(named('LaborWaived')), new Set(named('LaborReopened'))];
    for (const id of ['a~0', 'b~0', 'c~0'])
      views.labors.set(id, waived.has(id) && !reopened.has(id) ? 'waived' : 'open');
    views.position = [...store.streams.values()]
      .flat()
      .reduce((most, { position }) => (position > most ? position : most), START);
  }

  test.each<[LaborCommand]>([
    [{ kind: 'LaborAcknowledged', by: null, note: 'x' }],
    [{ kind: 'LaborAssigned', by: null, to: 'bob', note: null }],
    [{ kind: 'LaborWaived', by: null, reason: 'x' }],
    [{ kind: 'LaborNoted', by: null, text: 'x' }],
    [{ kind: 'LaborAdopted', by: null, quest: null }],
  ])(
    '%o: once, wherever the first try ends, also where it closed the labor',
    async (command) => {
      let current: MemoryStore;
      const act: Act = (rig) => {
        seeing(current, rig);
        return rig.ingest.commandLabor('a~0', command, caller);
      };
      const begin = async () => (current = await prepared());
      await everywhere(act, begin, (store) => {
        expect(store.streams.get('host-a')).toHaveLength(2);
      });
    },
    60_000,
  );

  test('a waive is taken back once, wherever the first try ends', async () => {
    let current: MemoryStore;
    const act: Act = (rig) => {
      seeing(current, rig);
      return rig.ingest.commandLabor('a~0', { kind: 'LaborReopened', by: null, reason: 'x' }, caller);
    };
    const begin = async () => {
      current = await prepared();
      const rig = ingestRig(createMemoryJournal({ store: current }));
      seeing(current, rig);
      const waive = { kind: 'LaborWaived', by: null, reason: 'x' } as const;
      expect(await rig.ingest.commandLabor('a~0', waive, rig.operator)).toMatchObject({ ok: true });
      return current;
    };
    await everywhere(act, begin, (store) => {
      expect(store.streams.get('host-a')).toHaveLength(3);
    });
  }, 60_000);

  test('a labor joins a quest once, wherever the first try ends', async () => {
    let current: MemoryStore;
    const act: Act = (rig) => {
      seeing(current, rig);
      return rig.ingest.commandLabor('a~0', { kind: 'LaborAdopted', by: null, quest: 1 as QuestId }, caller);
    };
    const begin = async () => {
      current = await prepared();
      const rig = ingestRig(createMemoryJournal({ store: current }));
      const more = { type: 'disk-full', creator: null, description: 'd', target: null, references: [] };
      expect(
        await rig.ingest.embarkQuest({ hosts: ['q'] as unknown as HostName[], ...more }, rig.operator),
      ).toMatchObject({
        ok: true,
      });
      return current;
    };
    await everywhere(act, begin, (store) => {
      expect(entries(store, 'host-', 'LaborAdopted')).toHaveLength(1);
    });
  }, 60_000);

  test('in bulk: each labor once, and each result as before', async () => {
    let current: MemoryStore;
    const ids = ['c~0', 'a~7', 'nothing', 'A~0', 'b~0', 'a~0'];
    const act: Act = (rig) => {
      seeing(current, rig);
      return rig.ingest.commandLabors(ids, { kind: 'LaborWaived', by: null, reason: 'x' }, caller);
    };
    const begin = async () => (current = await prepared());
    await everywhere(act, begin, (store) => {
      expect(entries(store, 'host-', 'LaborWaived')).toHaveLength(3);
    });
    expect(await act(ingestRig(createMemoryJournal({ store: current! })))).toMatchObject({
      value: {
        results: [
          { id: 'c~0' },
          { id: 'a~7', fault: { code: 'labor-unknown' } },
          { id: 'nothing', fault: { code: 'labor-unknown' } },
          { id: 'a~0' },
          { id: 'b~0' },
          { id: 'a~0' },
        ],
      },
    });
  }, 60_000);

  test('by a filter: what the first try found, each labor once, though what is done is found no longer', async () => {
    let current: MemoryStore;
    const act: Act = async (rig) => {
      seeing(current, rig);
      const waive = { kind: 'LaborWaived', by: null, reason: 'x' } as const;
      const answer = await rig.ingest.commandLaborsWhere({ filter: { state: ['open'] }, written: {} }, waive, caller);
      if (answer.ok && 'results' in answer.value)
        expect(answer.value.results).toMatchObject(
          ['a~0', 'b~0', 'c~0'].map((id) => ({ id, position: expect.any(BigInt) as unknown })),
        );
      return answer;
    };
    const begin = async () => (current = await prepared());
    await everywhere(act, begin, (store) => {
      expect(entries(store, 'host-', 'LaborWaived')).toHaveLength(3);
    });
  }, 60_000);

  test('a filter that is only asked for what it would find changes nothing', async () => {
    const store = await prepared();
    const rig = ingestRig(createMemoryJournal({ store }));
    seeing(store, rig);
    const size = entries(store, '').length;
    expect(await rig.ingest.foreseeLaborsWhere({ state: ['open'] }, rig.operator)).toMatchObject({
      value: { found: 3, atLeast: false, examples: ['a~0', 'b~0', 'c~0'] },
    });
    expect(entries(store, '')).toHaveLength(size);
  });

  test('what another try closes while this one looks is not refused', async () => {
    const store = await prepared();
    const waive = ({ ingest }: IngestRig) =>
      ingest.commandLabor('a~0', { kind: 'LaborWaived', by: null, reason: 'x' }, caller);
    const journal = createMemoryJournal({ store });
    let heads = 0;
    const first = ingestRig(
      wrapJournal(journal, {
        async head() {
          heads += 1;
          // its views have shown the labor closed, and it asks how far they should be
          if (heads === 2) {
            const { ended, answer } = await tryOnce(store, 3, 'before', (rig) => {
              seeing(store, rig);
              return waive(rig);
            });
            expect([ended, answer, entries(store, 'host-a', 'LaborWaived').length]).toEqual([true, undefined, 1]);
            seeing(store, first);
          }
          return journal.head();
        },
      }),
    );
    first.views.labors.set('a~0', 'waived');
    expect(await waive(first)).toMatchObject({ ok: true });
    expect(heads).toBe(2);
    expect(entries(store, 'host-a', 'LaborWaived')).toHaveLength(1);
  });

  test('what a store refused in part is not answered for good: sent again, the rest is done', async () => {
    const store = await prepared();
    const failing = faultyJournal(createMemoryJournal({ store }), {
      write: ({ stream }) => (stream === 'host-b' ? 'failed' : undefined),
    });
    const act: Act = (rig) => {
      seeing(store, rig);
      return rig.ingest.commandLabors(['a~0', 'b~0'], { kind: 'LaborWaived', by: null, reason: 'x' }, caller);
    };
    expect(await act(ingestRig(failing))).toMatchObject({
      value: { results: [{ id: 'a~0' }, { id: 'b~0', fault: { code: 'store-unavailable' } }] },
    });
    const second = await again(store, act);
    expect(second).toMatchObject({ value: { results: [{ id: 'a~0' }, { id: 'b~0' }] } });
    expect(
      JSON.stringify(second, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)),
    ).not.toContain('fault');
    expect(entries(store, 'host-', 'LaborWaived')).toHaveLength(2);
  }, 30_000);

  test('a second try in the same process finds a command that is not among the stream’s remembered events', async () => {
    const store = await prepared();
    const rig = ingestRig(createMemoryJournal({ store }));
    seeing(store, rig);
    const ack = { kind: 'LaborAcknowledged', by: null, note: null } as const;
    // its end is remembered, with all of its events
    await rig.ingest.logEvents([report('a', { key: 'k' })], rig.operator);
    const journal = createMemoryJournal({ store });
    const keepsNoAnswer = wrapJournal(journal, {
      writeState: async (name, value, version) =>
        name.startsWith('request-') && value.includes('answered')
          ? 'conflict'
          : journal.writeState(name, value, version),
    });
    const unkept = ingestRig(keepsNoAnswer);
    seeing(store, unkept);
    await unkept.ingest.logEvents([report('a', { key: 'k' })], rig.operator);
    for (let nth = 1; nth <= 2; nth += 1)
      expect(await unkept.ingest.commandLabor('a~0', ack, caller)).toMatchObject({ ok: true });
    expect(entries(store, 'host-a', 'LaborAcknowledged')).toHaveLength(1);
  }, 30_000);
});
