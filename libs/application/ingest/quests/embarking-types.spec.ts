/** Rule 10: a type is not retired under a quest that embarks, whichever of two processes comes first, and whatever one of them leaves behind. */
import type { Uuid } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { createMemoryJournal, ingestRig, MemoryStore, mortalJournal, seededRandom, wrapJournal } from '#testing';
import type { Journal } from '#ports';
import { EmbarkingTypes, FORGOTTEN_MS } from './embarking-types.js';
import { KnownQuests } from './known-quests.js';
import { defined, names, quest } from './testing-quests.js';

const type = 'disk-full' as TypeName;

/** The same journal, each of whose calls comes and answers after some turns that the seed says: mostly a few, now and then many. */
function shuffled(journal: Journal, seed: number): Journal {
  const random = seededRandom(seed);
  const turns = async (): Promise<void> => {
    for (let left = Math.floor(random() ** 6 * 80); left > 0; left -= 1) await new Promise(setImmediate);
  };
  const later = async <T>(call: () => Promise<T>): Promise<T> => {
    await turns();
    const answer = await call();
    await turns();
    return answer;
  };
  return wrapJournal(journal, {
    append: (writes) => later(() => journal.append(writes)),
    read: (reads) => later(() => journal.read(reads)),
    readState: (name) => later(() => journal.readState(name)),
    writeState: (...call) => later(() => journal.writeState(...call)),
  });
}

/** Where the entries of these kinds stand, in the order of the journal. */
function placesOf(store: MemoryStore, ...kinds: readonly string[]): readonly string[] {
  return [...store.streams.values()]
    .flat()
    .filter((entry) => kinds.includes(entry.type))
    .sort((one, other) => (one.position < other.position ? -1 : 1))
    .map((entry) => entry.type);
}

const ORDER = ['QuestHostsAccepted', 'QuestHostsEmbarked', 'FateRetired'] as const;

test('rule 10: a quest and the retirement of its last starting fate at the same moment: one comes first, and the other knows it', async () => {
  const ends = new Map<string, number>();
  for (let seed = 1; seed <= 150; seed += 1) {
    const { store } = await defined();
    const random = seededRandom(seed);
    const [embarking, retiring] = [0, 1].map((nth) =>
      ingestRig(shuffled(createMemoryJournal({ store }), 1000 * nth + seed)),
    );
    const pause = async (): Promise<void> => {
      for (let left = Math.floor(random() * 60); left > 0; left -= 1) await new Promise(setImmediate);
    };
    const [embarked, retired] = await Promise.all([
      pause().then(() => embarking!.ingest.embarkQuest(quest(['a', 'b']), embarking!.operator)),
      pause().then(() => retiring!.ingest.moveFate('1', 'retire', retiring!.operator)),
    ]);
    const end = [embarked, retired].map((outcome) => (outcome.ok ? 'done' : outcome.problem.code)).join(', ');
    ends.set(end, (ends.get(end) ?? 0) + 1);
    expect([seed, end, placesOf(store, ...ORDER)]).toEqual([seed, end, WHOLE[end]]);
  }
  expect([...ends.keys()].sort()).toEqual(Object.keys(WHOLE).sort());
}, 60_000);

