/** Rule 22: hosts that a quest takes out leave it, whatever fails or dies meanwhile, and none is put in again by what was decided before. */
import fc from 'fast-check';
import { decodeHostEntry, hostStream, questStream } from '#contracts';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  mortalJournal,
  report,
  seededFaults,
  until,
  type MemoryStore,
} from '#testing';
import { into, open } from './testing-adoptions.js';
import {
  added,
  closeMortal,
  defined,
  eventsOf,
  kinds,
  names,
  quest,
  requireMembers,
  those,
  unfinished,
} from './testing-quests.js';

const ID = 1 as QuestId;

async function scene(...hosts: readonly string[]) {
  const rig = await defined();
  await rig.ingest.embarkQuest(quest(hosts), rig.operator);
  return rig;
}

test('rule 22: it is decided by the quest, and is with each host before the answer, which names those that are not in', async () => {
  const { ingest, operator, store, host, quest: stream } = await scene('a', 'b', 'c');
  const answer = await ingest.removeQuestHosts(ID, those('b', 'z', 'a', 'b'), operator);
  const entries = await stream(1);
  const { position } = entries.at(-1)!;
  expect(answer).toEqual({ ok: true, value: { id: 1, hosts: 2, notIn: ['z'], position, isRemoved: true } });
  expect(kinds(entries).slice(-2)).toEqual(['QuestRemovalAccepted', 'QuestHostsRemoved']);
  expect(kinds(await host('a'))).toEqual(['EventLogged', 'QuestLeft']);
  expect(decodeHostEntry((await host('a'))[1]!)).toMatchObject({
    entry: { kind: 'QuestLeft', quest: 1, by: 'ann', principal: 'ann', reason: 'wrong site' },
  });
  expect(await ingest.removeQuestHosts(ID, those('a'), operator)).toMatchObject({
    ok: true,
    value: { hosts: 0, notIn: ['a'], isRemoved: true },
  });
  expect(await stream(1)).toHaveLength(entries.length);
  expect(requireMembers(store, ID)).toEqual(['c']);
});

test('rule 22: added again a host gets a new event; one that is in gets none; and both may leave again', async () => {
  const { ingest, operator, store, host } = await scene('a', 'b');
  await ingest.removeQuestHosts(ID, those('a'), operator);
  expect(await ingest.addQuestHosts(ID, added('a', 'b'), operator)).toMatchObject({ ok: true, value: { hosts: 1 } });
  expect(kinds(await host('a'))).toEqual(['EventLogged', 'QuestLeft', 'EventLogged']);
  expect(requireMembers(store, ID)).toEqual(['b', 'a']);
  await ingest.removeQuestHosts(ID, those('a', 'b'), operator);
  await ingest.addQuestHosts(ID, added('a'), operator);
  expect(eventsOf(store, 1)).toEqual(
    new Map([
      ['a', 3],
      ['b', 1],
    ]),
  );
  expect(requireMembers(store, ID)).toEqual(['a']);
});

test('refused: a quest that is not there, one that is abandoned, and no hosts; nothing is written', async () => {
  const { ingest, operator, journal } = await scene('a');
  await ingest.embarkQuest(quest(['r']), operator);
  await ingest.abandonQuest(2 as QuestId, { by: null, reason: 'over' }, operator);
  const { position } = await journal.head();
  for (const [id, hosts, code] of [
    [9, ['a'], 'quest-unknown'],
    [2, ['r'], 'quest-abandoned'],
    [1, [], 'quest-without-hosts'],
  ] as const)
    expect(await ingest.removeQuestHosts(id as QuestId, those(...hosts), operator)).toMatchObject({
      problem: { code },
    });
  expect((await journal.head()).position).toBe(position);
});

test('what would leave is counted by the views, and nothing is written', async () => {
  const { ingest, operator, journal, views } = await scene('a', 'b');
  views.open.push({ id: 'a~0' as LaborId, type: 'disk-full' as TypeName, quest: ID });
  const { position } = await journal.head();
  expect(await ingest.foreseeQuestHostsRemoval(ID, added('a', 'z', 'a'), operator)).toMatchObject({
    ok: true,
    value: { id: 1, hosts: 1, notIn: ['z'], chains: 1 },
  });
  expect(await ingest.foreseeQuestHostsRemoval(9 as QuestId, added('a'), operator)).toMatchObject({
    problem: { code: 'quest-unknown' },
  });
  views.state = 'away';
  expect(await ingest.foreseeQuestHostsRemoval(ID, added('a'), operator)).toMatchObject({
    problem: { code: 'not-caught-up' },
  });
  expect((await journal.head()).position).toBe(position);
});

