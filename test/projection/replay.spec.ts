/** R1, R3: a journal judged in buckets comes to the documents that a projector writes of it, one by one, and to the simple model's. */
import fc from 'fast-check';
import { CATALOGUE_STREAM, DOCUMENTS_VERSION, EVENTS_VERSION, PARTITION_HASH_VERSION } from '#contracts';
import { canonicalLabor, type BucketLimits } from '#application';
import { FOLD_VERSION, type HostName, type Instant, type QuestId } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import {
  canonicalViews,
  createMemoryJournal,
  crowdedHistories,
  histories,
  modelOf,
  Play,
  type Derived,
  type History,
} from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  cleanFold,
  folded,
  follow,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import {
  allEntries,
  comparedReplay,
  comparedViews,
  misread,
  replayed,
  upTo,
  type Compared,
  type Replay,
} from './testing-replays.js';

afterEach(tidyUp);

const QUESTS = [1, 2, 3] as QuestId[];
const signed = { by: 'ann', recordedAt: '2026-01-02T00:00:00.000Z' as Instant };

/** The history, with some quests' own streams before and after it. */
async function journalOf(history: History): Promise<Journal> {
  const journal = createMemoryJournal();
  for (const quest of QUESTS) await acceptQuest(journal, quest, ['h' as HostName]);
  await appendHistory(journal, history);
  await append(journal, { kind: 'QuestAmended', description: 'y', ...signed }, QUESTS[0]);
  await append(journal, { kind: 'QuestAbandoned', reason: 'no', ...signed }, QUESTS[1]);
  return journal;
}

/** What a projector writes of the journal. */
async function projected(journal: Journal): Promise<Compared> {
  const views = await newViews();
  const projector = await folded(journal, views);
  await allJudged(views);
  await settle(views);
  const compared = await comparedViews(views);
  await stop(projector);
  await views.close();
  return compared;
}

/** In which ways a journal is cut into buckets, and these into pages. */
const cuts = fc.record({
  buckets: fc.constantFrom(1, 2, 7),
  seed: fc.integer(),
  limits: fc.record({ waitingCharacters: fc.constantFrom(0, 3000, 1_000_000) }),
  turns: fc.boolean(),
});

test('R1, R3: each document is the one that a projector has written, whatever the buckets and pages', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60), cuts, async (history, cut) => {
      const journal = await journalOf(history);
      expect(comparedReplay(await replayed(journal, cut))).toEqual(await projected(journal));
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 240_000);

test('R1, P4: a host or quest that cannot be judged is parked by the same entry, for the same reason', async () => {
  let parked = 0;
  await fc.assert(
    fc.asyncProperty(histories(60, 10), cuts, fc.integer(), async (history, cut, seed) => {
      const journal = misread(await journalOf(history), seed);
      const replay = await replayed(journal, cut);
      expect(comparedReplay(replay)).toEqual(await projected(journal));
      parked += replay.hosts.filter(({ document }) => document.parked !== null).length;
    }),
    { numRuns: 15, endOnFailure: true },
  );
  expect(parked).toBeGreaterThan(0);
}, 240_000);

test('R1: it ends at its place, whatever the journal has beyond', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 5), cuts, fc.nat(), async (history, cut, at) => {
      const journal = await journalOf(history);
      const entries = await allEntries(journal);
      const end = entries[at % entries.length]!.position;
      expect(comparedReplay(await replayed(journal, { ...cut, end }))).toEqual(await projected(upTo(journal, end)));
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 240_000);

test('rule 6: a host with a thousand open labors is the projector’s as well', async () => {
  await fc.assert(
    fc.asyncProperty(crowdedHistories(20), cuts, async (history, cut) => {
      const journal = await journalOf(history);
      expect(comparedReplay(await replayed(journal, cut))).toEqual(await projected(journal));
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 240_000);

function byId<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** The model's words for a replay; `placeOf` is the step of a position. */
function derivedOf({ hosts }: Replay, stepAt: (position: bigint) => number | undefined) {
  const events = hosts.flatMap((host) => host.events);
  const idAt = new Map(events.map(({ position, id }) => [position, id]));
  const labors = hosts.flatMap((host) => host.labors);
  return {
    events: byId(events.map(({ position: _, ...event }) => event)),
    labors: byId(
      labors.map((labor) =>
        canonicalLabor(
          labor,
          () => ({}),
          (position) => ({ event: idAt.get(position) }),
        ),
      ) as unknown as {
        readonly id: string;
      }[],
    ),
    hosts: hosts
      .map(({ document: { host, state, lastEvent } }) => ({
        ...{ host, revision: state.revision, events: state.events, greatestAt: state.greatestAt },
        ...{
          attributes: state.attributes,
          retired: state.retired,
          inventories: state.inventories,
          open: state.open.map(({ id }) => id),
        },
        lastEvent: lastEvent?.event ?? null,
      }))
      .sort(byHost),
    parts: hosts
      .flatMap(({ parts }) => parts)
      .map(({ quest, host, tally, emptied }) => ({
        ...{ quest, host, tally },
        emptiedBy: emptied === null ? null : stepAt(emptied.position),
      }))
      .sort(byPart),
  };
}

function byHost(one: { readonly host: string }, other: { readonly host: string }): number {
  return one.host < other.host ? -1 : 1;
}

function byPart(
  one: { readonly host: string; readonly quest: number },
  other: { readonly host: string; readonly quest: number },
): number {
  return one.quest - other.quest || byHost(one, other);
}

function sorted({ events, labors, hosts, parts }: Derived) {
  return {
    ...{ events: byId(events), labors: byId(labors) },
    ...{ hosts: [...hosts].sort(byHost), parts: [...parts].sort(byPart) },
  };
}

test('rules 1–15, 18, 21–25: events, labors, hosts and parts are the model’s', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60), cuts, async (history, cut) => {
      const journal = createMemoryJournal();
      await appendHistory(journal, history);
      // the journal's identity stands before the history
      const steps = new Map((await allEntries(journal)).map(({ position }, index) => [position as bigint, index - 1]));
      const derived = derivedOf(await replayed(journal, cut), (position) => steps.get(position));
      expect(derived).toEqual(sorted(modelOf(history)));
    }),
    { numRuns: 100, endOnFailure: true },
  );
}, 240_000);

