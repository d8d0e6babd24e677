/** Rules 15 and 22: what a quest adopts is decided by its stream and comes to the labors' hosts, whatever fails or dies meanwhile. */
import fc from 'fast-check';
import { decodeHostEntry, questStream } from '#contracts';
import { newHost, type HostName, type LaborId, type QuestId } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  mortalJournal,
  report,
  seededFaults,
  until,
  wrapJournal,
} from '#testing';
import { StoreUnavailable } from '#ports';
import { ID, idsOf, into, open, scene, WHY } from './testing-adoptions.js';
import { closeMortal, kinds, names, quest, requireAdopted, unfinished } from './testing-quests.js';

test('rule 15: joining is decided by the quest, and is with each labor’s host before the answer', async () => {
  const { ingest, operator, store, host, quest: stream } = await scene('a', 'b');
  const answer = await ingest.commandLabors(['a~0', 'b~0', 'c~0'], into(1), operator);
  const entries = await stream(1);
  const { position } = entries.at(-1)!;
  expect(answer).toMatchObject({
    ok: true,
    value: {
      position,
      results: [
        { id: 'a~0', position },
        { id: 'b~0', position },
        { id: 'c~0', fault: { code: 'labor-unknown' } },
      ],
    },
  });
  expect(kinds(entries).slice(-2)).toEqual(['QuestLaborsAccepted', 'QuestLaborsAdopted']);
  expect(decodeHostEntry((await host('a'))[1]!)).toMatchObject({
    entry: { kind: 'LaborAdopted', labor: 'a~0', quest: 1, by: 'ann', principal: 'ann' },
  });
  expect(requireAdopted(store, ID)).toEqual(['a~0', 'b~0']);
});

test('rule 15: leaving needs the entry of the host alone', async () => {
  const { ingest, operator, host, quest: stream } = await scene('a');
  const before = (await stream(1)).length;
  expect(await ingest.commandLabor('a~0', into(null), operator)).toMatchObject({ ok: true });
  expect(decodeHostEntry((await host('a'))[1]!)).toMatchObject({ entry: { kind: 'LaborAdopted', quest: null } });
  expect(await stream(1)).toHaveLength(before);
});

test('rule 15: refused where there is no such quest, where it is abandoned, and where the chain is too long; nothing is written', async () => {
  const { ingest, operator, journal, views } = await scene('a');
  await ingest.embarkQuest(quest(['r']), operator);
  await ingest.abandonQuest(2 as QuestId, WHY, operator);
  const { position } = await journal.head();
  for (const [id, code] of [
    [9, 'quest-unknown'],
    [2, 'quest-abandoned'],
  ] as const)
    expect(await ingest.commandLabor('a~0', into(id), operator)).toMatchObject({ ok: false, problem: { code } });
  const id = 'a~1.1' as LaborId;
  views.labors.set(id, 'open');
  const labor = { id, type: 'disk-full' as never, quest: null, chain: id, earlier: 1001 };
  views.states.set('a' as HostName, { ...newHost, open: [labor] });
  for (const target of [into(1), into(7)])
    expect(await ingest.commandLabor(id, target, operator)).toMatchObject({ problem: { code: 'cannot-adopt' } });
  expect((await journal.head()).position).toBe(position);
});

test('rule 15: the views are not asked for each host, unless for one whose labor follows another', async () => {
  const hosts = names(150);
  const { ingest, operator, views } = await scene(...hosts);
  const calls = async (work: () => Promise<{ readonly ok: boolean }>): Promise<number> => {
    const before = views.calls;
    expect(await work()).toMatchObject({ ok: true });
    return views.calls - before;
  };
  expect(await calls(() => ingest.commandLabors(idsOf(hosts), into(1), operator))).toBeLessThan(10);
  // of labors that follow others, those that the first look-up found fit are not asked for again
  const following = hosts.map((host) => `${host}~1.1`);
  for (const id of following) views.labors.set(id, 'open');
  const all = await calls(() => ingest.commandLabors([...following, 'h0~7'], into(null), operator));
  expect(all).toBeLessThan(following.length + 20);
});

test('what a failed request has left is carried out in the background; another try of it adds nothing twice', async () => {
  const { store } = await scene(...names(150));
  let stopped = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stopped && /^host-h1?[5-9]$/.test(stream) ? 'failed' : undefined),
  });
  const { ingest, operator, views } = ingestRig(journal);
  open(views.labors, names(150));
  const caller = { ...operator, idempotencyKey: 'once' };
  const adopt = () => ingest.commandLabors(idsOf(names(150)), into(1), caller);
  expect(await adopt()).toMatchObject({ ok: false, problem: { code: 'outcome-unknown' } });
  expect(unfinished(store)).toEqual(['quest-1']);
  stopped = false;
  ingest.start();
  expect(await adopt()).toMatchObject({ ok: true });
  await until('it is carried out', () => unfinished(store).length === 0);
  await ingest.close();
  expect(new Set(requireAdopted(store, ID)).size).toBe(150);
}, 20_000);

