/** R11: quests, hosts and totals as of any place of the journal are those of views that were folded only up to there. */
import fc from 'fast-check';
import { hostAsOf, hostsAsOf, questAsOf, questsAsOf, totalsAsOf } from '#application';
import {
  questPhase,
  START,
  type HostDocument,
  type HostFilter,
  type Position,
  type QuestFilter,
  type QuestSort,
  type ShownQuest,
} from '#contracts';
import type { HostName, Instant, QuestId, TypeName } from '#domain';
import type { Journal, Views } from '#ports';
import { allPages, histories, until, type History } from '#testing';
import { served, tidyUp } from './rig.js';
import { moved, QUESTS, thousandths, viewsOf, written, type Moved } from './testing-past.js';
import { allEntries, misread, upTo } from './testing-replays.js';

afterEach(tidyUp);

function shownOf(quest: ShownQuest | undefined) {
  if (quest === undefined || quest.record === null || quest.record.state === null) return undefined;
  const { record, recount } = quest;
  const { state } = record;
  const common = { quest: quest.quest, state, parked: record.parked?.reason ?? null };
  // while labors join or hosts leave, a phase depends on when somebody counted (rule 20)
  const isMoving = state !== null && state.adopting.length + state.removing.length > 0 && !state.abandoned;
  const phase = isMoving ? 'moving' : questPhase(quest);
  if (state?.embarkedAt === null) return common;
  return { ...common, phase, tally: recount?.tally, hosts: recount?.hosts, completed: isMoving || recount?.completed };
}

function hostOf(host: Pick<HostDocument, 'host' | 'state' | 'lastEvent' | 'parked'> | undefined) {
  if (host === undefined) return undefined;
  const { open, attributes, retired, inventories } = host.state;
  const { lastEvent, parked } = host;
  return { host: host.host, open, attributes, retired, inventories, lastEvent, parked: parked?.reason ?? null };
}

const QUEST_FILTERS: readonly QuestFilter[] = [
  {},
  { state: ['open', 'completed'] },
  { state: ['embarking', 'abandoned', 'empty'] },
  { creator: ['ann', 'c1'] },
  { type: ['a-required' as TypeName] },
  { host: ['host-0', 'host-1'] as HostName[] },
  { overdue: { is: true, now: '2026-02-01T00:00:00.000Z' as Instant } },
  { overdue: { is: false, now: '2026-02-01T00:00:00.000Z' as Instant } },
];

const HOST_FILTERS: readonly HostFilter[] = [
  {},
  { open: true },
  { open: false },
  { retired: false },
  { retired: true },
  { listed: true },
  { parked: true },
  { quest: QUESTS.slice(0, 2) },
  { hostPrefix: ['host-1'], host: ['host-2' as HostName] },
  { notHeardSince: '2026-01-01T00:00:25.000Z' as Instant },
  { query: { is: 'open', type: 'a-required' as TypeName } },
];

const all = { limit: 1000, after: null, count: false } as const;

async function expectPast(now: Views, journal: Journal, at: Position): Promise<void> {
  const then = await viewsOf(upTo(journal, at));
  const [generation, before] = [await served(now), await served(then)];
  await until(
    'the present views have been counted',
    async () => (await now.writer.dirtyQuests(generation, null, 1)).length === 0,
  );
  const moving = new Set<QuestId>();
  for (const quest of QUESTS) {
    const expected = shownOf(await then.reader.quest(before, quest));
    if (expected !== undefined && 'phase' in expected && expected.phase === 'moving') moving.add(quest);
    const found = await questAsOf(now.reader, generation, quest, at);
    expect(found?.forgetful ?? 0).toBe(0);
    expect(shownOf(found)).toEqual(expected);
  }
  for (const filter of QUEST_FILTERS) {
    for (const sort of ['id', '-id', 'target'] as QuestSort[]) {
      const expected = (await then.reader.quests(before, filter, { sort, ...all })).items.map(({ quest }) => quest);
      const found = await allPages((page) => questsAsOf(now.reader, generation, at, filter, page), sort, 2);
      const settled = (quests: readonly QuestId[]) =>
        filter.state === undefined && filter.overdue === undefined
          ? quests
          : quests.filter((each) => !moving.has(each));
      expect({ filter, sort, quests: settled(found.map(({ quest }) => quest)) }).toEqual({
        filter,
        sort,
        quests: settled(expected),
      });
    }
  }
  const { items } = await now.reader.hosts(generation, {}, { sort: 'host', ...all });
  for (const { host } of items) {
    const expected = await then.reader.host(before, host);
    const found = await hostAsOf(now.reader, generation, host, at);
    expect(hostOf(found)).toEqual(hostOf(expected));
    expect(found?.isExact ?? true).toBe(true);
    // of a host without an entry it is when it was parked
    if (found?.updatedAt && expected?.entryId) expect(found.updatedAt).toBe(expected.updatedAt);
  }
  for (const filter of HOST_FILTERS) {
    const expected = (await then.reader.hosts(before, filter, { sort: 'host', ...all })).items;
    const found = await allPages((page) => hostsAsOf(now.reader, generation, at, filter, page), 'host', 2);
    expect({ filter, hosts: found.map(({ host, state }) => [host, state.open.length]) }).toEqual({
      filter,
      hosts: expected.map(({ host, openLabors }) => [host, openLabors]),
    });
  }
  const totals = await totalsAsOf(now.reader, generation, at);
  const { quests: phases, ...rest } = await then.reader.totals(before);
  expect(totals).toEqual({ ...rest, quests: moving.size > 0 ? totals.quests : phases });
  await then.close();
}

async function expectPasts(history: History, moves: readonly Moved[], cuts: readonly number[], seed: number) {
  const whole = await written(history, moves);
  const journal = seed % 3 === 0 ? misread(whole, seed) : whole;
  const now = await viewsOf(journal);
  const entries = await allEntries(journal);
  const [first] = entries;
  const places = cuts.map((cut) => entries[Math.floor(cut * (entries.length - 1))]?.position ?? START);
  for (const at of new Set(places)) if (at !== START && at !== first?.position) await expectPast(now, journal, at);
  await tidyUp();
}

test('of random histories and quests, at random places', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(50, 10),
      fc.array(moved, { maxLength: 25 }),
      fc.array(thousandths, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      expectPasts,
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 300_000);