/** The only ends there may be, and what of it the journal then has, in its order. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  // the retirement came when the quest was over
  'done, done': ['QuestHostsAccepted', 'QuestHostsEmbarked', 'FateRetired'],
  'done, in-use': ['QuestHostsAccepted', 'QuestHostsEmbarked'],
  'event-type-not-starting, done': ['FateRetired'],
};

test('rule 10: a quest and a file that retires its type, likewise', async () => {
  const ends = new Set<string>();
  for (let seed = 1; seed <= 100; seed += 1) {
    const { store } = await defined();
    const [embarking, filing] = [0, 1].map((nth) =>
      ingestRig(shuffled(createMemoryJournal({ store }), 3000 * nth + seed)),
    );
    const [embarked, filed] = await Promise.all([
      embarking!.ingest.embarkQuest(quest(['a', 'b']), embarking!.operator),
      filing!.ingest.replaceCatalogue({ eventTypes: [], fates: [] }, filing!.operator),
    ]);
    const end = [embarked, filed].map((outcome) => (outcome.ok ? 'done' : outcome.problem.code)).join(', ');
    ends.add(end);
    const then = placesOf(store, ...ORDER).filter((kind, index, all) => kind !== all[index - 1]);
    // the type is not in force any more either
    expect([seed, end, then]).toEqual([seed, end, WHOLE[end.replace('event-type-retired', 'event-type-not-starting')]]);
  }
  expect(ends.size).toBeGreaterThan(1);
}, 60_000);

test('rule 10: hosts that are added and a retirement, likewise', async () => {
  const ends = new Set<string>();
  for (let seed = 1; seed <= 100; seed += 1) {
    const { store, ingest, operator } = await defined();
    await ingest.embarkQuest(quest(['a']), operator);
    const [adding, retiring] = [0, 1].map((nth) =>
      ingestRig(shuffled(createMemoryJournal({ store }), 2000 * nth + seed)),
    );
    const [added, retired] = await Promise.all([
      adding!.ingest.addQuestHosts(1 as QuestId, names(2) as never, adding!.operator),
      retiring!.ingest.moveFate('1', 'retire', retiring!.operator),
    ]);
    const addition = added.ok ? ('without' in added.value ? 'without' : 'done') : added.problem.code;
    const end = `${addition}, ${retired.ok ? 'done' : retired.problem.code}`;
    ends.add(end);
    const [, , ...then] = placesOf(store, ...ORDER);
    expect([seed, end, then]).toEqual([seed, end, WHOLE_OF_ADDED[end]]);
  }
  expect(ends.size).toBeGreaterThan(1);
}, 60_000);

/** As {@link WHOLE}: rule 22 takes hosts without a labor, and says so, exactly where the retirement came first. */
const WHOLE_OF_ADDED: typeof WHOLE = {
  'done, done': ['QuestHostsAccepted', 'QuestHostsEmbarked', 'FateRetired'],
  'done, in-use': ['QuestHostsAccepted', 'QuestHostsEmbarked'],
  'without, done': ['FateRetired', 'QuestHostsAccepted', 'QuestHostsEmbarked'],
};

test('rule 10: while a large quest embarks, neither the fate is retired, nor is it by another process; then it is', async () => {
  const { store, ingest, operator } = await defined();
  const answer = await ingest.embarkQuest(quest(names(1001)), operator);
  expect(answer).toMatchObject({ value: { state: 'embarking' } });
  const other = ingestRig(createMemoryJournal({ store }));
  for (const each of [ingest, other.ingest]) {
    const refused = await each.moveFate('1', 'retire', operator);
    expect(refused).toMatchObject({
      problem: { code: 'in-use', detail: expect.stringContaining('quest 1 ') as string },
    });
    expect(await each.foreseeFateMove('1', 'retire', operator)).toEqual(refused);
  }
  // another fate does not matter to it, nor does this one while another starts the type
  expect(await ingest.moveFate('2', 'retire', operator)).toMatchObject({ ok: true });
  ingest.start();
  for (let refused = true; refused;) refused = !(await other.ingest.moveFate('1', 'retire', operator)).ok;
  expect(placesOf(store, ...ORDER).slice(-2)).toEqual(['QuestHostsEmbarked', 'FateRetired']);
  await ingest.close();
}, 60_000);

