/** Requests with an Idempotency-Key: their work is done once, wherever a try dies, and sent again they answer as before. */
import type { StoredEntry } from '#contracts';
import type { EventTypeDefinition, FateDefinition, HostName, LaborCommand, QuestId } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  mortalJournal,
  report,
  seededFaults,
  wrapJournal,
  type IngestRig,
} from '#testing';
import type { Journal } from '#ports';
import type { Caller } from '../ingest.js';

const HOSTS = ['a', 'b', 'c'] as HostName[];
const caller: Caller = { name: 'ann', mayReportRestricted: true, idempotencyKey: 'run-17' };
const FIRST_MS = Date.parse('2024-05-01T08:00:00.000Z');
const MINUTE_MS = 60_000;

type Answer = { readonly ok: boolean; readonly value?: unknown } | undefined;
type Act = (rig: IngestRig) => Promise<unknown>;

function quest(hosts: readonly string[]) {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as HostName[], ...rest };
}

const names = (count: number) => Array.from({ length: count }, (_, nth) => `h${nth}`);

async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`not within seconds: ${what}`);
}

/** How a try ends at one of its writes: that is not done; it is done and nobody told; it is done long after. */
const ENDINGS = ['before', 'after', 'late'] as const;

interface Ended {
  /** Undefined where it ended before it had one. */
  readonly answer: Answer;
  readonly ended: boolean;
  /** Lets go on what is late; answers what it answers then. */
  goOn(): Promise<Answer>;
}

/** A try that ends at its nth write, or comes to its end. */
async function tryOnce(store: MemoryStore, nth: number, how: (typeof ENDINGS)[number], act: Act): Promise<Ended> {
  const base = createMemoryJournal({ store });
  const { journal: mortal, kill } = mortalJournal(base);
  let writes = 0;
  let ended = false;
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  async function write<T>(call: () => Promise<T>): Promise<T> {
    writes += 1;
    if (writes !== nth) return call();
    ended = true;
    if (how === 'late') await held;
    else if (how === 'after') await call();
    if (how !== 'late') kill();
    return call();
  }
  const journal: Journal = {
    ...mortal,
    append: (all) => write(() => mortal.append(all)),
    writeState: (...call) => write(() => mortal.writeState(...call)),
  };
  let answer: Answer;
  const acting = act(ingestRig(journal)).then((value) => (answer = value as Answer));
  await eventually(() => ended || answer !== undefined, 'it ended');
  const wait = async () => {
    goOn();
    await acting;
    return answer;
  };
  return { answer, ended, goOn: wait };
}

function again(store: MemoryStore, act: Act, afterMs = MINUTE_MS): Promise<Answer> {
  return act(ingestRig(createMemoryJournal({ store }), FIRST_MS + afterMs)) as Promise<Answer>;
}

async function prepared(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const rig = ingestRig(createMemoryJournal({ store }));
  await rig.define();
  await rig.ingest.logEvents(
    ['a', 'b', 'c'].map((host) => report(host)),
    rig.operator,
  );
  return store;
}

function entries(store: MemoryStore, prefix: string, type?: string): StoredEntry[] {
  return [...store.streams]
    .filter(([stream]) => stream.startsWith(prefix))
    .flatMap(([, all]) => all.filter((entry) => type === undefined || entry.type === type));
}

/** Each quest that was accepted, and how many events each host has of it. */
function questsOf(store: MemoryStore): {
  readonly accepted: string[];
  readonly events: number;
  readonly hosts: number;
} {
  const accepted = entries(store, 'quest-', 'QuestHostsAccepted').map(({ stream }) => stream);
  const events = entries(store, 'host-').filter(
    ({ json }) => (JSON.parse(json) as { quest?: number }).quest !== undefined,
  );
  return { accepted, events: events.length, hosts: new Set(events.map(({ stream }) => stream)).size };
}

