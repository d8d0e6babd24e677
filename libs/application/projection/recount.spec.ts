/** P6: what a count may state, and when. Over a writer that answers from one quest's document. */
import {
  NO_HOSTS_COUNTED,
  NO_TALLY,
  type PartitionProgress,
  type Position,
  type QuestDocument,
  type Recount,
  type Tally,
} from '#contracts';
import type { QuestId, QuestState } from '#domain';
import type { ViewsWriter } from '#ports';
import { recount } from './recount.js';

const QUEST = 1 as QuestId;
const at = (position: number): Position => BigInt(position) as Position;
const DONE: Tally = { ...NO_TALLY, chains: 2, completed: 2, labors: 2 };
const HALF: Tally = { ...NO_TALLY, chains: 2, completed: 1, unstarted: 1, labors: 2, open: 1 };
const EMPTIED = { position: at(9), at: '2026-01-01T00:00:00.000Z' } as NonNullable<Recount['completed']>;

interface Scene {
  readonly progress: readonly number[];
  readonly mark: number;
  readonly tally: Tally;
  /** Of the quest's two hosts; both where absent. */
  readonly parts?: number;
  /** Whether a host with a part is behind; no where absent. */
  readonly behind?: boolean;
  readonly last?: Partial<Recount>;
  readonly embarking?: readonly string[];
  readonly removing?: readonly string[];
  readonly adopting?: readonly string[];
  readonly abandoned?: QuestState['abandoned'];
  /** Position of the last entry of the quest's own stream. */
  readonly record?: number;
  /** What happens to the quest while its parts are summed. */
  readonly meanwhile?: Partial<QuestDocument>;
}

/** Counts once and answers what was stored. */
async function counted(scene: Scene): Promise<Omit<Recount, 'version'>> {
  const { embarking = [], removing = [], adopting = [], abandoned = null } = scene;
  const accepted = { embarkedAt: EMPTIED.at, embarking, removing, adopting, hosts: 2, abandoned };
  const state = accepted as unknown as QuestState;
  const last =
    scene.last && ({ tally: NO_TALLY, phase: 'open', completed: null, version: 3, ...scene.last } as Recount);
  let quest: QuestDocument = {
    quest: QUEST,
    record: { quest: QUEST, state, revision: 3, position: at(scene.record ?? 1), parked: null },
    recount: last ?? null,
    mark: at(scene.mark),
    touches: 0,
  };
  let stored: Omit<Recount, 'version'> | undefined;
  const writer: Partial<ViewsWriter> = {
    progress: async () =>
      scene.progress.map((position, partition) => ({ partition, position: at(position) }) as PartitionProgress),
    load: async () => ({ hosts: [], quests: [quest], labors: [], parts: [] }),
    sumParts: async () => {
      quest = { ...quest, ...scene.meanwhile };
      return {
        tally: { ...scene.tally, named: scene.parts ?? 2 },
        hosts: { ...NO_HOSTS_COUNTED, done: scene.parts ?? 2 },
        emptied: EMPTIED,
        behind: scene.behind ?? false,
      };
    },
    storeRecount: async (_generation, _quest, next, expected) => {
      expect(expected).toBe(last?.version ?? 0);
      stored = next;
      return true;
    },
  };
  await recount(writer as ViewsWriter, 1, QUEST, () => true);
  if (stored === undefined) throw new Error('nothing was stored');
  return stored;
}

test('P6: the label is the least progress, read with mark and counter before the parts', async () => {
  const stored = await counted({
    progress: [12, 10, 30],
    mark: 9,
    tally: HALF,
    meanwhile: { mark: at(20), touches: 4 },
  });
  expect(stored).toMatchObject({ label: at(10), mark: at(9), touches: 0 });
});

test('rule 20, P6: completed, with the time of the entry after which nothing was open, once the views are there', async () => {
  const stored = await counted({ progress: [10, 11], mark: 9, tally: DONE });
  expect(stored).toMatchObject({ phase: 'completed', completed: EMPTIED });
});

