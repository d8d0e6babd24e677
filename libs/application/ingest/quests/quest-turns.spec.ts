/** Rule 19: quests embark in turns, so that none waits for the end of a large one; and each host has its event once. */
import { jest } from '@jest/globals';
import { encodeEntry, questStream } from '#contracts';
import type { HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import type { Journal } from '#ports';
import { createMemoryJournal, ingestRig, report, until, wrapJournal } from '#testing';
import { CHUNK_HOSTS } from './quest-turns.js';
import { ID, into, open } from './testing-adoptions.js';
import { defined, eventsOf, names, quest, requireAdopted, requireOnce, unfinished } from './testing-quests.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** An append to the host's stream fails at once. */
function withoutHost(base: Journal, host: string): Journal {
  return wrapJournal(base, {
    append: (writes) =>
      writes.some(({ stream }) => stream === host)
        ? Promise.resolve(writes.map(() => ({ kind: 'too-large' as const, reason: 'by plan' })))
        : base.append(writes),
  });
}

/** The quests of the chunks that were logged, in order, and the ends of quests. */
/** `failing`: the append of an adoption that fails, counted from 1. */
async function watched(failing = 0) {
  let adoptions = 0;
  const { store, journal: other } = await defined();
  const base = createMemoryJournal({ store });
  const log: string[] = [];
  const logged = { after: (_chunks: number): void => undefined };
  const rig = ingestRig(
    wrapJournal(base, {
      append: async (writes) => {
        const [entry] = writes[0]!.entries;
        if (entry?.type === 'LaborAdopted' && (adoptions += 1) === failing)
          return withoutHost(base, 'host-z').append(writes);
        const outcomes = await base.append(writes);
        if (entry?.type === 'EventLogged') {
          log.push(String((JSON.parse(entry.json) as { quest: number }).quest));
          logged.after(log.length);
        }
        if (entry?.type === 'LaborAdopted') log.push('adopted');
        if (entry?.type === 'QuestHostsEmbarked') log.push(`end of ${writes[0]!.stream}`);
        return outcomes;
      },
    }),
  );
  return { store, log, logged, other, ...rig };
}

test('a quest of a few hosts ends while a large one is still embarking', async () => {
  const { store, log, logged, ingest, operator } = await watched();
  logged.after = (chunks) => {
    if (chunks === 3) void ingest.embarkQuest(quest(names(1001, 's')), operator);
  };
  await ingest.embarkQuest(quest(names(100 * CHUNK_HOSTS)), operator);
  ingest.start();
  await until('the small one is embarked', () => log.includes('end of quest-2'), {
    seen: () => log.slice(-3),
  });
  const turns = log.slice(log.indexOf('2'), log.indexOf('end of quest-2'));
  const own = turns.filter((quest) => quest === '2').length;
  expect(own).toBe(Math.ceil(1001 / CHUNK_HOSTS));
  expect(turns.length - own).toBeLessThanOrEqual(own + 1);
  await until('the large one, too', () => unfinished(store).length === 0);
  expect(log.filter((each) => each.startsWith('end'))).toEqual(['end of quest-2', 'end of quest-1']);
  requireOnce(store, 1, names(100 * CHUNK_HOSTS));
  requireOnce(store, 2, names(1001, 's'));
  await ingest.close();
}, 60_000);

test('also one that another process has accepted meanwhile', async () => {
  const { store, log, logged, other, ingest, operator } = await watched();
  const now = performance.now.bind(performance);
  let passedMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passedMs);
  logged.after = (chunks) => {
    if (chunks === 3) {
      const accepted = ingestRig(other).ingest.embarkQuest(quest(names(1001, 's')), operator);
      // the views are asked again after a while
      void accepted.then(() => (passedMs = 6000));
    }
  };
  await ingest.embarkQuest(quest(names(100 * CHUNK_HOSTS)), operator);
  ingest.start();
  await until('it is embarked', () => log.includes('end of quest-2'), {
    seen: () => log.slice(-3),
  });
  await until('the large one, too', () => unfinished(store).length === 0);
  expect(log.filter((each) => each.startsWith('end'))).toEqual(['end of quest-2', 'end of quest-1']);
  requireOnce(store, 2, names(1001, 's'));
  await ingest.close();
}, 60_000);