test('rule 22: of a host that embarking has not reached yet the event never comes, however late it is tried', async () => {
  const { store, operator } = await defined();
  let stopped = true;
  const base = createMemoryJournal({ store });
  const journal = faultyJournal(base, {
    write: ({ stream }) => (stopped && (stream === 'host-a' || stream === 'host-b') ? 'failed' : undefined),
  });
  const late = ingestRig(journal);
  expect(await late.ingest.embarkQuest(quest(['a', 'b']), operator)).toMatchObject({ value: { state: 'embarking' } });
  const other = ingestRig(base);
  expect(await other.ingest.removeQuestHosts(ID, those('a'), operator)).toMatchObject({ value: { isRemoved: true } });
  stopped = false;
  late.ingest.start();
  await until('it is embarked', () => unfinished(store).length === 0);
  await late.ingest.close();
  expect(kinds(store.streams.get('host-a') ?? [])).toEqual(['QuestLeft', 'QuestLeft']);
  expect(requireMembers(store, ID)).toEqual(['b']);
  await other.ingest.addQuestHosts(ID, added('a'), operator);
  expect(requireMembers(store, ID)).toEqual(['b', 'a']);
  expect(eventsOf(store, 1).get('a')).toBe(1);
});

test('rule 22: a removal that could not be carried out goes on in the background; meanwhile nothing is put into the quest', async () => {
  const { store, operator } = await scene('a', 'b');
  const base = createMemoryJournal({ store });
  let stopped = true;
  const journal = faultyJournal(base, {
    write: ({ stream }) => (stopped && stream === 'host-a' ? 'failed' : undefined),
  });
  const { ingest, views } = ingestRig(journal);
  await ingest.logEvents([report('c')], operator);
  open(views.labors, ['c']);
  expect(await ingest.removeQuestHosts(ID, those('a'), operator)).toMatchObject({ value: { isRemoved: false } });
  const tries = await Promise.all([
    ingest.addQuestHosts(ID, added('a'), operator),
    ingest.commandLabor('c~0', into(1), operator),
  ]);
  expect(tries).toMatchObject([{ problem: { code: 'conflict' } }, { problem: { code: 'conflict' } }]);
  stopped = false;
  ingest.start();
  // by itself, as soon as the removal is carried out
  expect(await ingest.addQuestHosts(ID, added('a'), operator)).toMatchObject({ value: { hosts: 1, state: 'open' } });
  expect(await ingest.commandLabor('c~0', into(1), operator)).toMatchObject({ ok: true });
  await ingest.close();
  expect(requireMembers(store, ID)).toEqual(['b', 'a']);
}, 20_000);

test('rules 15 and 22: a host of adopted labors is taken out as well; while labors are on their way none is', async () => {
  const { store, operator } = await scene('a');
  const base = createMemoryJournal({ store });
  let stopped = true;
  const { ingest, views } = ingestRig(
    faultyJournal(base, { write: ({ stream }) => (stopped && stream === 'host-c' ? 'failed' : undefined) }),
  );
  await ingestRig(base).ingest.logEvents([report('c')], operator);
  open(views.labors, ['c']);
  expect(await ingest.commandLabor('c~0', into(1), operator)).toMatchObject({ problem: { code: 'outcome-unknown' } });
  expect(await ingest.removeQuestHosts(ID, those('c'), operator)).toMatchObject({ problem: { code: 'conflict' } });
  stopped = false;
  ingest.start();
  expect(await ingest.removeQuestHosts(ID, those('c'), operator)).toMatchObject({ value: { hosts: 1, notIn: [] } });
  await ingest.close();
  expect(kinds(store.streams.get('host-c') ?? [])).toEqual(['EventLogged', 'LaborAdopted', 'QuestLeft']);
  expect(requireMembers(store, ID)).toEqual(['a']);
}, 20_000);

test('rule 22: what was taken out before the abandonment leaves before the end, which does not name it again', async () => {
  const { store, operator } = await scene('a', 'b');
  const base = createMemoryJournal({ store });
  let stopped = true;
  const { ingest } = ingestRig(
    faultyJournal(base, { write: ({ stream }) => (stopped && stream.startsWith('host-') ? 'failed' : undefined) }),
  );
  expect(await ingest.removeQuestHosts(ID, those('a'), operator)).toMatchObject({ value: { isRemoved: false } });
  const over = { by: null, reason: 'over' };
  expect(await ingest.abandonQuest(ID, over, operator)).toMatchObject({ ok: true, value: { isEnded: false } });
  stopped = false;
  ingest.start();
  await until('it is ended', () => unfinished(store).length === 0);
  await ingest.close();
  expect(kinds(store.streams.get('host-a') ?? [])).toEqual(['EventLogged', 'QuestLeft', 'QuestLaborsEnded']);
  expect(kinds(store.streams.get('host-b') ?? [])).toEqual(['EventLogged', 'QuestLaborsEnded']);
  expect(kinds(store.streams.get(questStream(ID)) ?? []).slice(-3)).toEqual([
    'QuestAbandoned',
    'QuestHostsRemoved',
    'QuestHostsEnded',
  ]);
});