test.each([
  ['the mark is beyond the label', { mark: 11 }],
  ['the quest’s own last entry is beyond the label', { mark: 9, record: 11 }],
  ['the mark moved while it was counted', { mark: 9, meanwhile: { mark: at(10) } }],
  ['a release was counted meanwhile', { mark: 9, meanwhile: { touches: 1 } }],
])('P6: completed is not stated while %s', async (_what, scene) => {
  const open = await counted({ progress: [10], tally: DONE, last: { phase: 'open', tally: HALF }, ...scene });
  expect(open).toMatchObject({ phase: 'open', completed: null });
  const begun = await counted({ progress: [10], tally: DONE, ...scene });
  expect(begun.phase).toBe('embarking');
});

test('rule 20, P4: not completed while a host is parked before its event', async () => {
  const stored = await counted({ progress: [10], mark: 9, tally: DONE, parts: 1 });
  expect(stored).toMatchObject({ phase: 'open', completed: null });
});

test('rule 20, P9: not completed while a host with a part is behind, whatever it has completed', async () => {
  const stored = await counted({ progress: [10], mark: 9, tally: DONE, behind: true });
  expect(stored).toMatchObject({ phase: 'open', completed: null, hosts: { done: 2 } });
  expect((await counted({ progress: [10], mark: 9, tally: NO_TALLY, behind: true })).phase).toBe('open');
});

test('rule 19: embarking holds until every batch has its events, whatever was completed', async () => {
  const stored = await counted({ progress: [10], mark: 9, tally: DONE, embarking: ['batch'] });
  expect(stored).toMatchObject({ phase: 'embarking', completed: null });
});

test('rule 20: abandoned is for ever, whatever is counted', async () => {
  const abandoned = { by: 'ann', principal: null, at: EMPTIED.at, reason: 'over' };
  for (const tally of [HALF, DONE, NO_TALLY]) {
    for (const mark of [9, 11]) {
      const count = await counted({ progress: [10], mark, tally, abandoned, last: { phase: 'completed' } });
      expect(count).toMatchObject({ phase: 'abandoned', completed: null });
    }
  }
});

test('rule 20: without labors it is empty, and only a settled count says so', async () => {
  expect((await counted({ progress: [10], mark: 9, tally: NO_TALLY })).phase).toBe('empty');
  expect((await counted({ progress: [10], mark: 11, tally: NO_TALLY })).phase).toBe('embarking');
  expect((await counted({ progress: [10], mark: 11, tally: NO_TALLY, last: { phase: 'empty' } })).phase).toBe('empty');
});

test('rule 20: a labor that joins a completed quest reopens it at once; one that stays complete stays so while it moves', async () => {
  const last = { phase: 'completed', tally: DONE } as const;
  expect((await counted({ progress: [10], mark: 11, tally: HALF, last })).phase).toBe('open');
  const kept = await counted({ progress: [10], mark: 11, tally: DONE, last });
  expect(kept).toMatchObject({ phase: 'completed', completed: EMPTIED });
});

test('rule 20: while hosts are taken out, some that count as named may have left: nothing new is stated, and nothing is taken back', async () => {
  const removing = ['removal'];
  const scene = { progress: [10], mark: 9, tally: DONE, removing };
  expect((await counted(scene)).phase).toBe('embarking');
  expect((await counted({ ...scene, last: { phase: 'open', tally: HALF } })).phase).toBe('open');
  const kept = await counted({ ...scene, parts: 1, last: { phase: 'completed', tally: DONE } });
  expect(kept).toMatchObject({ phase: 'completed', completed: EMPTIED });
});

test('rule 20: while labors are on their way into it, nothing new is stated, and nothing is taken back', async () => {
  const scene = { progress: [10], mark: 9, tally: DONE, adopting: ['adoption'] };
  expect((await counted({ ...scene, last: { phase: 'open', tally: HALF } })).phase).toBe('open');
  expect((await counted({ ...scene, last: { phase: 'empty' } })).phase).toBe('empty');
  const kept = await counted({ ...scene, last: { phase: 'completed', tally: DONE } });
  expect(kept).toMatchObject({ phase: 'completed', completed: EMPTIED });
});