test.each(['this', 'another'])(
  'rule 15: an adoption that %s process has accepted and left does not wait for the end of a large batch',
  async (which) => {
    const { store, log, logged, other, ingest, operator, views } = await watched(which === 'this' ? 1 : 0);
    await ingest.embarkQuest(quest(names(100 * CHUNK_HOSTS)), operator);
    await ingest.logEvents([report('z')], operator);
    const failing = ingestRig(withoutHost(other, 'host-z'));
    const accepting = which === 'this' ? { ingest, views } : failing;
    open(accepting.views.labors, ['z']);
    log.length = 0;
    let left: Promise<unknown> | undefined;
    logged.after = (chunks) => {
      if (chunks === 3) left = accepting.ingest.commandLabor('z~0', into(1), operator);
    };
    ingest.start();
    await until('the batch is embarked', () => unfinished(store).length === 0, { seen: () => log.slice(-3) });
    expect(await left).toMatchObject({ problem: { code: 'outcome-unknown' } });
    expect(log.indexOf('adopted')).toBeGreaterThan(0);
    expect(log.indexOf('adopted')).toBeLessThan(50);
    expect(log.slice(log.indexOf('adopted') + 1)).toContain('1');
    requireOnce(store, 1, names(100 * CHUNK_HOSTS));
    expect(requireAdopted(store, ID)).toEqual(['z~0']);
    await ingest.close();
  },
  60_000,
);

test('a host that another batch has got since it was listed has one event', async () => {
  const { store, journal, clock } = await defined();
  const signed = { by: 'ann', recordedAt: new Date(clock.nowMs()).toISOString() as Instant };
  const { hosts: _, ...asked } = quest([]);
  const id = 1 as QuestId;
  const [first, late, soon] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const listed = (batch: string, hosts: string[]): QuestEntry => {
    return { kind: 'QuestHostsListed', batch, hosts: hosts as HostName[], ...signed };
  };
  const accepted = (batch: string, hosts: number): QuestEntry => ({
    kind: 'QuestHostsAccepted',
    batch,
    hosts,
    ...signed,
  });
  const append = async (entries: readonly QuestEntry[]) => {
    const encoded = entries.map((entry) => encodeEntry(entry, crypto.randomUUID()));
    await journal.append([{ stream: questStream(id), expected: 'any', entries: encoded }]);
  };
  await append([
    { kind: 'QuestDrafted', quest: id, ...asked, type: 'disk-full' as TypeName, ...signed },
    ...[listed(first, ['a']), accepted(first, 1)],
    ...[listed(late, names(250)), listed(soon, ['h7', 'x']), listed(late, ['y', 'z']), accepted(soon, 2)],
  ]);
  const one = ingestRig(createMemoryJournal({ store }), clock.nowMs(), 'the only one');
  one.ingest.start();
  await until('two batches are embarked', () => eventsOf(store, 1).size === 3 && unfinished(store).length === 0);
  // its quest's event lies far back
  await one.ingest.logEvents(
    Array.from({ length: 600 }, () => report('h7')),
    one.operator,
  );
  await one.ingest.close();
  await append([accepted(late, 252)]);
  const other = ingestRig(createMemoryJournal({ store }), clock.nowMs(), 'the only one');
  other.ingest.start();
  await until('the third, too', () => eventsOf(store, 1).size === 254 && unfinished(store).length === 0);
  requireOnce(store, 1, ['a', 'x', 'y', 'z', ...names(250)]);
  await other.ingest.close();
}, 30_000);