test('many hosts are left to the background, in acceptances of as many as one entry names; another try takes none out twice', async () => {
  const all = names(4500);
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(all), operator);
  ingest.start();
  await until('it is embarked', () => unfinished(store).length === 0);
  const key = { ...operator, idempotencyKey: 'once' };
  const first = await ingest.removeQuestHosts(ID, those(...all.slice(100), 'z'), key);
  expect(first).toMatchObject({ ok: true, value: { hosts: 4400, notIn: ['z'], isRemoved: false } });
  expect(await ingest.removeQuestHosts(ID, those(...all.slice(100), 'z'), key)).toEqual(first);
  await until('they are out', () => unfinished(store).length === 0);
  await ingest.close();
  const accepted = kinds(store.streams.get(questStream(ID)) ?? []).filter((kind) => kind === 'QuestRemovalAccepted');
  expect(accepted).toHaveLength(3);
  expect(requireMembers(store, ID)).toEqual(all.slice(0, 100));
}, 60_000);

type Act = 'embark' | 'add' | 'remove' | 'adopt';

test('rule 22: killed at random, again and again: who was taken out last is out, and who was added last is in, with one event for each time', async () => {
  const life = fc.record({
    dieAt: fc.integer({ min: 1, max: 25 }),
    acts: fc.array(
      fc.record({
        what: fc.constantFrom<Act>('add', 'remove', 'remove', 'adopt'),
        from: fc.nat({ max: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });
  const scenario = fc.record({
    hosts: fc.constantFrom(5, 130),
    lives: fc.array(life, { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, lives }) => {
      const wanted = names(hosts);
      const { store, operator, clock, ingest } = await defined();
      await ingest.logEvents([report('q'), report('l')], operator);
      let now = clock.nowMs();
      await liveOnce(store, lives[0]!.dieAt, (now += 10_000), [{ what: 'embark', from: 0 }], wanted);
      if (!store.streams.has(questStream(ID))) await ingest.embarkQuest(quest(['h0']), operator);
      for (const { dieAt, acts } of lives) await liveOnce(store, dieAt, (now += 10_000), acts, wanted);
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      await until('all is done', () => unfinished(store).length === 0);
      await last.ingest.close();
      const named = requireMembers(store, ID);
      // and nobody is there twice: what is decided again changes nothing
      expect(new Set(named).size).toBe(named.length);
      for (const host of named) expect(kinds(store.streams.get(hostStream(host)) ?? []).at(-1)).toBe('EventLogged');
    }),
    { numRuns: 25 },
  );
}, 240_000);

/** One process that does these at the same time, and dies at the given change of the journal, or when all is done. */
async function liveOnce(
  store: MemoryStore,
  dieAt: number,
  startMs: number,
  acts: readonly { readonly what: Act; readonly from: number }[],
  hosts: readonly string[],
): Promise<void> {
  const life = { isOver: false };
  const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (life.isOver ||= nth >= dieAt));
  const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
  const { ingest, operator, views } = ingestRig(faulty, startMs, 'the only one');
  open(views.labors, ['l']);
  ingest.start();
  let answered = false;
  const act = async ({ what, from }: (typeof acts)[number]): Promise<void> => {
    const some = hosts.slice(Math.floor((from * hosts.length) / 5)) as unknown as readonly HostName[];
    const key = { ...operator, idempotencyKey: `${what} ${from}` };
    if (what === 'embark') await ingest.embarkQuest(quest(hosts), key);
    else if (what === 'add') await ingest.addQuestHosts(ID, some, operator);
    else if (what === 'remove') await ingest.removeQuestHosts(ID, those(...some), operator);
    else await ingest.commandLabor('l~0', into(1), operator);
  };
  const end = (): void => void (answered = true);
  Promise.allSettled(acts.map(act)).then(end, end);
  await until('it died or was done', () => life.isOver || (answered && unfinished(store).length === 0));
  await closeMortal(ingest, life);
}