/** Ends the act at each of its writes in each way; sends it again elsewhere, twice; then lets go on what was late. */
async function everywhere(act: Act, begin: () => Promise<MemoryStore>, check: (store: MemoryStore) => void) {
  for (const how of ENDINGS) {
    let ends = 0;
    for (let nth = 1; ; nth += 1) {
      const store = await begin();
      const first = await tryOnce(store, nth, how, act);
      const second = await again(store, act);
      expect([how, nth, second]).toMatchObject([how, nth, { ok: true }]);
      check(store);
      expect(await again(store, act, 2 * MINUTE_MS)).toEqual(second);
      if (first.ended && how === 'late') expect(await first.goOn()).toEqual(second);
      if (!first.ended) expect(first.answer).toEqual(second);
      expect(await again(store, act, 3 * MINUTE_MS)).toEqual(second);
      check(store);
      if (!first.ended) break;
      ends += 1;
    }
    expect(ends).toBeGreaterThanOrEqual(3);
  }
}

describe('POST /quests', () => {
  test('wherever the first try ends, there is one quest, and each host has one event', async () => {
    const act: Act = ({ ingest }) => ingest.embarkQuest(quest(HOSTS), caller);
    await everywhere(act, prepared, (store) => {
      const { accepted, events, hosts } = questsOf(store);
      expect([accepted.length, events, hosts]).toEqual([1, 3, 3]);
    });
  }, 60_000);

  test('one of several writes is resumed where it was left, and not judged again once it was accepted', async () => {
    const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
    const target = new Date(FIRST_MS + MINUTE_MS / 2).toISOString() as never;
    let first = 0;
    for (let nth = 1; nth <= 40; nth += 1) {
      const store = await prepared();
      // the second try comes when the target has passed
      const act: Act = ({ ingest }) => ingest.embarkQuest({ ...quest(hosts), target }, caller);
      const { ended } = await tryOnce(store, nth, 'after', act);
      const accepted = questsOf(store).accepted.length;
      first = Math.max(first, accepted === 0 ? nth : first);
      const answer = await again(store, act);
      if (accepted === 1) {
        expect(answer).toMatchObject({ ok: true, value: { id: 1, hosts: hosts.length, state: 'embarking' } });
      } else expect(answer).toMatchObject({ ok: false, problem: { code: 'target-not-in-future' } });
      expect(questsOf(store).accepted).toHaveLength(accepted);
      const listed = entries(store, 'quest-1', 'QuestHostsListed');
      const all = listed.flatMap(({ json }) => (JSON.parse(json) as { hosts: string[] }).hosts);
      expect(new Set(all).size).toBe(all.length);
      if (!ended) break;
    }
    // the record, the number, its reservation and some of the chunks come before the acceptance
    expect(first).toBeGreaterThan(4);
  }, 60_000);

  test('a quest of several writes whose first try ended half way lists each host once', async () => {
    const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
    const act: Act = ({ ingest }) => ingest.embarkQuest(quest(hosts), caller);
    for (const nth of [4, 5]) {
      const store = await prepared();
      expect((await tryOnce(store, nth, 'after', act)).ended).toBe(true);
      const before = entries(store, 'quest-1').length;
      expect(before).toBeGreaterThan(0);
      expect(await again(store, act)).toMatchObject({ ok: true, value: { id: 1, hosts: 9000 } });
      const listed = entries(store, 'quest-1', 'QuestHostsListed');
      expect(listed.flatMap(({ json }) => (JSON.parse(json) as { hosts: string[] }).hosts)).toEqual(hosts);
      expect(questsOf(store).accepted).toHaveLength(1);
    }
  }, 60_000);

  test('a number that is another quest’s is given up', async () => {
    const store = await prepared();
    const journal = createMemoryJournal({ store });
    await ingestRig(journal).ingest.embarkQuest(quest(['x']), { ...caller, idempotencyKey: 'other' });
    const [draft] = store.streams.get('quest-1')!;
    await journal.append([{ stream: 'quest-2', expected: 'none', entries: [{ ...draft!, id: crypto.randomUUID() }] }]);
    const act: Act = ({ ingest }) => ingest.embarkQuest(quest(HOSTS), caller);
    expect(await again(store, act)).toMatchObject({ ok: true, value: { id: 3 } });
    expect(store.streams.get('quest-2')).toHaveLength(1);
    expect(await again(store, act)).toMatchObject({ ok: true, value: { id: 3 } });
  });

  test('two at once, in one process and in two: one quest, one answer', async () => {
    const store = await prepared();
    const rigs = [0, 1, 2].map(() => ingestRig(createMemoryJournal({ store })));
    const act: Act = ({ ingest }) => ingest.embarkQuest(quest(HOSTS), caller);
    const answers = await Promise.all([...rigs, ...rigs].map((rig) => act(rig)));
    expect(answers[0]).toMatchObject({ ok: true });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(questsOf(store)).toMatchObject({ accepted: ['quest-1'].slice(0, 1), events: 3 });
  });

  test('over a store that fails in every way, tried until it says yes: one quest', async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const store = await prepared();
      let answer: Answer;
      for (let tries = 1; tries <= 20 && answer?.ok !== true; tries += 1) {
        const faults = seededFaults({ seed: seed * 100 + tries, writes: 0.4, reads: 0.1 });
        const { ingest } = ingestRig(faultyJournal(createMemoryJournal({ store }), faults), FIRST_MS + tries);
        answer = await ingest.embarkQuest(quest(HOSTS), caller).catch(() => undefined);
      }
      expect([seed, answer]).toMatchObject([seed, { ok: true }]);
      const act: Act = ({ ingest }) => ingest.embarkQuest(quest(HOSTS), caller);
      expect(await again(store, act)).toMatchObject({ ok: true, value: { hosts: 3 } });
      expect(questsOf(store).accepted).toHaveLength(1);
    }
  }, 60_000);
});