test.each(['here', 'in the background'])(
  'tries of one request at the same time add nothing twice, where the later one is carried out %s',
  async (where) => {
    const { store } = await scene('a');
    const base = createMemoryJournal({ store });
    const operator = { principal: 'ann', mayReportRestricted: true };
    const caller = { ...operator, idempotencyKey: 'once' };
    const failing = ingestRig(
      faultyJournal(base, { write: ({ stream }) => (stream === 'host-a' ? 'failed' : undefined) }),
    );
    open(failing.views.labors, ['a']);
    // the first one is accepted, and carried out by another process, just before the second one
    const other = ingestRig(base);
    let carrying: Promise<void> | undefined;
    const carried = async (): Promise<void> => {
      expect(await failing.ingest.commandLabor('a~0', into(1), caller)).toMatchObject({ ok: false });
      other.ingest.start();
      await until('the first is carried out', () => unfinished(store).length === 0);
      // what was added is no longer among the last entries of the host, which are read in any case
      const events = Array.from({ length: 400 }, () => report('a', { type: 'disk-cleaned' }));
      await other.ingest.logEvents(events, operator);
      await other.ingest.close();
    };
    const second = ingestRig(
      wrapJournal(base, {
        append: async (writes) => {
          if (writes.some(({ stream }) => stream === 'quest-1')) await (carrying ??= carried());
          return base.append(writes);
        },
        read: async (reads) => {
          const isAway = where !== 'here' && carrying !== undefined && reads.some(({ stream }) => stream === 'host-a');
          if (isAway) throw new StoreUnavailable('journal', 'away');
          return base.read(reads);
        },
      }),
    );
    open(second.views.labors, ['a']);
    expect(await second.ingest.commandLabor('a~0', into(1), caller)).toMatchObject({ ok: where === 'here' });
    const last = ingestRig(base);
    last.ingest.start();
    await until('all is carried out', () => unfinished(store).length === 0);
    await last.ingest.close();
    expect(requireAdopted(store, ID)).toEqual(['a~0', 'a~0']);
    expect(kinds(store.streams.get('host-a') ?? []).filter((kind) => kind === 'LaborAdopted')).toHaveLength(1);
  },
  20_000,
);

test('rule 22: an adoption that was accepted before the abandonment comes before the end, and none comes late', async () => {
  const { store, ingest, operator, host } = await scene('a', 'b');
  let stopped = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stopped && stream.startsWith('host-') ? 'failed' : undefined),
  });
  const late = ingestRig(journal);
  open(late.views.labors, ['a', 'b']);
  const key = { ...operator, idempotencyKey: 'late' };
  expect(await late.ingest.commandLabor('a~0', into(1), key)).toMatchObject({ problem: { code: 'outcome-unknown' } });
  expect(await ingest.commandLabor('b~0', into(1), operator)).toMatchObject({ ok: true });
  expect(await ingest.abandonQuest(ID, WHY, operator)).toMatchObject({ ok: true, value: { isEnded: true } });
  stopped = false;
  late.ingest.start();
  await until('it was looked for', () => late.views.questPages > 0);
  expect(await late.ingest.commandLabor('a~0', into(1), key)).toMatchObject({ ok: true });
  expect(await late.ingest.commandLabor('b~0', into(1), operator)).toMatchObject({
    problem: { code: 'quest-abandoned' },
  });
  await late.ingest.close();
  for (const name of ['a', 'b'])
    expect(kinds(await host(name))).toEqual(['EventLogged', 'LaborAdopted', 'QuestLaborsEnded']);
  requireAdopted(store, ID);
});

test('rule 22: killed at random, again and again: each accepted labor is adopted once, and none is open once the quest is abandoned', async () => {
  const scenario = fc.record({
    hosts: fc.constantFrom(2, 130, 260),
    abandons: fc.boolean(),
    lives: fc.array(fc.record({ dieAt: fc.integer({ min: 1, max: 22 }), abandons: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, abandons, lives }) => {
      const wanted = names(hosts);
      const { store, operator, clock } = await scene(...wanted);
      let now = clock.nowMs();
      for (const life of lives) {
        const only = abandons && life.abandons ? 'abandon' : 'adopt';
        await liveOnce(store, life.dieAt, wanted, (now += 10_000), only);
      }
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      await until('all is done', () => unfinished(store).length === 0);
      if (abandons) await last.ingest.abandonQuest(ID, WHY, operator);
      await until('it is ended', () => unfinished(store).length === 0);
      await last.ingest.close();
      requireAdopted(store, ID);
      const types = kinds(store.streams.get(questStream(ID)) ?? []);
      const times = (kind: string) => types.filter((type) => type === kind).length;
      expect([times('QuestAbandoned'), times('QuestHostsEnded')]).toEqual(abandons ? [1, 1] : [0, 0]);
    }),
    { numRuns: 20 },
  );
}, 120_000);

/**
 * One process that adopts all labors, in two requests side by side, or abandons the quest, and dies at the given change of the
 * journal, or when all is done.
 */
async function liveOnce(
  store: MemoryStore,
  dieAt: number,
  hosts: readonly string[],
  startMs: number,
  what: 'adopt' | 'abandon',
): Promise<void> {
  const life = { isOver: false };
  const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (life.isOver ||= nth >= dieAt));
  const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
  const { ingest, operator, views } = ingestRig(faulty, startMs, 'the only one');
  open(views.labors, hosts);
  ingest.start();
  let answered = false;
  const half = Math.ceil(hosts.length / 2);
  const act = async (): Promise<void> => {
    if (what === 'abandon') {
      await ingest.abandonQuest(ID, WHY, operator);
      return;
    }
    const both = [hosts.slice(0, half), hosts.slice(half)].map((some, nth) =>
      ingest.commandLabors(idsOf(some), into(1), { ...operator, idempotencyKey: `half ${nth}` }),
    );
    await Promise.all(both);
  };
  const end = (): void => void (answered = true);
  act().then(end, end);
  await until('it died or was done', () => life.isOver || (answered && unfinished(store).length === 0));
  await closeMortal(ingest, life);
}