describe('what is left behind', () => {
  function types(store: MemoryStore, monotonicMs: () => number, owner: Uuid = crypto.randomUUID()) {
    const journal = createMemoryJournal({ store });
    const known = new KnownQuests(journal);
    const parts = { journal, known, newId: () => crypto.randomUUID(), owner, monotonicMs };
    return new EmbarkingTypes(parts, { looks: 3, everyMs: 1 });
  }
  const entry = { type, quest: 7 as QuestId, batch: 'b-7' };

  test('a batch that entered and is not accepted keeps a retirement out for a minute, not for ever', async () => {
    let now = 0;
    const store = new MemoryStore();
    expect(await types(store, () => now).enter(entry, 'me')).toMatchObject({ ok: true });
    const other = types(store, () => now);
    expect(await other.close(type, 'r')).toMatchObject({
      code: 'in-use',
      detail: expect.stringContaining('quest 7 is about to embark') as string,
    });
    // a request that is tried again enters again
    now = FORGOTTEN_MS;
    await types(store, () => now).enter(entry, 'me');
    expect(await other.close(type, 'r')).toMatchObject({ code: 'in-use' });
    now += FORGOTTEN_MS;
    expect(await other.close(type, 'r')).toBeUndefined();
  });

  test('a type that stays closed keeps quests out for a minute, not for ever; nobody opens what another has closed', async () => {
    let now = 0;
    const store = new MemoryStore();
    const [one, other] = [types(store, () => now), types(store, () => now)];
    expect(await one.close(type, 'r')).toBeUndefined();
    expect(await one.close(type, 'r')).toBeUndefined();
    await other.open(type, 's');
    expect(await other.close(type, 's')).toMatchObject({ code: 'store-unavailable' });
    expect(await other.enter(entry, 'me')).toMatchObject({ problem: { code: 'store-unavailable' } });
    now = FORGOTTEN_MS;
    expect(await other.enter(entry, 'me')).toMatchObject({ ok: true });
  });

  test('a process that keeps its UUID over a restart waits for nothing that it left behind itself', async () => {
    const store = new MemoryStore();
    const next = () => types(store, () => 0, 'the only one');
    await next().enter(entry, 'me');
    expect(await next().close(type, 'r')).toBeUndefined();
    expect(await next().enter(entry, 'me')).toMatchObject({ ok: true });
  });

  test('a batch that leaves is in no retirement’s way, and one that enters again is', async () => {
    const store = new MemoryStore();
    const one = types(store, () => 0);
    await one.enter(entry, 'me');
    one.leave(entry.batch);
    expect(await one.look(type)).toBeUndefined();
    await one.enter(entry, 'me');
    expect(await one.look(type)).toMatchObject({ code: 'in-use' });
  });

  test('two tries of one request in two processes: one that is refused takes the other out of nothing', async () => {
    let now = 0;
    const store = new MemoryStore();
    const [one, other] = [types(store, () => now), types(store, () => now)];
    await one.enter(entry, 'me');
    const second = await other.enter(entry, 'me');
    if (second.ok) other.withdraw(second.value);
    expect(await other.close(type, 'r')).toMatchObject({ code: 'in-use' });
    now = FORGOTTEN_MS;
    expect(await other.close(type, 'r')).toBeUndefined();
  });

  test('a process that dies after acceptance leaves its batch to others, and the type is in use until it is embarked', async () => {
    const { store, operator } = await defined();
    const mortal = mortalJournal(
      createMemoryJournal({ store }),
      () => placesOf(store, 'QuestHostsAccepted').length > 0,
    );
    void ingestRig(mortal.journal).ingest.embarkQuest(quest(['a']), operator);
    while (placesOf(store, 'QuestHostsAccepted').length === 0) await new Promise(setImmediate);
    mortal.kill();
    const { ingest } = ingestRig(createMemoryJournal({ store }));
    expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({ problem: { code: 'in-use' } });
    ingest.start();
    for (let refused = true; refused;) refused = !(await ingest.moveFate('1', 'retire', operator)).ok;
    expect(placesOf(store, ...ORDER)).toEqual(WHOLE['done, done']);
    await ingest.close();
  }, 60_000);

  test('a quest that a build without this embarked is known when it gets its turns', async () => {
    const { store, ingest, operator } = await defined();
    await ingest.embarkQuest(quest(names(1001)), operator);
    store.states.clear();
    const next = ingestRig(createMemoryJournal({ store }));
    next.ingest.start();
    while (!store.states.has(`embarking-${type}`)) await new Promise(setImmediate);
    expect(await next.ingest.moveFate('1', 'retire', operator)).toMatchObject({ problem: { code: 'in-use' } });
    await next.ingest.close();
  });

  test('refused quests keep no retirement out, and a retirement that is over keeps no quest out', async () => {
    const { ingest, operator } = await defined();
    const refused = await ingest.embarkQuest(quest(['a'], { target: '2001-01-01T00:00:00.000Z' as never }), operator);
    expect(refused).toMatchObject({ problem: { code: 'target-not-in-future' } });
    expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({ ok: true });
    expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({
      problem: { code: 'event-type-not-starting' },
    });
    expect(await ingest.moveFate('1', 'restore', operator)).toMatchObject({ ok: true });
    expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ ok: true });
  });
});

