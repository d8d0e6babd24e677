/** R14: when followers of the served generation may go on in the next one. */
import { positionOf, type PartitionProgress, type Position, type QuestDocument, type Recount } from '#contracts';
import type { QuestId } from '#domain';
import type { Views } from '#ports';
import { createMemoryJournal } from '#testing';
import { PUBLISHED_WITHIN_MS, PublishedChanges } from './published-changes.js';

const at = (n: number): Position => positionOf(BigInt(n));

interface Served {
  progress: readonly number[];
  behind: number;
  /** By number: up to where they were counted; null before they ever were. */
  dirty: ReadonlyMap<number, number | null>;
}

function rig(next: readonly number[], served: Served) {
  let nowMs = 0;
  const progressOf = (positions: readonly number[]) =>
    positions.map((position, partition) => ({ partition, position: at(position) }) as PartitionProgress);
  const documents = (): readonly QuestDocument[] =>
    [...served.dirty].map(([quest, label]) => ({
      ...{ quest: quest as QuestId, record: null, mark: at(1000), touches: 0 },
      recount: label === null ? null : ({ label: at(label), mark: at(0), touches: 0 } as Recount),
    }));
  const writer = {
    progress: (generation: number) => Promise.resolve(progressOf(generation === 2 ? next : served.progress)),
    dirtyQuests: (_: number, after: QuestId | null, limit: number) =>
      Promise.resolve(
        documents()
          .filter(({ quest }) => quest > (after ?? 0))
          .slice(0, limit),
      ),
    load: (_: number, { quests = [] }: { readonly quests?: readonly QuestId[] }) =>
      Promise.resolve({
        ...{ hosts: [], labors: [], parts: [] },
        quests: documents().filter(({ quest }) => quests.includes(quest)),
      }),
  };
  const views = { writer, reader: { hostsBehind: () => Promise.resolve(served.behind) } } as unknown as Views;
  const journal = { ...createMemoryJournal(), head: () => Promise.resolve({ position: at(50) }) as never };
  const published = new PublishedChanges({ journal, views, monotonicMs: () => nowMs }, { served: 1, next: 2 });
  return { published, pass: (ms: number) => void (nowMs += ms) };
}

test('they go on from the least place of the next one, once the served one has written all that the journal held then', async () => {
  const served: Served = { progress: [50, 49], behind: 0, dirty: new Map() };
  const { published } = rig([50, 48], served);
  expect(await published.look()).toBeUndefined();
  served.progress = [50, 50];
  expect(await published.look()).toEqual({ generation: 1, from: at(48) });
});

test('hosts that are behind are waited for, and quests that are not counted up to there', async () => {
  const served: Served = { progress: [50], behind: 1, dirty: new Map([[7, 49]]) };
  const { published } = rig([50], served);
  expect(await published.look()).toBeUndefined();
  served.behind = 0;
  expect(await published.look()).toBeUndefined();
  // one that was counted as far is dirty by later entries; and a later one is none of those that are waited for
  served.dirty = new Map<number, number | null>([
    [7, 50],
    [8, null],
  ]);
  expect(await published.look()).toEqual({ generation: 1, from: at(50) });
});

test('the served one is not waited for without end, nor any number of quests: then followers begin with a reset', async () => {
  const { published, pass } = rig([50], { progress: [40], behind: 0, dirty: new Map() });
  expect(await published.look()).toBeUndefined();
  pass(PUBLISHED_WITHIN_MS);
  expect(await published.look()).toBeNull();
  const many = rig([50], {
    ...{ progress: [50], behind: 0 },
    dirty: new Map(Array.from({ length: 5001 }, (_, n) => [n + 1, 60])),
  });
  expect(await many.published.look()).toBeUndefined();
  many.pass(PUBLISHED_WITHIN_MS);
  expect(await many.published.look()).toBeNull();
});
