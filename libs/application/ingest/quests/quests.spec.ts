/** Quests: numbered, accepted durably, each host its event exactly once, whatever crashes (rules 17, 19, 22). */
import fc from 'fast-check';
import {
  decodeHostEntry,
  decodeQuestEntry,
  encodeEntry,
  questStream,
  type Position,
  type StoredEntry,
} from '#contracts';
import type { HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import {
  countingJournal,
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  mortalJournal,
  report,
  scriptedFaults,
  seededFaults,
  wrapJournal,
  type IngestRig,
} from '#testing';
import { Lease } from '../../leases/lease.js';
import type { QuestRequest } from '../ingest.js';

function quest(hosts: readonly string[], more: Partial<QuestRequest> = {}): QuestRequest {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as readonly HostName[], ...rest, ...more };
}

function names(count: number, prefix = 'h'): string[] {
  return Array.from({ length: count }, (_, nth) => `${prefix}${nth}`);
}

async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not within ten seconds: ${what}`);
}

function kinds(entries: readonly StoredEntry[]): string[] {
  return entries.map(({ type }) => type);
}

async function defined(store = new MemoryStore()) {
  const journal = countingJournal(createMemoryJournal({ store }));
  const rig = ingestRig(journal);
  await rig.define();
  return { ...rig, store, journal };
}

/** How many events of the quest each host has. */
function eventsOf(store: MemoryStore, id: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [stream, entries] of store.streams) {
    if (!stream.startsWith('host-')) continue;
    const its = entries.filter(({ json }) => (JSON.parse(json) as { quest?: number }).quest === id).length;
    counts.set(stream.slice(5), its);
  }
  return counts;
}

function requireOnce(store: MemoryStore, id: number, hosts: readonly string[]): void {
  const counts = eventsOf(store, id);
  expect(hosts.filter((host) => counts.get(host) !== 1)).toEqual([]);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(hosts.length);
}

/** The streams of quests that have a batch without its end. */
function unfinished(store: MemoryStore): string[] {
  const streams = [...store.streams].filter(([stream]) => stream.startsWith('quest-'));
  const left = streams.filter(([, entries]) => {
    const types = kinds(entries);
    const count = (kind: string) => types.filter((type) => type === kind).length;
    return count('QuestHostsAccepted') > count('QuestHostsEmbarked');
  });
  return left.map(([stream]) => stream);
}

test('rule 17: a small quest is embarked before the answer; its events carry the quest', async () => {
  const { ingest, operator, quest: stream, host, store } = await defined();
  const answer = await ingest.embarkQuest(quest(['a', 'b', 'a'], { creator: 'cy' }), operator);
  const entries = await stream(1);
  expect(kinds(entries)).toEqual(['QuestDrafted', 'QuestHostsListed', 'QuestHostsAccepted', 'QuestHostsEmbarked']);
  expect(answer).toEqual({ ok: true, value: { id: 1, hosts: 2, state: 'open', position: entries.at(-1)!.position } });
  expect(decodeHostEntry((await host('a'))[0]!)).toMatchObject({
    entry: { type: 'disk-full', category: 'disk', state: 'full', quest: 1, by: 'cy', key: null },
  });
  requireOnce(store, 1, ['a', 'b']);
  expect(unfinished(store)).toEqual([]);
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ value: { id: 2 } });
});

test('rule 17: what is wrong is refused, all at once, and nothing is journalled', async () => {
  const { ingest, operator, reporter, journal } = await defined();
  const { position } = await journal.head();
  const past = quest([], { type: 'disk-cleaned', target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] });
  const refused = await ingest.embarkQuest(past, operator);
  expect(refused).toMatchObject({ ok: false, problem: { code: 'validation-failed' } });
  expect(!refused.ok && refused.problem.errors!.map(({ path }) => path).sort()).toEqual(['hosts', 'target', 'type']);
  const restricted = quest(['a'], { type: 'power-cut' });
  expect(await ingest.embarkQuest(restricted, reporter)).toMatchObject({ problem: { code: 'event-type-restricted' } });
  expect((await journal.head()).position).toBe(position);
  expect(await ingest.embarkQuest(restricted, operator)).toMatchObject({ ok: true });
});

test('a number whose stream is in use is passed over, and nothing of it is embarked', async () => {
  const { ingest, operator, journal, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const draft = store.streams.get(questStream(1 as QuestId))![0]!;
  await journal.append([{ stream: questStream(2 as QuestId), expected: 'none', entries: [draft] }]);
  expect(await ingest.embarkQuest(quest(['b']), operator)).toMatchObject({ ok: true, value: { id: 3 } });
  expect(store.streams.get(questStream(2 as QuestId))).toHaveLength(1);
  expect(unfinished(store)).toEqual([]);
});

test('rule 19: a large quest is answered when it is accepted, and goes on in the background at once', async () => {
  const { ingest, operator, quest: stream, store } = await defined();
  ingest.start();
  const hosts = names(4500);
  const answer = await ingest.embarkQuest(quest(hosts), operator);
  expect(answer).toMatchObject({ ok: true, value: { hosts: 4500, state: 'embarking' } });
  await eventually(() => unfinished(store).length === 0, 'all is embarked');
  expect(kinds(await stream(1)).filter((kind) => kind !== 'QuestHostsListed')).toEqual([
    'QuestDrafted',
    'QuestHostsAccepted',
    'QuestHostsEmbarked',
  ]);
  requireOnce(store, 1, hosts);
  expect(ingest.notReady()).toBeNull();
  await ingest.close();
});

test('hosts are listed in chunks that one write can hold, whatever the names', async () => {
  const { ingest, operator, store, journal } = await defined();
  const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
  expect(await ingest.embarkQuest(quest(hosts), operator)).toMatchObject({ ok: true, value: { hosts: 9000 } });
  const listed = store.streams.get(questStream(1 as QuestId))!.flatMap((stored) => {
    const decoded = decodeQuestEntry(stored);
    expect(stored.json.length).toBeLessThan(journal.maxAppendBytes / 2);
    return decoded.ok && decoded.entry.kind === 'QuestHostsListed' ? [decoded.entry.hosts] : [];
  });
  expect(Math.max(...listed.map(({ length }) => length))).toBeLessThanOrEqual(2000);
  expect(listed.flat()).toEqual(hosts);
});

test('rule 22: hosts that are in get no second event; a quest that was never accepted is unknown', async () => {
  const { ingest, operator, reporter, store, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a', 'b']), operator);
  const added = await ingest.addQuestHosts(1 as QuestId, ['b', 'c', 'c'] as HostName[], reporter);
  expect(added).toMatchObject({ ok: true, value: { id: 1, hosts: 1, state: 'open' } });
  requireOnce(store, 1, ['a', 'b', 'c']);
  const length = (await stream(1)).length;
  expect(await ingest.addQuestHosts(1 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    value: { hosts: 0 },
  });
  expect(await stream(1)).toHaveLength(length);
  expect(await ingest.addQuestHosts(7 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    problem: { code: 'quest-unknown' },
  });
});

test('rule 22: additions at once, from two processes, give each host one event', async () => {
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const other = ingestRig(createMemoryJournal({ store }));
  const groups = Array.from({ length: 12 }, (_, nth) =>
    names(4, 'n').map((name, index) => `${name}-${(nth + index) % 6}`),
  );
  const answers = await Promise.all(
    groups.map((hosts, nth) =>
      (nth % 2 === 0 ? ingest : other.ingest).addQuestHosts(1 as QuestId, hosts as HostName[], operator),
    ),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  requireOnce(store, 1, ['a', ...new Set(groups.flat())]);
});

test('rule 22: amending writes what differs, once, and answers a position that shows it', async () => {
  const { ingest, operator, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const amended = await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator);
  const entries = await stream(1);
  expect(amended).toEqual({ ok: true, value: { position: entries.at(-1)!.position } });
  expect(kinds(entries).at(-1)).toBe('QuestAmended');
  expect(await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator)).toEqual(amended);
  expect(await stream(1)).toHaveLength(entries.length);
  const past = { target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] };
  expect(await ingest.amendQuest(1 as QuestId, past, operator)).toMatchObject({
    problem: { code: 'target-not-in-future' },
  });
  expect(await ingest.amendQuest(2 as QuestId, {}, operator)).toMatchObject({ problem: { code: 'quest-unknown' } });
});

test('where the store fails after acceptance the quest is embarking, and goes on when it is back', async () => {
  const store = new MemoryStore();
  await defined(store);
  let failing = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (failing && stream.startsWith('host-') ? 'failed' : undefined),
  });
  const { ingest, operator } = ingestRig(journal);
  ingest.start();
  const answer = await ingest.embarkQuest(quest(['a', 'b']), operator);
  expect(answer).toMatchObject({ ok: true, value: { id: 1, state: 'embarking' } });
  await eventually(() => ingest.notReady() !== null, 'it says that it stands still');
  failing = false;
  await eventually(() => unfinished(store).length === 0, 'all is embarked');
  requireOnce(store, 1, ['a', 'b']);
  await eventually(() => ingest.notReady() === null, 'it is ready again');
  await ingest.close();
});

test('where the store fails before acceptance nothing is embarked, then or later', async () => {
  const { store } = await defined();
  const journal = faultyJournal(
    createMemoryJournal({ store }),
    scriptedFaults({ writes: Array.from({ length: 30 }, () => 'failed' as const) }),
  );
  const { ingest, operator } = ingestRig(journal);
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ problem: { code: 'store-unavailable' } });
  expect(unfinished(store)).toEqual([]);
  expect(eventsOf(store, 1).size).toBe(0);
});

describe('what a process that died has left is found in the views', () => {
  /** Quests that were accepted by a process that died over it, and another that begins after it. */
  async function left(...sizes: readonly number[]) {
    const { store, journal, clock } = await defined();
    const signed = { by: 'ann', recordedAt: new Date(clock.nowMs()).toISOString() as Instant };
    for (const [nth, size] of sizes.entries()) {
      const id = (nth + 1) as QuestId;
      const { hosts, ...asked } = quest(names(size, `q${nth}-`));
      const batch = crypto.randomUUID();
      const entries: QuestEntry[] = [
        { kind: 'QuestDrafted', quest: id, ...asked, type: 'disk-full' as TypeName, ...signed },
        { kind: 'QuestHostsListed', batch, hosts, ...signed },
        { kind: 'QuestHostsAccepted', batch, hosts: size, ...signed },
      ];
      const encoded = entries.map((entry) => encodeEntry(entry, crypto.randomUUID(), undefined));
      await journal.append([{ stream: questStream(id), expected: 'none', entries: encoded }]);
      await journal.writeState('quest-numbers', JSON.stringify({ next: id + 1 }), nth);
    }
    const base = createMemoryJournal({ store });
    const reads = new Map<string, number>();
    const watched = wrapJournal(base, {
      read(all) {
        for (const { stream } of all) reads.set(stream, (reads.get(stream) ?? 0) + 1);
        return base.read(all);
      },
    });
    return { store, reads, other: ingestRig(watched) };
  }

  test('when it starts, page by page', async () => {
    const { store, other } = await left(...Array.from({ length: 205 }, () => 2));
    expect(unfinished(store)).toHaveLength(205);
    other.ingest.start();
    await eventually(() => unfinished(store).length === 0, 'all is embarked');
    expect(other.views.questPages).toBeGreaterThanOrEqual(3);
    for (const id of [1, 100, 101, 205]) requireOnce(store, id, names(2, `q${id - 1}-`));
    await other.ingest.close();
  });

  test('also where their entries come into the views only later', async () => {
    const { store, other } = await left(1500);
    other.views.questsUpTo = 1n as Position;
    other.ingest.start();
    await eventually(() => other.views.questPages >= 1, 'a look');
    expect(unfinished(store)).toEqual(['quest-1']);
    other.views.questsUpTo = undefined;
    await eventually(() => unfinished(store).length === 0, 'all is embarked');
    requireOnce(store, 1, names(1500, 'q0-'));
    await other.ingest.close();
  }, 20_000);

  test.each(['away', 'folding'] as const)(
    'views that are %s: events are taken and it is ready; then it goes on',
    async (state) => {
      const { store, other } = await left(1500);
      other.views.state = state;
      other.ingest.start();
      await eventually(() => other.views.calls >= 1, 'a look');
      await eventually(() => (other.ingest.withheld() !== null) === (state === 'away'), 'it says so');
      expect(other.ingest.notReady()).toBeNull();
      expect(await other.ingest.logEvents([report('a')], other.operator)).toMatchObject({ ok: true });
      // its own it embarks without the views
      await other.ingest.embarkQuest(quest(names(1200, 'own')), other.operator);
      await eventually(() => eventsOf(store, 2).size > 1200 && unfinished(store).length === 1, 'its own are embarked');
      requireOnce(store, 2, names(1200, 'own'));
      expect(unfinished(store)).toEqual(['quest-1']);
      other.views.state = 'there';
      await eventually(() => unfinished(store).length === 0, 'all is embarked');
      requireOnce(store, 1, names(1500, 'q0-'));
      await eventually(() => other.ingest.withheld() === null, 'nothing is withheld');
      await other.ingest.close();
    },
    20_000,
  );

  test('while the views are behind and show it all the same, its stream is not read again', async () => {
    const { store, reads, other } = await left(1500);
    other.views.questsUpTo = store.streams.get(questStream(1 as QuestId))!.at(-1)!.position;
    other.ingest.start();
    await eventually(() => unfinished(store).length === 0, 'all is embarked');
    await eventually(() => reads.get('quest-1')! >= 2, 'it was looked at for what is left');
    const [before, pages] = [reads.get('quest-1'), other.views.questPages];
    await other.ingest.embarkQuest(quest(names(1001, 'next')), other.operator);
    await eventually(() => other.views.questPages > pages && unfinished(store).length === 0, 'another round');
    await other.ingest.close();
    expect(reads.get('quest-1')).toBe(before);
  });

  test('one that cannot be read keeps no other waiting, and is said once', async () => {
    const { store, reads, other } = await left(3, 3);
    const journal = createMemoryJournal({ store });
    const newer = { id: crypto.randomUUID(), type: 'QuestRenamed', version: 1, json: '{}' };
    const { recordedAt } = await journal.head();
    await journal.append([{ stream: 'quest-1', expected: 2, entries: [{ ...newer, recordedAt }] }]);
    other.ingest.start();
    await eventually(() => unfinished(store).length === 1, 'the other is embarked');
    requireOnce(store, 2, names(3, 'q1-'));
    expect(other.ingest.notReady()).toBeNull();
    await other.ingest.embarkQuest(quest(names(1001, 'next')), other.operator);
    await eventually(() => eventsOf(store, 3).size > 1001 && unfinished(store).length === 1, 'another round');
    await other.ingest.close();
    expect(reads.get('quest-1')).toBe(1);
  });
});

test('one process embarks at a time; the other takes over when the lease is over', async () => {
  const { store, operator, ingest, clock, journal } = await defined();
  const dying = mortalJournal(createMemoryJournal({ store }));
  let chunks = 0;
  const first = ingestRig({
    ...dying.journal,
    append: (writes) => {
      if (writes.length > 500 && (chunks += 1) === 2) dying.kill();
      return dying.journal.append(writes);
    },
  });
  const hosts = names(3000);
  await ingest.embarkQuest(quest(hosts), operator);
  first.ingest.start();
  await eventually(() => chunks >= 2, 'it died in the middle');
  journal.resetCalls();
  ingest.start();
  // each round looks at the lease once
  await eventually(() => journal.calls.readState >= 2, 'a whole round');
  expect(eventsOf(store, 1).size).toBe(1000);
  clock.advance(6000);
  await eventually(() => unfinished(store).length === 0, 'all is embarked');
  requireOnce(store, 1, hosts);
  await ingest.close();
});

test('while it embarks it renews its lease between chunks, and another never has it', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  const chunks: { readonly nth: number; readonly othersLease: boolean }[] = [];
  const rig = ingestRig(
    wrapJournal(base, {
      async append(writes) {
        if (writes.length > 500) {
          rig.clock.advance(2000);
          chunks.push({ nth: chunks.length + 1, othersLease: await other.hold() });
        }
        return base.append(writes);
      },
    }),
  );
  const other = new Lease({ journal: base, name: 'embarking', owner: 'another', nowMs: rig.clock.nowMs });
  await rig.ingest.embarkQuest(quest(names(6000)), rig.operator);
  rig.ingest.start();
  await eventually(() => unfinished(store).length === 0, 'all is embarked');
  await rig.ingest.close();
  expect(chunks).toEqual([1, 2, 3, 4, 5, 6].map((nth) => ({ nth, othersLease: false })));
});

test('where another has taken its lease it stops after the chunk in flight, and resumes when it is free', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  const lease = 'lease-embarking';
  let [chunks, looks] = [0, 0];
  const rig = ingestRig(
    wrapJournal(base, {
      readState: (name) => ((looks += name === lease ? 1 : 0), base.readState(name)),
      async append(writes) {
        if (writes.length > 500 && (chunks += 1) === 2) {
          rig.clock.advance(2000);
          await base.writeState(lease, '{"owner":"another"}', (await base.readState(lease))!.version);
        }
        return base.append(writes);
      },
    }),
  );
  await rig.ingest.embarkQuest(quest(names(6000)), rig.operator);
  rig.ingest.start();
  await eventually(() => eventsOf(store, 1).size === 2000, 'two chunks are logged');
  const before = looks;
  await eventually(() => looks >= before + 2, 'it looked for the lease again');
  expect([chunks, eventsOf(store, 1).size]).toEqual([2, 2000]);
  rig.clock.advance(6000);
  await eventually(() => unfinished(store).length === 0, 'all is embarked');
  await rig.ingest.close();
  // the first two are not logged again
  expect(chunks).toBe(6);
  requireOnce(store, 1, names(6000));
});

/** Runs one ingest until its journal dies at the given change, or all is done; answers what it answered. */
async function live(store: MemoryStore, dieAt: number, act: (rig: IngestRig) => Promise<unknown>, startMs: number) {
  let died = false;
  const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (died ||= nth >= dieAt));
  const hasDied = () => died;
  const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
  // the same process begins again each time: it need not wait for its own lease
  const rig = ingestRig(faulty, startMs, 'the only one');
  rig.ingest.start();
  let answer: unknown;
  act(rig).then(
    (value) => (answer = value),
    (error: unknown) => (answer = error),
  );
  const idle = () => answer !== undefined && unfinished(store).length === 0;
  await eventually(() => hasDied() || idle(), 'it died or was done');
  if (!hasDied()) await rig.ingest.close();
  return answer as { readonly ok?: boolean } | undefined;
}

function isAccepted(store: MemoryStore): boolean {
  return kinds(store.streams.get(questStream(1 as QuestId)) ?? []).includes('QuestHostsAccepted');
}

test('rule 19: killed at random, again and again: each host exactly once, and every batch ended', async () => {
  const scenario = fc.record({
    hosts: fc.constantFrom(3, 900, 2600),
    deaths: fc.array(fc.integer({ min: 3, max: 14 }), { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, deaths }) => {
      const { store, operator, clock } = await defined();
      const wanted = names(hosts);
      let now = clock.nowMs();
      const [first, ...others] = deaths;
      const answer = await live(store, first!, ({ ingest }) => ingest.embarkQuest(quest(wanted), operator), now);
      for (const death of others) await live(store, death, async () => true, (now += 10_000));
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      await eventually(() => unfinished(store).length === 0, 'all is embarked');
      await last.ingest.close();
      const accepted = isAccepted(store);
      if (answer?.ok === true) expect(accepted).toBe(true);
      requireOnce(store, 1, accepted ? wanted : []);
      const endings = kinds(store.streams.get(questStream(1 as QuestId)) ?? []).filter(
        (kind) => kind === 'QuestHostsEmbarked',
      );
      expect(endings).toHaveLength(accepted ? 1 : 0);
    }),
    { numRuns: 12 },
  );
}, 120_000);

test('round trips: a thousand hosts inline are a few calls', async () => {
  const { ingest, operator, journal } = await defined();
  journal.resetCalls();
  await ingest.embarkQuest(quest(names(1000)), operator);
  const { append, read, readState, writeState } = journal.calls;
  expect({ append, read: read <= 4, readState, writeState }).toEqual({
    append: 3,
    read: true,
    readState: 1,
    writeState: 1,
  });
});
