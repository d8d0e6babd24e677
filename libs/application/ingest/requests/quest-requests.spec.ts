/** Requests with an Idempotency-Key on quests: their work is done once, wherever a try dies, and sent again they answer as before. */
import type { HostName, QuestId } from '#domain';
import { createMemoryJournal, faultyJournal, ingestRig, MemoryStore, seededFaults, until } from '#testing';
import {
  type Act,
  again,
  type Answer,
  caller,
  entries,
  everywhere,
  FIRST_MS,
  MINUTE_MS,
  prepared,
  tryOnce,
} from './testing-tries.js';

const HOSTS = ['a', 'b', 'c'] as HostName[];

function quest(hosts: readonly string[]) {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as HostName[], ...rest };
}

const names = (count: number) => Array.from({ length: count }, (_, nth) => `h${nth}`);

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
    // the record, the number, its reservation, the entering and some of the chunks come before the acceptance
    expect(first).toBeGreaterThan(5);
  }, 60_000);

  test('a quest of several writes whose first try ended half way lists each host once', async () => {
    const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
    const act: Act = ({ ingest }) => ingest.embarkQuest(quest(hosts), caller);
    for (const nth of [5, 6]) {
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

  test('rule 22: whatever came of the type since, the repeat says as before whether hosts are without', async () => {
    const act: Act = ({ ingest }) => ingest.addQuestHosts(1 as QuestId, HOSTS, caller);
    for (const first of ['retire', 'restore'] as const) {
      const between = first === 'retire' ? 'restore' : 'retire';
      let accepted = 0;
      for (let nth = 1; ; nth += 1) {
        const store = await begin();
        const { idempotencyKey: _, ...admin } = caller;
        if (first === 'retire') await ingestRig(createMemoryJournal({ store })).ingest.moveFate('1', first, admin);
        const { ended } = await tryOnce(store, nth, 'after', act);
        if (!ended) break;
        const isAccepted = questsOf(store).accepted.length === 2;
        const moved = await ingestRig(createMemoryJournal({ store }), FIRST_MS + 2 * MINUTE_MS).ingest.moveFate(
          '1',
          between,
          admin,
        );
        if (!moved.ok || !isAccepted) continue;
        accepted += 1;
        const answer = await again(store, act, 3 * MINUTE_MS);
        expect([first, nth, answer]).toMatchObject([first, nth, { ok: true, value: { hosts: 2 } }]);
        expect([first, nth, (answer?.value as { without?: number }).without]).toEqual([
          first,
          nth,
          first === 'retire' ? 2 : undefined,
        ]);
      }
      expect(accepted).toBeGreaterThan(0);
    }
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
      await until('all is embarked', () => entries(store, 'quest-1', 'QuestHostsEmbarked').length === 3);
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
