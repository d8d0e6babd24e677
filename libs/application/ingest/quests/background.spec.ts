/** Embarking in the background: quests that another process left are found in the views, and one process at a time embarks. */
import { encodeEntry, questStream, type Position } from '#contracts';
import type { HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import { createMemoryJournal, ingestRig, mortalJournal, report, until, wrapJournal } from '#testing';
import { Lease } from '../../leases/lease.js';
import { CHUNK_HOSTS } from './quest-turns.js';
import { defined, eventsOf, names, quest, requireOnce, unfinished } from './testing-quests.js';

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
    await until('all is embarked', () => unfinished(store).length === 0);
    expect(other.views.questPages).toBeGreaterThanOrEqual(3);
    for (const id of [1, 100, 101, 205]) requireOnce(store, id, names(2, `q${id - 1}-`));
    await other.ingest.close();
  });

  test('also where their entries come into the views only later', async () => {
    const { store, other } = await left(1500);
    other.views.questsUpTo = 1n as Position;
    other.ingest.start();
    await until('a look', () => other.views.questPages >= 1);
    expect(unfinished(store)).toEqual(['quest-1']);
    other.views.questsUpTo = undefined;
    await until('all is embarked', () => unfinished(store).length === 0);
    requireOnce(store, 1, names(1500, 'q0-'));
    await other.ingest.close();
  }, 20_000);

  test.each(['away', 'folding'] as const)(
    'views that are %s: events are taken and it is ready; then it goes on',
    async (state) => {
      const { store, other } = await left(1500);
      other.views.state = state;
      other.ingest.start();
      await until('a look', () => other.views.calls >= 1);
      await until('it says so', () => (other.ingest.withheld() !== null) === (state === 'away'));
      expect(other.ingest.notReady()).toBeNull();
      expect(await other.ingest.logEvents([report('a')], other.operator)).toMatchObject({ ok: true });
      // its own it embarks without the views
      await other.ingest.embarkQuest(quest(names(1200, 'own')), other.operator);
      await until('its own are embarked', () => eventsOf(store, 2).size > 1200 && unfinished(store).length === 1);
      requireOnce(store, 2, names(1200, 'own'));
      expect(unfinished(store)).toEqual(['quest-1']);
      other.views.state = 'there';
      await until('all is embarked', () => unfinished(store).length === 0);
      requireOnce(store, 1, names(1500, 'q0-'));
      await until('nothing is withheld', () => other.ingest.withheld() === null);
      await other.ingest.close();
    },
    20_000,
  );

  test('while the views are behind and show it all the same, its stream is not read again', async () => {
    const { store, reads, other } = await left(1500);
    other.views.questsUpTo = store.streams.get(questStream(1 as QuestId))!.at(-1)!.position;
    other.ingest.start();
    await until('all is embarked', () => unfinished(store).length === 0);
    await until('it was looked at for what is left', () => reads.get('quest-1')! >= 2);
    const [before, pages] = [reads.get('quest-1'), other.views.questPages];
    await other.ingest.embarkQuest(quest(names(1001, 'next')), other.operator);
    await until('another round', () => other.views.questPages > pages && unfinished(store).length === 0);
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
    await until('the other is embarked', () => unfinished(store).length === 1);
    requireOnce(store, 2, names(3, 'q1-'));
    expect(other.ingest.notReady()).toBeNull();
    await other.ingest.embarkQuest(quest(names(1001, 'next')), other.operator);
    await until('another round', () => eventsOf(store, 3).size > 1001 && unfinished(store).length === 1);
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
      if (writes.length === CHUNK_HOSTS && (chunks += 1) === 2) dying.kill();
      return dying.journal.append(writes);
    },
  });
  const hosts = names(3000);
  await ingest.embarkQuest(quest(hosts), operator);
  first.ingest.start();
  await until('it died in the middle', () => chunks >= 2);
  journal.resetCalls();
  ingest.start();
  // each round looks at the lease once
  await until('a whole round', () => journal.calls.readState >= 2);
  expect(eventsOf(store, 1).size).toBe(CHUNK_HOSTS);
  clock.advance(6000);
  await until('all is embarked', () => unfinished(store).length === 0);
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
        if (writes.length === CHUNK_HOSTS) {
          rig.clock.advance(2000);
          chunks.push({ nth: chunks.length + 1, othersLease: await other.hold() });
        }
        return base.append(writes);
      },
    }),
  );
  const other = new Lease({ journal: base, name: 'embarking', owner: 'another', nowMs: rig.clock.nowMs });
  await rig.ingest.embarkQuest(quest(names(12 * CHUNK_HOSTS)), rig.operator);
  rig.ingest.start();
  await until('all is embarked', () => unfinished(store).length === 0);
  await rig.ingest.close();
  expect(chunks).toEqual(Array.from({ length: 12 }, (_, nth) => ({ nth: nth + 1, othersLease: false })));
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
        if (writes.length === CHUNK_HOSTS && (chunks += 1) === 2) {
          rig.clock.advance(2000);
          await base.writeState(lease, '{"owner":"another"}', (await base.readState(lease))!.version);
        }
        return base.append(writes);
      },
    }),
  );
  const hosts = names(12 * CHUNK_HOSTS);
  await rig.ingest.embarkQuest(quest(hosts), rig.operator);
  rig.ingest.start();
  await until('two chunks are logged', () => eventsOf(store, 1).size === 2 * CHUNK_HOSTS);
  const before = looks;
  await until('it looked for the lease again', () => looks >= before + 2);
  expect([chunks, eventsOf(store, 1).size]).toEqual([2, 2 * CHUNK_HOSTS]);
  rig.clock.advance(6000);
  await until('all is embarked', () => unfinished(store).length === 0);
  await rig.ingest.close();
  // the first two are not logged again
  expect(chunks).toBe(12);
  requireOnce(store, 1, hosts);
});

test('hosts that are accepted while the quest is read are embarked without the views', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  let letReadGo: (() => void) | undefined;
  const journal = wrapJournal(base, {
    async read(reads) {
      const pages = await base.read(reads);
      const showsEnd = reads[0]?.stream === 'quest-1' && pages[0]?.some(({ type }) => type === 'QuestHostsEmbarked');
      if (showsEnd === true && letReadGo === undefined) await new Promise<void>((resolve) => (letReadGo = resolve));
      return pages;
    },
  });
  const { ingest, views, operator } = ingestRig(journal);
  views.state = 'away';
  ingest.start();
  await ingest.embarkQuest(quest(names(1500)), operator);
  await until('the finished quest is being read', () => letReadGo !== undefined);
  await ingest.addQuestHosts(1 as QuestId, names(1500, 'more') as HostName[], operator);
  letReadGo?.();
  await until('the hosts that came meanwhile are embarked', () => unfinished(store).length === 0);
  requireOnce(store, 1, [...names(1500), ...names(1500, 'more')]);
  await ingest.close();
}, 20_000);

test('views that are back are not called away while another process embarks', async () => {
  const { store, journal, clock } = await defined();
  await ingestRig(journal).ingest.embarkQuest(quest(names(1500)), { principal: 'ann', mayReportRestricted: true });
  const { ingest, views } = ingestRig(createMemoryJournal({ store }), clock.nowMs());
  views.state = 'away';
  ingest.start();
  await until('it says that the views are away', () => ingest.withheld() !== null);
  await new Lease({ journal, name: 'embarking', owner: 'another', nowMs: clock.nowMs }).hold();
  views.state = 'there';
  await until('it does not say so any more', () => ingest.withheld() === null);
  expect(unfinished(store)).toEqual(['quest-1']);
  await ingest.close();
}, 20_000);