describe('POST /quests/{id}/hosts', () => {
  const begin = async () => {
    const store = await prepared();
    await ingestRig(createMemoryJournal({ store })).ingest.embarkQuest(quest(['x', 'a']), {
      ...caller,
      idempotencyKey: 'q',
    });
    return store;
  };

  test('wherever the first try ends, each host is added once, and the answer counts them as before', async () => {
    const act: Act = ({ ingest }) => ingest.addQuestHosts(1 as QuestId, HOSTS, caller);
    expect(await again(await begin(), act)).toMatchObject({ ok: true, value: { id: 1, hosts: 2 } });
    await everywhere(act, begin, (store) => {
      const { accepted, events, hosts } = questsOf(store);
      expect([accepted.length, events, hosts]).toEqual([2, 4, 4]);
    });
  }, 60_000);

  test('hosts that somebody else added between two tries are not added again', async () => {
    for (let nth = 1; ; nth += 1) {
      const store = await begin();
      const act: Act = ({ ingest }) => ingest.addQuestHosts(1 as QuestId, names(5000) as HostName[], caller);
      const { ended } = await tryOnce(store, nth, 'after', act);
      const others = ['h1', 'h4999', 'new'] as HostName[];
      await ingestRig(createMemoryJournal({ store })).ingest.addQuestHosts(1 as QuestId, others, {
        ...caller,
        idempotencyKey: 'others',
      });
      const { ingest } = ingestRig(createMemoryJournal({ store }), FIRST_MS + MINUTE_MS);
      ingest.start();
      expect(await ingest.addQuestHosts(1 as QuestId, names(5000) as HostName[], caller)).toMatchObject({ ok: true });
      await eventually(() => entries(store, 'quest-1', 'QuestHostsEmbarked').length === 3, 'all is embarked');
      await ingest.close();
      expect([nth, questsOf(store)]).toMatchObject([nth, { events: 5003, hosts: 5003 }]);
      const counts = entries(store, 'quest-1', 'QuestHostsAccepted').map(
        ({ json }) => (JSON.parse(json) as { hosts: number }).hosts,
      );
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5003);
      if (!ended) break;
    }
  }, 120_000);
});

describe('commands on labors', () => {
  /** Views that have what the journal has: a labor is waived where its host's stream says so. */
  function seeing(store: MemoryStore, { views }: IngestRig): void {
    const waived = new Set(
      entries(store, 'host-', 'LaborWaived').map(({ json }) => (JSON.parse(json) as { labor: string }).labor),
    );
    for (const id of ['a~0', 'b~0', 'c~0']) views.labors.set(id, waived.has(id) ? 'waived' : 'open');
    views.position = [...store.streams.values()]
      .flat()
      .reduce((most, { position }) => (position > most ? position : most), views.position);
  }

  test.each<[LaborCommand]>([
    [{ kind: 'LaborAcknowledged', by: null, note: 'x' }],
    [{ kind: 'LaborAssigned', by: null, to: 'bob' }],
    [{ kind: 'LaborWaived', by: null, reason: 'x' }],
    [{ kind: 'LaborNoted', by: null, text: 'x' }],
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