describe('a batch is in for as long as its acceptance needs, and that is never longer than others wait', () => {
  /** Two processes over one journal: `hook` is run before each append to a quest of the first one, and each of its reads of one. */
  async function two(hook: (call: 'append' | 'read', advance: (ms: number) => void) => Promise<void> | void) {
    const { store } = await defined();
    const [journal, other] = [createMemoryJournal({ store }), ingestRig(createMemoryJournal({ store }))];
    const advance = (ms: number): void => {
      for (const { clock } of [other, one]) clock.advance(ms);
    };
    const wrapped = wrapJournal(journal, {
      append: async (writes) => {
        if (writes.some(({ stream }) => stream.startsWith('quest-'))) await hook('append', advance);
        return journal.append(writes);
      },
      read: async (reads) => {
        if (reads.some(({ stream }) => stream.startsWith('quest-'))) await hook('read', advance);
        return journal.read(reads);
      },
    });
    const one = ingestRig(wrapped);
    return { store, one, other };
  }

  test('rule 10: a batch that waits for its turn keeps no retirement out, and is refused after it', async () => {
    let retired: unknown;
    const { one, other } = await two(async (call) => {
      if (call === 'read') retired ??= await other.ingest.moveFate('1', 'retire', other.operator);
    });
    const embarked = await one.ingest.embarkQuest(quest(['a']), one.operator);
    expect(retired).toMatchObject({ ok: true });
    expect(embarked).toMatchObject({ problem: { code: 'event-type-not-starting' } });
  });

  test('rule 10: an acceptance that comes late is refused, and accepts nothing; the type is free at once', async () => {
    const { store, one, other } = await two((call, advance) => {
      if (call === 'append') advance(FORGOTTEN_MS / 4);
    });
    const long = names(30_000, 'a-host-with-a-name-that-makes-the-listings-take-three-writes-'.padEnd(100, 'x'));
    const embarked = await one.ingest.embarkQuest(quest(long), one.operator);
    expect(embarked).toMatchObject({
      problem: { code: 'store-unavailable', detail: expect.stringContaining('no host was accepted') as string },
    });
    expect(placesOf(store, 'QuestHostsListed', ...ORDER)).toContain('QuestHostsListed');
    expect(placesOf(store, ...ORDER)).toEqual([]);
    expect(await one.ingest.moveFate('1', 'retire', one.operator)).toMatchObject({ ok: true });
    expect(await other.ingest.embarkQuest(quest(['a']), other.operator)).toMatchObject({ ok: false });
  });
});

test('rule 22: an abandoned quest does not keep its type in use', async () => {
  const { ingest, operator } = await defined();
  await ingest.embarkQuest(quest(names(1001)), operator);
  expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({ problem: { code: 'in-use' } });
  await ingest.abandonQuest(1 as QuestId, { by: null, reason: 'over' }, operator);
  expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({ ok: true });
});
