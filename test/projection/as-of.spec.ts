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
import type { HostName, Instant, LaborId, QuestEntry, QuestId, TypeName } from '#domain';
import type { Journal, Views } from '#ports';
import { allPages, createMemoryJournal, histories, until, type History } from '#testing';
import { allJudged, append, folded, newViews, served, settle, tidyUp } from './rig.js';
import { allEntries, misread, upTo } from './testing-replays.js';

afterEach(tidyUp);

const QUESTS = [1, 2, 3] as QuestId[];
const TARGETS = ['2026-01-01T00:00:20.000Z', '2026-03-01T00:00:00.000Z', null] as (Instant | null)[];

type QuestMove =
  'draft' | 'accept' | 'embark' | 'amend' | 'adopt' | 'adopted' | 'remove' | 'removed' | 'abandon' | 'end';
interface Moved {
  readonly quest: QuestId;
  readonly move: QuestMove;
  readonly number: number;
  /** After how much of the history. */
  readonly when: number;
}

/** From 0 to 1, each as likely as another. */
const thousandths = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);

const moved: fc.Arbitrary<Moved> = fc.record({
  quest: fc.constantFrom(...QUESTS),
  move: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<QuestMove>('draft', 'accept', 'embark', 'amend') },
    fc.constantFrom<QuestMove>('adopt', 'adopted', 'remove', 'removed'),
    { weight: 1, arbitrary: fc.constantFrom<QuestMove>('abandon', 'end') },
  ),
  number: fc.nat({ max: 3 }),
  when: thousandths,
});

/** What a quest's stream says: also such entries as deciding would have refused. */
function entryOf({ quest, move, number }: Moved): QuestEntry {
  const signed = { by: number === 0 ? null : 'ann', recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
  const id = `00000000-0000-4000-8000-00000000000${number}`;
  const host = `host-${number}` as HostName;
  switch (move) {
    case 'draft': {
      const what = {
        type: (number === 3 ? 'b-required' : 'a-required') as TypeName,
        creator: signed.by,
        references: [],
      };
      const target = TARGETS[number % 3] ?? null;
      return { kind: 'QuestDrafted', quest, ...what, description: `d${number}`, target, ...signed };
    }
    case 'accept':
      return { kind: 'QuestHostsAccepted', batch: id, hosts: number, ...signed };
    case 'embark':
      return { kind: 'QuestHostsEmbarked', batch: id, ...signed };
    case 'amend':
      return { kind: 'QuestAmended', target: TARGETS[number % 3] ?? null, creator: `c${number}`, ...signed };
    case 'adopt':
      return { kind: 'QuestLaborsAccepted', adoption: id, request: id, labors: [`${host}~0` as LaborId], ...signed };
    case 'adopted':
      return { kind: 'QuestLaborsAdopted', adoption: id, ...signed };
    case 'remove':
      return {
        kind: 'QuestRemovalAccepted',
        removal: id,
        request: id,
        reason: null,
        hosts: [host],
        named: 1,
        ...signed,
      };
    case 'removed':
      return { kind: 'QuestHostsRemoved', removal: id, ...signed };
    case 'abandon':
      return { kind: 'QuestAbandoned', reason: 'no', ...signed };
    case 'end':
      return { kind: 'QuestHostsEnded', ...signed };
  }
}

/** Each quest is accepted early as a rule. */
async function written({ steps }: History, moves: readonly Moved[]): Promise<Journal> {
  const journal = createMemoryJournal();
  const begun = QUESTS.flatMap((quest, index) =>
    (['draft', 'accept', 'embark'] as const).map((move) => ({ quest, move, number: index, when: 0.1 * index })),
  );
  const left = [...begun, ...moves].sort((one, other) => one.when - other.when);
  for (const [index, { entry }] of steps.entries()) {
    while (left[0] !== undefined && left[0].when * steps.length <= index) {
      const next = left.shift();
      if (next !== undefined) await append(journal, entryOf(next), next.quest);
    }
    await append(journal, entry);
  }
  for (const next of left) await append(journal, entryOf(next), next.quest);
  return journal;
}

async function viewsOf(journal: Journal): Promise<Views> {
  const views = await newViews();
  await folded(journal, views);
  await allJudged(views);
  await settle(views);
  return views;
}

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