test('P4: what stands before an unreadable entry of the catalogue is judged', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  play.event('x-required');
  await appendHistory(journal, play.history);
  const { position } = await journal.head();
  const entries = [
    { id: crypto.randomUUID(), type: 'FateDefined', version: 999, recordedAt: signed.recordedAt, json: '{}' },
  ];
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries }]);
  play.event('x-done');
  await append(journal, play.history.steps.at(-1)!.entry);
  const { hosts } = await replayed(journal, { end: position });
  expect(hosts).toMatchObject([{ document: { state: { revision: 0, open: [{ id: 'h~0' }] } } }]);
});

test('an entry that is missing, or given twice, is refused: its stream would come to something else', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  for (const type of ['x-required', 'x-done', 'x-required']) play.event(type);
  await appendHistory(journal, play.history);
  const times = (count: number): Journal =>
    wrapJournal(journal, {
      readAll: async (...call) =>
        (await journal.readAll(...call)).flatMap((entry) =>
          Array.from({ length: entry.stream === 'host-h' && entry.revision === 1 ? count : 1 }, () => entry),
        ),
    });
  await expect(replayed(times(0))).rejects.toThrow('entry 2 of host-h was given to a replay where 1 is the next');
  await expect(replayed(times(2))).rejects.toThrow('entry 1 of host-h was given to a replay where 2 is the next');
});

/** Views that hold what the replay gave out, served: what a rebuild leaves to the projector that follows. */
async function storedViews(journal: Journal, { hosts, large, quests, catalogue, names }: Replay) {
  const views = await newViews();
  const { control, writer } = views;
  await control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
  const { number } = await control.createGeneration({
    ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION },
    ...{ partitions: PARTITIONS, hashVersion: PARTITION_HASH_VERSION, createdAt: signed.recordedAt },
  });
  const { position, id: entryId } = await journal.head();
  const { conflicts } = await writer.apply(number, {
    ...{ catalogue, names, hosts: [...hosts.map(({ document }) => document), ...large] },
    events: hosts.flatMap(({ events }) => events),
    labors: hosts.flatMap(({ labors }) => labors),
    parts: hosts.flatMap(({ parts }) => parts),
    marks: hosts.flatMap(({ marks }) => [...marks].map(([quest, mark]) => ({ quest, position: mark }))),
    quests: quests.map(({ record }) => record),
    questEntries: quests.flatMap(({ changes }) => changes),
    progress: {
      partitions: PARTITIONS,
      moved: Array.from({ length: PARTITIONS }, (_, partition) => ({
        ...{ partition, position, entryId, number: null, heardAtMs: 1 },
      })),
    },
  });
  expect(conflicts).toEqual([]);
  await control.activate(number);
  return views;
}

test('R1, R7, P9: a projector takes the documents over as its own, and brings on the hosts that are too large for a replay', async () => {
  // one after the other
  const most: Partial<BucketLimits>[] = [{ hostEntries: 12 }, { hostEffects: 12 }, { bucketEffects: 20 }];
  const large = most.map(() => 0);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(histories(80, 20), cuts, async (history, { limits, ...cut }) => {
      const journal = await journalOf(history);
      const kind = runs % most.length;
      runs += 1;
      const replay = await replayed(journal, { ...cut, limits: { ...limits, ...most[kind] } });
      large[kind]! += replay.large.length;
      for (const { document, labors } of replay.hosts) {
        if (kind === 0) expect(document.state.revision).toBeLessThan(12);
        if (kind === 1) expect(labors.length).toBeLessThanOrEqual(12);
      }
      const views = await storedViews(journal, replay);
      // what comes later meets what the replay has left
      const play = new Play();
      play.event('a-required', { host: 'host-1' as HostName });
      await append(journal, play.history.steps.at(-1)!.entry);
      const projector = projectorOver(journal, views);
      await projector.prepare({ rebuild: false });
      await follow(projector);
      await hearHead(projector, journal);
      await allJudged(views);
      await settle(views);
      expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
      await tidyUp();
    }),
    { numRuns: 9, endOnFailure: true },
  );
  expect(Math.min(...large)).toBeGreaterThan(0);
}, 240_000);
